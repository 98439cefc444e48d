import { worldOf } from './settle.ts';
import type { ClusterEndpoints } from '../mesh/envoy/cluster-endpoints.ts';
import { unlimited } from '../mesh/envoy/circuit-breaker.ts';
import { flagText, responseFlag, type ResponseFlag } from '../mesh/envoy/response-flag.ts';
import type { RetryDecision } from '../mesh/envoy/retry.ts';
import { answerHeaders, sentHeaders } from '../mesh/envoy/header-operations.ts';
import type { RequestHead } from '../mesh/envoy/route-match.ts';
import { passthroughCluster, type Route } from '../mesh/envoy/route.ts';
import { intervalOf, moduloTotal } from '../mesh/envoy/weighted-cluster.ts';
import { silentProbe, type Probe } from '../mesh/telemetry/probe.ts';
import { role } from '../mesh/request/role.ts';
import { nameOfReset } from '../mesh/envoy/reset-reason.ts';
import { World } from '../mesh/world.ts';
import { pageTraceFormat } from '../record/format.ts';
import type { Hop, HopTry, PageTrace } from '../record/page-trace.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { version } from './version.ts';

/** Which page of a run is meant. Pages are numbered from 1, over all traffic, in the order in which they were asked for. */
export type PageWanted =
  | { readonly kind: 'number'; readonly page: number }
  | { readonly kind: 'at'; readonly atUs: number }
  | { readonly kind: 'slowest' }
  | { readonly kind: 'where'; readonly conditions: readonly Condition[] };

/** All of them must hold for one request of the page. */
export type Condition =
  | { readonly what: 'flag'; readonly flag: ResponseFlag }
  | { readonly what: 'status'; readonly status: number }
  | { readonly what: 'service'; readonly service: string }
  | { readonly what: 'key'; readonly key: string }
  | { readonly what: 'tries'; readonly atLeast: number }
  | { readonly what: 'stale' };

/**
 * Plays the scenario again and tells one of its pages hop by hop. The same seed makes the same decisions, so nothing has
 * to be kept of the others: a first pass finds the page, where it is not told by number or time, a second one listens. One story:
 * what the second pass hears is told hop by hop in the order in which it is heard.
 *
 * @returns undefined where the run has no such page
 */
export function tracePage(scenario: Scenario, wanted: PageWanted): PageTrace | undefined {
  const page = findPage(scenario, wanted);
  return page === undefined ? undefined : listenTo(scenario, page);
}

/** Number of the page, counted from 1. */
function findPage(scenario: Scenario, wanted: PageWanted): number | undefined {
  if (wanted.kind === 'number') return wanted.page;
  let opened = 0;
  let found: number | undefined;
  let slowestUs = -1;
  // By root row and its life, what nobody waits for under one of its own: something that a page caused may end after the page itself.
  const numberOf = new Map<number, number>();
  const nameOf = (row: number): number =>
    world.rows.root[row]! + world.rows.rootGeneration[row]! * 4294967296;
  const world: World = new World(
    { ...worldOf(scenario), marksUs: [] },
    {
      ...silentProbe,
      opened: (row, nowUs) => {
        if (world.rows.root[row] !== row) return;
        opened += 1;
        numberOf.set(nameOf(row), opened);
        if (wanted.kind === 'at' && nowUs >= wanted.atUs) found ??= opened;
      },
      branched: (branch, row) => {
        const page = numberOf.get(nameOf(row));
        if (page !== undefined) numberOf.set(nameOf(branch), page);
      },
      answered: (row) => {
        if (wanted.kind === 'where' && found === undefined && holds(world, row, wanted)) {
          found = numberOf.get(nameOf(row));
        }
      },
      pageDone: (row, _source, _page, nowUs) => {
        const tookUs = nowUs - world.rows.startedUs[row]!;
        const page = numberOf.get(nameOf(row));
        // One that was asked for before the clock began has no number.
        if (wanted.kind === 'slowest' && tookUs > slowestUs && page !== undefined) {
          slowestUs = tookUs;
          found = page;
        }
      },
    },
  );
  const stretchUs = Math.max(1, Math.floor(scenario.durationUs / 100));
  for (let untilUs = 0; untilUs < scenario.durationUs;) {
    untilUs = Math.min(scenario.durationUs, untilUs + stretchUs);
    if (!world.runUntil(untilUs)) break;
    if (found !== undefined && wanted.kind !== 'slowest') break;
  }
  return found;
}

