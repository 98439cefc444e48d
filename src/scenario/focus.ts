import { fullHost } from '../manifest/host.ts';
import { matches } from '../manifest/labels.ts';
import type { Manifest, Resource } from '../manifest/resource.ts';
import { serviceNames } from '../manifest/service-names.ts';
import { namedService, type NamedService } from './named-service.ts';

/** What the scenario says; else the service that a rule splits first, the first with a rule and several versions, or with a rule. */
export function focusOf(written: string | undefined, resources: readonly Resource[]): NamedService {
  if (written !== undefined) return namedService(written, resources);
  const rules = resources.flatMap(ruledHosts);
  const split = rules.find((rule) => rule.splits);
  const versioned = rules.find((rule) => workloadsOf(resources, rule.host) > 1);
  const meshRule = split ?? versioned ?? rules.find((rule) => rule.inMesh);
  return { called: meshRule === undefined ? 'reviews' : serviceNames(resources).ofName(meshRule.host) };
}

/**
 * The host that a VirtualService or an HTTPRoute has rules for, by its full name, and whether a rule has several destinations.
 * At a gateway a name outside leads to them: requests count as those of the first.
 */
function ruledHosts(own: Resource): { host: string; splits: boolean; inMesh: boolean }[] {
  if (own.kind === 'VirtualService') {
    const { hosts, http, gateways } = own.spec;
    const split = http.find((rule) => rule.route.length > 1);
    const inMesh = gateways.length === 0;
    const named = inMesh ? hosts[0] : (split?.route[0]!.destination.host ?? hosts[0]);
    return named === undefined
      ? []
      : [{ host: fullHost(named, own.metadata.namespace), splits: split !== undefined, inMesh }];
  }
  if (own.kind !== 'HTTPRoute') return [];
  const splits = own.spec.rules.some((rule) => rule.backendRefs.length > 1);
  return own.spec.parentRefs
    .filter((parent) => parent.kind === 'Service')
    .map((parent) => ({ host: fullHost(parent.name, parent.namespace), splits, inMesh: true }));
}

/** Deployments whose pods the Service of a host selects. */
function workloadsOf(resources: readonly Resource[], host: string): number {
  const isOf = ({ name, namespace }: Resource['metadata']): boolean => fullHost(name, namespace) === host;
  const service = resources.find((own) => own.kind === 'Service' && isOf(own.metadata));
  if (service?.kind !== 'Service' || Object.keys(service.spec.selector).length === 0) return 0;
  return resources.filter(
    (own) =>
      own.kind === 'Deployment' &&
      own.metadata.namespace === service.metadata.namespace &&
      matches(service.spec.selector, own.spec.template.labels),
  ).length;
}

/** A Service that no manifest has, as Flagger's controller makes it, together with the rule (pkg/router/kubernetes_default.go). */
export function madeByFlagger(name: string | undefined, manifests: readonly Manifest[]): { hint?: string } {
  const isMade = manifests.some(({ others }) =>
    others.some(
      (own) => own.kind === 'Canary' && own.metadata.name === name?.replace(/-(primary|canary)$/, ''),
    ),
  );
  return isMade
    ? {
        hint: 'Flagger\u2019s controller would make it for its Canary, with the Services -primary and -canary, a Deployment -primary and a VirtualService; the model has no such controller: write them into the manifests',
      }
    : {};
}
