import type { Gateway, KubernetesGateway, Resource, Service } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import type { ProxyConfiguration } from '../../mesh/envoy/route.ts';
import { assumedServices } from '../../mesh/istiod/view/assumed-service.ts';
import { installedIn } from '../../mesh/istiod/entrance.ts';
import { meshView, translate } from '../../mesh/istiod/translate.ts';
import { applyResources, emptyRegistry, resourcesOf } from '../../mesh/kubernetes/registry.ts';

import { droppedIn } from '../facts/dropped.ts';
import { ruleStandings, type RuleStanding } from './rule-standing.ts';

/** Whose configuration is asked for; what is left open is chosen by the manifests. */
export interface WantedProxy {
  readonly type: ProxyIdentity['type'];
  readonly namespace: string | undefined;
  readonly labels: ProxyIdentity['labels'] | undefined;
}

/** What istiod would send to one proxy, by manifests alone, and the Services that had to be assumed for it. */
export function configurationFor(
  resources: readonly Resource[],
  wanted: WantedProxy,
): {
  readonly proxy: ProxyIdentity;
  readonly configuration: ProxyConfiguration;
  readonly assumed: readonly Service[];
  /** Oldest first. */
  readonly standings: readonly RuleStanding[];
} {
  const assumed = assumedServices(resources);
  const { registry } = applyResources(emptyRegistry, [...assumed, ...resources], 0);
  const gateways = [...resourcesOf(registry, 'Gateway'), ...resourcesOf(registry, 'KubernetesGateway')];
  const proxy = identityOf(wanted, gateways);
  const configuration = translate(registry, proxy);
  const rules = [...resourcesOf(registry, 'VirtualService'), ...resourcesOf(registry, 'HTTPRoute')];
  return {
    proxy,
    configuration,
    assumed,
    standings: ruleStandings(rules, meshView(registry, proxy), configuration, proxy, droppedIn(registry)),
  };
}

/** A gateway is, unless labels are given, the one that the oldest Gateway of the manifests selects, an Istio one first. */
function identityOf(
  { type, labels, namespace }: WantedProxy,
  resources: readonly (Gateway | KubernetesGateway)[],
): ProxyIdentity {
  const chosen = type === 'gateway' && labels === undefined ? firstGateway(resources) : undefined;
  return {
    type,
    namespace: namespace ?? chosen?.namespace ?? 'default',
    labels: chosen?.labels ?? labels ?? {},
  };
}

function firstGateway(
  resources: readonly (Gateway | KubernetesGateway)[],
): Pick<ProxyIdentity, 'namespace' | 'labels'> | undefined {
  const [found] = resources;
  if (found?.kind === 'Gateway') return { namespace: installedIn, labels: found.spec.selector };
  if (found?.kind !== 'KubernetesGateway') return undefined;
  const { name, namespace } = found.metadata;
  return { namespace, labels: { 'gateway.networking.k8s.io/gateway-name': name } };
}