function holds(world: World, row: number, { conditions }: { conditions: readonly Condition[] }): boolean {
  const { rows } = world;
  return conditions.every((own) => {
    switch (own.what) {
      case 'flag':
        return (rows.flags[row]! & responseFlag[own.flag]) !== 0;
      case 'status':
        return rows.status[row] === own.status;
      case 'service':
        return world.services[rows.service[row]!] === own.service;
      case 'key':
        return world.keys.name[rows.key[row]!] === own.key;
      case 'tries':
        return rows.attempts[row]! >= own.atLeast;
      case 'stale':
        return rows.variant[row]! >= 0 && rows.variant[row] !== rows.configuredVariant[row];
    }
  });
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type HopDraft = Omit<Draft<Hop>, 'faults' | 'tries' | 'mirrors' | 'calls'> & {
  faults: Hop['faults'][number][];
  tries: Draft<HopTry>[];
  mirrors: Draft<HopTry>[];
  calls: HopDraft[];
};

/** Second pass: everything that the probe tells about one page. */
function listenTo(scenario: Scenario, wanted: number): PageTrace | undefined {
  let opened = 0;
  let source = -1;
  let page = -1;
  let root: HopDraft | undefined;
  let ended = false;
  let pushedUs = -1;
  const heldUs = new Map<number, number>();
  const hops = new Map<number, HopDraft>();
  /** By the row that a try travels in. */
  const tries = new Map<number, { hop: HopDraft; one: Draft<HopTry> }>();
  /** By the row of a call beside others, or that nobody waits for. */
  const branches = new Map<number, HopDraft>();
  const ms = (us: number): number => us / 1000;

  const hopOf = (row: number): HopDraft | undefined => hops.get(row);
  const callerOf = (row: number): HopDraft | undefined => {
    const parent = world.rows.parent[row]!;
    return world.rows.role[parent] === role.branch ? branches.get(parent) : tries.get(parent)?.hop;
  };
  const probe: Probe = {
    ...silentProbe,
    opened: (row, nowUs) => {
      const { rows } = world;
      const isPage = rows.isOpenPage(row);
      if (isPage) {
        opened += 1;
        if (opened !== wanted) {
          hops.delete(row);
          return;
        }
        source = rows.source[row]!;
        page = rows.page[row]!;
      } else {
        if (callerOf(row) === undefined || root === undefined) {
          hops.delete(row);
          return;
        }
      }
      const hop = newHop(world, row, nowUs);
      hops.set(row, hop);
      if (isPage) root = hop;
      else callerOf(row)!.calls.push(hop);
    },
    branched: (branch, row) => {
      const hop = tries.get(row)?.hop;
      if (hop === undefined) branches.delete(branch);
      else branches.set(branch, hop);
    },
    routed: (row) => {
      const hop = hopOf(row);
      if (hop !== undefined) hop.decision = decisionOf(world, row, heldUs, pushedUs);
    },
    faulted: (row, rule, decision) => {
      const percent = (numerator: number): number => (100 * numerator) / rule.denominator;
      const faults = hopOf(row)?.faults;
      if (rule.delayUs > 0) {
        faults?.push({
          kind: 'delay',
          percent: percent(rule.delayNumerator),
          delayMs: ms(rule.delayUs),
          status: null,
          hit: decision.delayUs > 0,
        });
      }
      if (rule.abortStatus > 0) {
        faults?.push({
          kind: 'abort',
          percent: percent(rule.abortNumerator),
          delayMs: null,
          status: rule.abortStatus,
          hit: decision.abortStatus > 0,
        });
      }
    },
    picked: (row, endpoints, pod, nowUs) => {
      const hop = hopOf(row);
      if (hop !== undefined) hop.tries.push(newTry(world, row, endpoints, pod, nowUs));
      world.proxies.compared!.length = 0;
    },
    sent: (row, sent, nowUs) => {
      const hop = hopOf(row);
      if (hop === undefined) {
        tries.delete(sent);
        return;
      }
      const isCopy = sent !== row && world.rows.stream[sent] !== row;
      const picked = isCopy ? undefined : hop.tries.at(-1);
      if (picked?.sentMs === null) {
        picked.sentMs = ms(nowUs);
        tries.set(sent, { hop, one: picked });
      } else {
        const one = plainTry(world, sent, nowUs);
        (isCopy ? hop.mirrors : hop.tries).push(one);
        tries.set(sent, { hop, one });
      }
    },
    arrived: (row, nowUs) => {
      const own = tries.get(row);
      if (own !== undefined) own.one.arrivedMs = ms(nowUs);
    },
    begun: (row, nowUs) => {
      const own = tries.get(row);
      if (own !== undefined) own.one.begunMs = ms(nowUs);
    },
    replied: (row, nowUs) => {
      const own = tries.get(row);
      if (own === undefined) return;
      own.one.repliedMs = ms(nowUs);
      own.one.status = world.rows.status[row]!;
      tries.delete(row);
    },
    tryRefused: (row, nowUs) => {
      const one = hopOf(row)?.tries.at(-1);
      if (one === undefined) return;
      one.endedMs = ms(nowUs);
      one.breaker = breakerOf(world, row);
      one.next = 'refused';
    },
    tryEnded: (row, would, decision, waitUs, nowUs) => {
      const one = hopOf(row)?.tries.at(-1);
      if (one === undefined) return;
      one.endedMs = ms(nowUs);
      const reset = world.rows.reset[row]!;
      if (reset === 0) one.status = world.rows.status[row]!;
      else one.reset = nameOfReset(reset);
      // A try that never came to its pod is heard of no more.
      for (const [sent, own] of tries) {
        if (own.one === one && world.rows.abandoned[sent] === 0) tries.delete(sent);
      }
      one.next = decision === undefined ? 'done' : nextOf[decision.verdict];
      one.because = would?.reason ?? null;
      one.backOffMs = ms(waitUs);
    },
    answered: (row, nowUs) => {
      const hop = hopOf(row);
      if (hop === undefined) return;
      const { rows } = world;
      hop.endedMs = ms(nowUs);
      hop.status = rows.status[row]!;
      hop.flags = flagText(rows.flags[row]!);
      hop.key = world.keys.name[rows.key[row]!] ?? null;
      hop.service = world.services[rows.service[row]!] ?? hop.service;
      hops.delete(row);
      if (hop === root) ended = true;
    },
    pushStarted: (_snapshot, _changes, _firstUs, _lastUs, nowUs) => (pushedUs = nowUs),
    held: (proxy, _snapshot, nowUs) => heldUs.set(proxy, nowUs),
  };
  const world: World = new World({ ...worldOf(scenario), marksUs: [] }, probe);
  world.proxies.compared = [];
  const stretchUs = Math.max(1, Math.floor(scenario.durationUs / 1000));
  // What the page has caused may go on after its end.
  for (let untilUs = 0; untilUs < scenario.durationUs && !(ended && hops.size + tries.size === 0);) {
    untilUs = Math.min(scenario.durationUs, untilUs + stretchUs);
    if (!world.runUntil(untilUs)) break;
    world.proxies.compared.length = 0;
  }
  if (root === undefined) return undefined;
  return {
    schema: pageTraceFormat,
    version,
    scenario: scenario.name,
    seed: scenario.seed,
    page: wanted,
    traffic: scenario.traffic[source]?.name ?? '',
    ofTraffic: page + 1,
    atSeconds: root.openedMs / 1000,
    complete: ended,
    root,
  };
}

function newHop(world: World, row: number, nowUs: number): HopDraft {
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
function breakerOf(world: World, row: number): HopTry['breaker'] {
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
function decisionOf(
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

function newTry(
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
const nextOf = {
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
const plainTry = (world: World, row: number, nowUs: number): Draft<HopTry> => ({
  ...newEnd,
  policy: null,
  how: null,
  priority: null,
  candidates: [],
  pod: world.pods[world.rows.pod[row]!]!.name,
  pickedMs: nowUs / 1000,
  sentMs: nowUs / 1000,
});
