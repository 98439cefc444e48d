import { fullHost } from '../../manifest/host.ts';
import { invalidRollout, nameAndNamespace } from '../../manifest/rollout-invalid.ts';
import type {
  BackendRef,
  Destination,
  KubernetesGrpcRoute,
  KubernetesHttpRoute,
  KubernetesL4Route,
  Rollout,
  RouteDestination,
  VirtualService,
  WrittenObject,
} from '../../manifest/resource.ts';
import { replicaSetsOf } from '../../manifest/scale-target.ts';
import { backendDestination } from '../../mesh/istiod/http-route.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import { templateHash } from '../../mesh/kubernetes/workload-of.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { strangersIn } from './strangers.ts';

/** Rollouts of Argo, as far as it can be told what their controller would do, which the model does not have. */
export function rolloutsIn(
  registry: Registry,
  others: readonly WrittenObject[],
): MeshFacts['rollouts'][number][] {
  const resources = [...registry.entries.values()].map(({ resource }) => resource);
  const rules = sendingIn(registry);
  return resourcesOf(registry, 'Rollout').map((own) => {
    const { strategy } = own.spec;
    const managed = rules.filter((rule) => isManaged(own, rule));
    const invalid = invalidRollout(own, resources, others);
    const strangers = strangersIn(own, resources);
    return {
      name: own.metadata.name,
      steps: strategy.type === 'Canary' ? strategy.steps.length : 0,
      manages: managesOf(own).join(', '),
      ...(strategy.type === 'Canary' ? {} : { switches: strategy.activeService }),
      ...(own.spec.restartAt === undefined ? {} : { restartAt: own.spec.restartAt }),
      ...(own.spec.paused === undefined ? {} : { paused: true as const }),
      ...(invalid === undefined ? {} : { invalid }),
      ...(strangers.length === 0 ? {} : { strangers }),
      templates: [...replicaSetsOf(own, resources), own].map(templateHash),
      isShifted: managed.some(({ sent, ...rule }) =>
        sent.some(
          ({ destination, weight, route }) =>
            weight > 0 &&
            isMoved(own, rule, route) &&
            sideOf(own, destination, rule.metadata.namespace) === 'canary',
        ),
      ),
    };
  });
}

/** Rules that a controller may move the weights of, with all that each sends to. */
function sendingIn(
  registry: Registry,
): (Pick<Rule, 'kind' | 'metadata'> & { readonly sent: readonly Sent[] })[] {
  const ofRules = resourcesOf(registry, 'VirtualService').map(({ kind, metadata, spec }) => ({
    kind,
    metadata,
    sent: [
      ...spec.http.flatMap(({ route, name = '' }) => sentBy(route, name)),
      ...[...spec.tcp, ...spec.tls].flatMap(({ route }) => sentBy(route)),
    ],
  }));
  const routes: readonly Exclude<Rule, VirtualService>[] = [
    ...(['HTTPRoute', 'GRPCRoute'] as const).flatMap((kind) => resourcesOf(registry, kind)),
    ...(['TCPRoute', 'TLSRoute'] as const).flatMap((kind) => resourcesOf(registry, kind)),
  ];
  const ofRoutes = routes.map(({ kind, metadata, spec }) => {
    const rules: readonly { readonly backendRefs: readonly BackendRef[] }[] = spec.rules;
    const sent = rules.flatMap(({ backendRefs }) =>
      backendRefs.map((ref) => ({ destination: backendDestination(ref), weight: ref.weight ?? 1 })),
    );
    return { kind, metadata, sent };
  });
  return [...ofRules, ...ofRoutes];
}

const sentBy = (all: readonly RouteDestination[], name?: string): Sent[] =>
  all.map(({ destination, weight }) => ({
    destination,
    weight: weight ?? (all.length === 1 ? 100 : 0),
    ...(name === undefined ? {} : { route: name }),
  }));

interface Sent {
  readonly destination: Destination;
  readonly weight: number;
  /** Name of the http route, "" without one; absent: it is none. */
  readonly route?: string;
}

type Rule = VirtualService | KubernetesHttpRoute | KubernetesGrpcRoute | KubernetesL4Route;

/** The Rollout whose controller tells the destinations of a rule apart, by a label that it writes; undefined: there is none. */
export const managerOf = (
  rule: Rule,
  destinations: readonly Destination[],
  rollouts: readonly Rollout[],
): string | undefined =>
  rollouts.find(
    (own) =>
      isManaged(own, rule) &&
      destinations.every((destination) => sideOf(own, destination, rule.metadata.namespace) !== undefined),
  )?.metadata.name;

function managesOf({ spec: { strategy } }: Rollout): string[] {
  if (strategy.type !== 'Canary') return [];
  return [
    ...(strategy.istio?.virtualServices ?? []).map(({ name }) => `VirtualService ${name}`),
    ...(strategy.routes ?? []).map(({ kind, name }) => `${kind} ${name}`),
  ];
}

function isManaged(
  { metadata, spec: { strategy } }: Rollout,
  rule: Pick<Rule, 'kind' | 'metadata'>,
): boolean {
  const { name, namespace } = rule.metadata;
  if (strategy.type !== 'Canary') return false;
  if (rule.kind !== 'VirtualService')
    return (
      metadata.namespace === namespace &&
      (strategy.routes ?? []).some((own) => own.kind === rule.kind && own.name === name)
    );
  return (strategy.istio?.virtualServices ?? []).some((own) => isNamed(own.name, metadata.namespace, rule));
}

function isNamed(
  written: string,
  from: string,
  { metadata: { name, namespace } }: Pick<Rule, 'metadata'>,
): boolean {
  const [called, place] = nameAndNamespace(written, from);
  return called === name && place === namespace;
}

/**
 * Weights of a route are moved where the Rollout names it, or no route of that rule: headers of another one may lead to the canary all
 * the time (rollout/trafficrouting/istio/istio.go, getHttpRouteIndexesToPatch).
 */
function isMoved(
  { metadata, spec: { strategy } }: Rollout,
  rule: Pick<Rule, 'metadata'>,
  route: string | undefined,
): boolean {
  const rules = strategy.type === 'Canary' ? (strategy.istio?.virtualServices ?? []) : [];
  const named = rules.filter((own) => isNamed(own.name, metadata.namespace, rule));
  return named.every(({ routes }) => routes.length === 0 || route === undefined || routes.includes(route));
}

/** Which of the two a destination is for the controller: by its subset, or by its Service. */
function sideOf(
  { metadata, spec: { strategy } }: Rollout,
  { host, subset }: Destination,
  namespace: string,
): 'stable' | 'canary' | undefined {
  if (strategy.type !== 'Canary') return undefined;
  const rule = strategy.istio?.destinationRule;
  if (rule !== undefined) {
    if (subset === undefined) return undefined;
    return subset === rule.canarySubsetName
      ? 'canary'
      : subset === rule.stableSubsetName
        ? 'stable'
        : undefined;
  }
  const isService = (service: string | undefined): boolean =>
    service !== undefined && fullHost(host, namespace) === fullHost(service, metadata.namespace);
  return isService(strategy.canaryService)
    ? 'canary'
    : isService(strategy.stableService)
      ? 'stable'
      : undefined;
}
