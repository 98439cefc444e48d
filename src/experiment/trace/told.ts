import type { ClusterEndpoints } from '../../mesh/envoy/cluster-endpoints.ts';
import { unlimited } from '../../mesh/envoy/circuit-breaker.ts';
import { answerHeaders, sentHeaders } from '../../mesh/envoy/header-operations.ts';
import type { RetryDecision } from '../../mesh/envoy/retry.ts';
import type { RequestHead } from '../../mesh/envoy/route-match.ts';
import { passthroughCluster, type Route } from '../../mesh/envoy/route.ts';
import { intervalOf, moduloTotal } from '../../mesh/envoy/weighted-cluster.ts';
import { role } from '../../mesh/request/role.ts';
import type { World } from '../../mesh/world.ts';
import type { Hop, HopTry } from '../../record/page-trace.ts';

/** What is told of a page while it is played. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };
export type HopDraft = Omit<Draft<Hop>, 'faults' | 'tries' | 'mirrors' | 'calls'> & {
  faults: Hop['faults'][number][];
  tries: Draft<HopTry>[];
  mirrors: Draft<HopTry>[];
  calls: HopDraft[];
};

/** A request that its caller has just begun. */
export function newHop(world: World, row: number, nowUs: number): HopDraft {
  const { rows } = world;
  const head = world.classes.heads[rows.requestClass[row]!]!;
  const caller = rows.caller[row]!;
  const parent = rows.parent[row]!;
  const pod = parent < 0 ? undefined : world.pods[rows.pod[parent]!];
  return {
    service: calledBy(world, row, head.authority),
    method: head.method,
    path: head.path,
    authority: head.authority,
    waited: waitedFor(world, parent),
    caller:
      caller < 0 ? (pod?.name ?? world.pods[world.askingPod(row)]!.name) : world.proxies.places[caller]!.pod,
    sidecar: caller >= 0,
    openedMs: nowUs / 1000,
    endedMs: null,
    status: 0,
    flags: '',
    key: null,
    decision: null,
    faults: [],
    tries: [],
    mirrors: [],
    calls: [],
  };
}

function waitedFor({ rows }: World, parent: number): Hop['waited'] {
  if (parent < 0 || rows.role[parent] !== role.branch) return 'in turn';
  return rows.isNobodys(parent) ? 'not at all' : 'side by side';
}

/** Whom the caller means; what a visitor of the gateway asks for is no name of the mesh. */
function calledBy(world: World, row: number, authority: string): string {
  const { names } = world.keys;
  const caller = world.rows.caller[row]!;
  if (world.proxies.places[caller]?.identity.type === 'gateway') return authority.replace(/:\d+$/, '');
  const namespace =
    caller >= 0
      ? world.proxies.places[caller]!.identity.namespace
      : world.pods[world.askingPod(row)]!.namespace;
  return names.of(names.called(authority, namespace));
}

/** What the breakers of a request's cluster count at this moment. */
export function breakerOf(world: World, row: number): HopTry['breaker'] {
  const { breaker } = world.upstreams.all[world.rows.upstream[row]!]!;
  const limit = (own: number): number | null => (own === unlimited ? null : own);
  const { maxConnections, maxPending, maxRequests } = breaker.thresholds;
  return {
    connections: breaker.connections,
    maxConnections: limit(maxConnections),
    pending: breaker.pending,
    maxPending: limit(maxPending),
    requests: breaker.requests,
    maxRequests: limit(maxRequests),
  };
}

/** Asks the rules once more, this time for their reasons. */
export function decisionOf(
  world: World,
  row: number,
  heldUs: ReadonlyMap<number, number>,
  pushedUs: number,
): Hop['decision'] {
  const { rows, proxies } = world;
  const caller = rows.caller[row]!;
  const worker = rows.worker[row]!;
  const view = proxies.routes[worker]!;
  const route = world.tables.routes[rows.route[row]!]!;
  const requestClass = rows.requestClass[row]!;
  const outbound = view.outbound(requestClass);
  const found = outbound.kind === 'refused' ? undefined : outbound.found;
  const action = route.route?.route;
  const destinations = action?.weighted_clusters?.clusters ?? [];
  const at = route.total === 0 ? 0 : moduloTotal(rows.high[row]!, rows.low[row]!, route.total);
  const index = route.total === 0 ? 0 : intervalOf(route.cumulative, at);
  const configured = proxies.configured[caller]!.resolve(requestClass);
  return {
    worker: worker % proxies.settings.concurrency,
    snapshot: view.snapshot,
    heldSinceSeconds:
      view.snapshot === 0 ? 0 : (heldUs.get(caller) ?? null) === null ? null : heldUs.get(caller)! / 1e6,
    newerPushSeconds: configured.variant !== route.variant && pushedUs >= 0 ? pushedUs / 1e6 : null,
    stale: configured.variant !== route.variant,
    routeConfiguration: found?.routeConfiguration ?? String(world.classes.ports[requestClass]!),
    virtualHost: found?.virtualHost ?? null,
    passed: found?.passed ?? [],
    route: route.route?.name ?? null,
    rule: route.route?.metadata.rule ?? null,
    localStatus: route.localStatus,
    draw:
      route.total === 0
        ? null
        : {
            value: ((BigInt(rows.high[row]!) << 32n) | BigInt(rows.low[row]!)).toString(),
            total: route.total,
            at,
            from: route.cumulative[index]! - destinations[index]!.weight,
            to: route.cumulative[index]!,
          },
    cluster:
      route.localStatus !== 0
        ? null
        : route.passes
          ? passthroughCluster
          : world.tables.clusterNames[route.clusters[index]!]!,
    timeoutMs: route.timeoutUs === 0 ? null : route.timeoutUs / 1000,
    sends: route.changesRequests ? changes(route.route!, index, world.classes.heads[requestClass]!) : [],
    answers:
      route.route === undefined
        ? []
        : answerHeaders(route.route, index).map(([name, value]) => `${name}: ${value}`),
  };
}

/** Headers that leave otherwise than they came. */
function changes(route: Route, destination: number, { headers }: RequestHead): string[] {
  const sent = sentHeaders(route, destination, headers);
  return [...new Set([...Object.keys(headers), ...Object.keys(sent)])].flatMap((name) =>
    sent[name] === headers[name] ? [] : [`${name}: ${sent[name] ?? 'removed'}`],
  );
}

/** A try for which the balancer has just picked an endpoint. */
export function newTry(
  world: World,
  row: number,
  endpoints: ClusterEndpoints,
  pod: number,
  nowUs: number,
): Draft<HopTry> {
  const { proxies, rows } = world;
  const { policy } = endpoints.settings;
  const compared = [...(proxies.compared ?? [])];
  proxies.compared = undefined;
  const caller = rows.caller[row]!;
  const upstream = world.upstreams.known(caller, endpoints);
  const last = upstream?.lastPick(rows.worker[row]!);
  const words = last?.words ?? policy.words;
  const candidates = Array.from(endpoints.pods, (own) => ({
    pod: world.pods[own]!.name,
    active: proxies.active(caller, own),
    ejected: upstream?.isEjected(own) ?? false,
    eligible: last?.pods.includes(own) ?? true,
    // A schedule asks for them, too, but to weigh the endpoint that it has just chosen for its next turn.
    compared: words === policy.words && compared.includes(own),
  }));
  proxies.compared = [];
  return {
    ...newEnd,
    policy: endpoints.settings.cluster.lb_policy,
    how: words,
    priority: last?.priority ?? null,
    candidates,
    pod: pod < 0 ? null : world.pods[pod]!.name,
    pickedMs: nowUs / 1000,
  };
}

/** What a proxy makes of a try's end, in the words of a trace. */
export const nextOf = {
  final: 'done',
  'final-URX': 'limit',
  'final-UO': 'overflow',
  retry: 'retry',
} as const satisfies Readonly<Record<RetryDecision['verdict'], HopTry['next']>>;

const newEnd = {
  sentMs: null,
  arrivedMs: null,
  begunMs: null,
  repliedMs: null,
  endedMs: null,
  status: null,
  reset: null,
  breaker: null,
  next: null,
  because: null,
  backOffMs: 0,
} as const;

/** A try that no balancer of a proxy picked: kube-proxy's choice, what goes on over a connection that stands, or a mirrored copy. */
export const plainTry = (world: World, row: number, nowUs: number): Draft<HopTry> => ({
  ...newEnd,
  policy: null,
  how: null,
  priority: null,
  candidates: [],
  pod: world.pods[world.rows.pod[row]!]!.name,
  pickedMs: nowUs / 1000,
  sentMs: nowUs / 1000,
});
