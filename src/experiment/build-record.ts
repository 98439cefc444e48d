import type { World } from '../mesh/world.ts';
import { isTcpPort } from '../mesh/istiod/cluster.ts';
import { flagBits, flagSet, flagText } from '../mesh/envoy/response-flag.ts';
import type {
  ConfiguredStep,
  LatencySummary,
  Metrics,
  PageTotals,
  Phase,
  PhaseMeters,
  Push,
  Refresh,
  RefreshSession,
  RunRecord,
  ServiceSplit,
  SplitCounts,
  SplitWindow,
} from '../record/record.ts';
import type { Histogram } from '../stats/histogram.ts';
import { binomInterval, poissonBinomial, twoSidedFromPmf } from '../stats/index.ts';
import { sessionVerdict } from '../verdict/run-verdict.ts';
import { between, type Totals } from './counters.ts';
import { splitTest } from './split-test.ts';
import type { RequestSeries } from '../mesh/telemetry/request-series.ts';
import type { EjectionRow, Recorder } from './recorder.ts';

const seconds = (us: number): number => us / 1e6;
const natural = (a: string, b: string): number => {
  const [x, y] = [a.match(/\d+/)?.[0], b.match(/\d+/)?.[0]];
  if (x !== undefined && y !== undefined && a.replace(x, '') === b.replace(y, ''))
    return Number(x) - Number(y);
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Rows of the keys of one service that got a request or a share, in natural order of their names. */
export function keyRowsOf(world: World, recorder: Recorder, service: string): number[] {
  const used = new Set<number>();
  for (let key = 0; key < world.keys.count; key++)
    if ((recorder.counters.observed[key] ?? 0) > 0) used.add(key);
  for (const variant of world.tables.variants) {
    if (variant.service === service) for (const [key] of variant.shares) used.add(key);
  }
  // A mirrored copy goes where no caller's request may go.
  recorder.counters.served.forEach((tries, key) => {
    if (tries > 0) used.add(key);
  });
  return [...used]
    .filter((key) => world.keys.service[key] === service)
    .sort((a, b) => natural(world.keys.name[a]!, world.keys.name[b]!));
}

/** What a service's requests were, were to be and are told to be. */
export function buildSplit(world: World, recorder: Recorder, service: string): ServiceSplit {
  const keys = keyRowsOf(world, recorder, service);
  const row = world.serviceRow(service);
  const configured = configuredSteps(world, recorder, service, keys);
  return {
    service,
    keys: keys.map((key) => world.keys.name[key]!),
    marks: keys.map((key) => starsOf(world, service, key) ?? null),
    configured,
    phases: phasesOf(world, recorder, row, keys, configured),
    windows: windowsOf(world, recorder, row, keys),
    latency: keys.map((key) => summarise(world.keys.name[key]!, recorder.latency[key])),
  };
}

/** How the page shows a key: by the pods that serve it. */
function starsOf(world: World, service: string, key: number): string | undefined {
  const pod = podOfKey(world, service, key);
  return pod === undefined ? undefined : world.stations.behaviours[pod]!.stars;
}

/** Row of a pod of the service that answers for a key. */
const podOfKey = (world: World, service: string, key: number): number | undefined =>
  world.servicePods(service).find((pod) => world.keyOfPod(service, pod) === key);

function configuredSteps(
  world: World,
  recorder: Recorder,
  service: string,
  keys: readonly number[],
): ConfiguredStep[] {
  const row = world.serviceRow(service);
  const caller = recorder.firstCaller[row];
  const requestClass = recorder.firstClass[row];
  const endpointShares = shareOfEndpoints(world, service, keys);
  const steps: ConfiguredStep[] = [];
  for (const change of recorder.changes) {
    const asks = caller !== undefined && caller >= 0;
    // Who asked first may have come with a later pod: until then nobody asked, and nothing has changed since the last change.
    const isLast = change === recorder.changes.at(-1);
    const told = asks
      ? (change.configured[caller] ?? (isLast ? world.proxies.configured[caller] : undefined))
      : undefined;
    if (asks && told === undefined) continue;
    const resolved = told?.resolve(requestClass!);
    const variant =
      resolved === undefined || resolved.variant < 0 ? undefined : world.tables.variants[resolved.variant]!;
    const step: ConfiguredStep = {
      atSeconds: seconds(change.atUs),
      shares:
        variant?.ruled === true
          ? keys.map((key) => variant.shares.find(([own]) => own === key)?.[1] ?? 0)
          : undefined,
      endpointShares,
      rule:
        variant?.rule ??
        (resolved === undefined
          ? 'no rule: the caller has no sidecar'
          : resolved.route === undefined
            ? 'no route: 404'
            : `${resolved.route.metadata.rule}: answered by the proxy with ${resolved.localStatus}`),
    };
    const last = steps[steps.length - 1];
    if (
      last === undefined ||
      JSON.stringify([last.shares, last.rule]) !== JSON.stringify([step.shares, step.rule])
    ) {
      steps.push(step);
    }
  }
  return steps;
}

function shareOfEndpoints(world: World, service: string, keys: readonly number[]): number[] {
  const pods = world.servicePods(service);
  return keys.map((key) =>
    pods.length === 0 ? 0 : pods.filter((pod) => world.keyOfPod(service, pod) === key).length / pods.length,
  );
}

function countsBetween(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
): SplitCounts {
  const requests = between(from, to, 'requests', service);
  return {
    fromSeconds: seconds(from.atUs),
    toSeconds: seconds(to.atUs),
    requests,
    observed: keys.map((key) => between(from, to, 'observed', key)),
    errors: keys.map((key) => between(from, to, 'errors', key)),
    configured: meanShares(world, service, keys, from, to, 'configured'),
    effective: meanShares(world, service, keys, from, to, 'held'),
  };
}

/** Mean share per key over the requests between two moments, by the variants they were routed (or to be routed) by. */
function meanShares(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
  what: 'held' | 'configured',
): number[] | null {
  const name = world.services[service]!;
  const sums = new Map<number, number>();
  let requests = 0;
  world.tables.variants.forEach((variant, row) => {
    if (variant.service !== name) return;
    const count = between(from, to, what, row);
    requests += count;
    if (count > 0)
      for (const [key, share] of variant.shares) sums.set(key, (sums.get(key) ?? 0) + count * share);
  });
  return requests === 0 ? null : keys.map((key) => (sums.get(key) ?? 0) / requests);
}

/** Edges: where this service's configured shares change, and where the last proxy has caught up after that. */
function phasesOf(
  world: World,
  recorder: Recorder,
  service: number,
  keys: readonly number[],
  configured: readonly ConfiguredStep[],
): Phase[] {
  const phases: Phase[] = [];
  const totalAt = (us: number, last: boolean): Totals => {
    const found = last
      ? recorder.totals.findLast((own) => own.atUs === us)
      : recorder.totals.find((own) => own.atUs === us);
    return found ?? recorder.totals[recorder.totals.length - 1]!;
  };
  const endUs = recorder.totals[recorder.totals.length - 1]!.atUs;
  configured.forEach((step, index) => {
    const fromUs = Math.round(step.atSeconds * 1e6);
    const next = configured[index + 1];
    const toUs = next === undefined ? endUs : Math.round(next.atSeconds * 1e6);
    const settledUs = index === 0 ? 0 : (recorder.settledUs.find((us) => us >= fromUs) ?? Infinity);
    const edgeUs = Math.min(settledUs, toUs);
    const add = (a: number, b: number, state: Phase['state']): void => {
      if (b <= a && state === 'propagating') return;
      const from = totalAt(a, false);
      const to = totalAt(b, false);
      const counts = countsBetween(world, service, keys, from, to);
      phases.push({
        ...counts,
        state,
        rule: ruleText(world, step, keys, counts.configured),
        perKey: keys.map((key, at) => ({
          key: world.keys.name[key]!,
          interval:
            counts.requests === 0
              ? null
              : binomInterval({ k: counts.observed[at]!, n: counts.requests, conf: 0.95, method: 'wilson' }),
        })),
        ...splitTest(heldVariants(world, service, keys, from, to), counts.observed),
        meters: metersBetween(world, service, keys, from, to),
      });
    };
    if (index > 0) add(fromUs, edgeUs, 'propagating');
    if (edgeUs < toUs || index === 0) add(index === 0 ? 0 : edgeUs, toUs, 'settled');
  });
  return phases;
}

function metersBetween(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
): PhaseMeters {
  const each = (what: 'served' | 'servedErrors' | 'mirrored' | 'shown'): number[] =>
    keys.map((key) => between(from, to, what, key));
  return {
    served: each('served'),
    servedErrors: each('servedErrors'),
    mirrored: each('mirrored'),
    retries: between(from, to, 'retries', service),
    pages: service === world.focusRow ? each('shown') : null,
    pagesWithout: service === world.focusRow ? between(from, to, 'missing', service) : null,
  };
}

/** How many requests were drawn by which shares; null where a balancer over all endpoints decided. */
function heldVariants(world: World, service: number, keys: readonly number[], from: Totals, to: Totals) {
  const held: { n: number; shares: number[] }[] = [];
  let ruled = true;
  world.tables.variants.forEach((variant, row) => {
    const n = variant.service === world.services[service] ? between(from, to, 'held', row) : 0;
    if (n === 0) return;
    ruled &&= variant.ruled;
    held.push({ n, shares: keys.map((key) => variant.shares.find(([own]) => own === key)?.[1] ?? 0) });
  });
  return ruled ? held : null;
}

function ruleText(
  world: World,
  step: ConfiguredStep,
  keys: readonly number[],
  asked: readonly number[] | null,
): string {
  const { shares } = step;
  if (shares === undefined) return step.rule;
  // A rule that looks at the request gives each its own shares: no one line of it is in force for all.
  if (asked?.some((share, index) => Math.abs(share - shares[index]!) > 1e-6) === true) {
    return 'depends on the request';
  }
  return keys
    .flatMap((key, index) => {
      const share = step.shares![index]!;
      return share > 0 ? [`${world.keys.name[key]!} ${Number((share * 100).toFixed(2))} %`] : [];
    })
    .join(', ');
}

function windowsOf(
  world: World,
  recorder: Recorder,
  service: number,
  keys: readonly number[],
): SplitWindow[] {
  const windows: SplitWindow[] = [];
  let from = recorder.totals[0]!;
  for (const mark of recorder.marks) {
    const to = recorder.totals[mark.total]!;
    if (to.atUs > from.atUs) {
      windows.push({
        ...countsBetween(world, service, keys, from, to),
        latency: keys.map((key) => {
          const [p50, p95, p99] = mark.latency[key] ?? [0, 0, 0];
          return { p50: p50 / 1000, p95: p95 / 1000, p99: p99 / 1000 };
        }),
      });
    }
    from = to;
  }
  return windows;
}

export function summarise(key: string, histogram: Histogram | undefined): LatencySummary {
  if (histogram === undefined || histogram.count === 0) {
    return { key, count: 0, meanMs: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, maxMs: 0, bins: [] };
  }
  const at = (q: number): number => histogram.quantile(q) / 1000;
  return {
    key,
    count: histogram.count,
    meanMs: Number((histogram.sum / histogram.count / 1000).toFixed(4)),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    maxMs: histogram.max / 1000,
    bins: histogram.filled().map(([upperUs, count]) => [upperUs / 1000, count] as const),
  };
}

export function buildPushes(recorder: Recorder): Push[] {
  return recorder.pushes.map((push) => ({
    snapshot: push.snapshot,
    changedSeconds: seconds(push.firstUs),
    startedSeconds: seconds(push.startedUs),
    changes: push.changes,
    // A proxy that is no longer there, or came when the push was under way, is not waited for.
    arrivals: Array.from(push.arrivalUs, (us, proxy) => ({
      proxy,
      atSeconds: Number.isNaN(us) ? null : seconds(us),
    })).filter((own) => own.atSeconds !== null || push.missing > 0),
    settledSeconds:
      push.missing > 0
        ? null
        : seconds(push.arrivalUs.reduce((latest, us) => (us > latest ? us : latest), 0)),
  }));
}

/** Refreshes up to which the whole law of a tally is worked out and drawn. */
const exactLimit = 5000;

/** How many refreshes were drawn by which shares. */
function drawnBy(
  rows: readonly { readonly variant: number }[],
  keys: readonly number[],
  shareOf: (variant: number, key: number) => number,
) {
  const variants = [...new Set(rows.map((row) => row.variant))];
  return variants.map((variant) => ({
    n: rows.filter((row) => row.variant === variant).length,
    shares: keys.map((key) => shareOf(variant, key)),
  }));
}

/** One browser's pages, with the exact law of their tally. */
export function buildSession(
  world: World,
  recorder: Recorder,
  source: number,
  name: string,
  service: string,
): RefreshSession {
  const keys = keyRowsOf(world, recorder, service);
  const rows = recorder.refreshes.get(source)!;
  const variants = world.tables.variants;
  const drawn = rows.filter((row) => row.variant >= 0);
  const ruled = drawn.length > 0 && drawn.every((row) => variants[row.variant]!.ruled);
  const shareOf = (variant: number, key: number): number =>
    variants[variant]?.shares.find(([own]) => own === key)?.[1] ?? 0;
  // The key that was drawn for: the last one that some refresh gave a share strictly between none and all; while a rule
  // is on its way, one whose share changed.
  const open = (key: number): boolean =>
    drawn.some((row) => shareOf(row.variant, key) > 0 && shareOf(row.variant, key) < 1) ||
    new Set(drawn.map((row) => shareOf(row.variant, key))).size > 1;
  const distributionKey = ruled ? (keys.filter(open).pop() ?? null) : null;
  const pmf = (variant: 'variant' | 'configured'): Float64Array | null =>
    distributionKey === null || drawn.length > exactLimit
      ? null
      : poissonBinomial(drawn.map((row) => shareOf(row[variant], distributionKey)));
  const distribution = pmf('variant');
  const configured = pmf('configured');
  const counts = keys.map((key) => rows.filter((row) => row.status === 200 && row.key === key).length);
  const focusBit = 1 << world.serviceRow(service);
  const refreshes = rows.map((row): Refresh => ({
    atSeconds: seconds(row.startedUs),
    latencyMs: row.latencyUs / 1000,
    key: row.status === 200 ? keys.indexOf(row.key) : -1,
    shows: shows(world, service, row.key, row.missing, focusBit, row.status),
    status: row.status,
    snapshot: row.snapshot,
    stale: row.variant !== row.configured,
    share: row.variant < 0 || distributionKey === null ? null : shareOf(row.variant, distributionKey),
    flags: flagText(row.flags),
  }));
  const session = {
    name,
    service,
    keys: keys.map((key) => world.keys.name[key]!),
    refreshes,
    counts,
    errors: refreshes.filter((refresh) => refresh.shows === 'error').length,
    distribution: distribution === null ? null : Array.from(distribution),
    configuredDistribution: configured === null ? null : Array.from(configured),
    distributionKey: distributionKey === null ? null : world.keys.name[distributionKey]!,
    p:
      distribution !== null
        ? twoSidedFromPmf(distribution, counts[keys.indexOf(distributionKey!)]!)
        : distributionKey === null
          ? null
          : splitTest(drawnBy(drawn, keys, shareOf), counts).p,
  };
  return {
    ...session,
    verdict: sessionVerdict(
      session,
      keys.map((key) => starsOf(world, service, key) ?? null),
    ),
  };
}

function shows(
  world: World,
  service: string,
  key: number,
  missing: number,
  focusBit: number,
  status: number,
): string {
  if (status !== 200 || (missing & focusBit) !== 0 || key < 0) return 'error';
  const stars = starsOf(world, service, key);
  // Stars that could not be fetched: a service that the shown version calls itself is missing from the page.
  const pod = podOfKey(world, service, key);
  const script = pod === undefined ? [] : world.stations.behaviours[pod]!.script;
  const called = script.flatMap((step) => (step.kind === 'call' ? [step.host] : []));
  const lost = called.find((host) => (missing & (1 << world.serviceRow(host))) !== 0);
  if (lost !== undefined) return `no-${lost}`;
  return stars ?? world.keys.name[key]!;
}

/** Ejections and returns in order of time. */
export function buildEjections(world: World, recorder: Recorder): RunRecord['ejections'] {
  const told = (kind: 'ejected' | 'returned') => (row: EjectionRow) => ({
    atSeconds: seconds(row.atUs),
    kind,
    proxy: world.proxies.places[row.proxy]!.pod,
    cluster: row.cluster,
    pod: row.pod,
    reason: row.reason,
  });
  return [...recorder.ejections.map(told('ejected')), ...recorder.returns.map(told('returned'))]
    .sort((a, b) => a.atSeconds - b.atSeconds)
    .slice(0, 1000);
}

/** Envoy's statistics of the clusters that keep any, as far as they are not 0. */
function envoyStatistics(world: World): Metrics['envoy'][number][] {
  return world.upstreams.all.flatMap(({ proxy, settings: { cluster }, breaker, retries, ejectionCount }) =>
    [
      { name: 'envoy_cluster_upstream_rq_retry', value: retries },
      { name: 'envoy_cluster_upstream_rq_retry_overflow', value: breaker.retryOverflows },
      { name: 'envoy_cluster_upstream_rq_pending_overflow', value: breaker.pendingOverflows },
      { name: 'envoy_cluster_upstream_cx_overflow', value: breaker.connectionOverflows },
      {
        name: 'envoy_cluster_outlier_detection_ejections_enforced',
        value: ejectionCount,
      },
    ]
      .filter(({ value }) => value > 0)
      .map((own) => ({ ...own, pod: world.proxies.places[proxy]!.pod, cluster: cluster.name })),
  );
}

/** Counters of the run under the names of workloads. */
/** Series with their counts, in order of caller, service, pod, status and flags. */
const ordered = ({ keys, counts }: RequestSeries) =>
  keys
    .map((key, series) => ({ ...key, requests: counts[series]! }))
    .sort(
      (a, b) =>
        a.caller - b.caller ||
        a.service - b.service ||
        a.pod - b.pod ||
        a.status - b.status ||
        flagSet(a.flags) - flagSet(b.flags),
    );

export function buildMetrics(world: World): Metrics {
  const lines = (
    reporter: 'source' | 'destination',
    series: RequestSeries,
  ): Metrics['requests'][number][] => {
    const sums = new Map<string, Metrics['requests'][number]>();
    for (const row of ordered(series)) {
      const pod = world.pods[row.pod];
      const line = {
        reporter,
        source: world.proxies.places[row.caller]?.workload ?? 'unknown',
        ...serviceFacts(world, world.services[row.service] ?? ''),
        destination: pod?.workload ?? 'unknown',
        version: pod?.labels['version'] ?? 'unknown',
        status: row.status,
        flags: flagText(row.flags),
        requests: row.requests,
      };
      const key = JSON.stringify({ ...line, requests: 0 });
      const sum = sums.get(key);
      sums.set(key, sum === undefined ? line : { ...line, requests: sum.requests + line.requests });
    }
    return [...sums.values()];
  };
  return {
    requests: [
      ...lines('source', world.telemetry.source),
      // A pod without a sidecar has nobody to count for it.
      ...lines('destination', world.telemetry.destination).filter((line) =>
        world.pods.some((pod) => pod.workload === line.destination && pod.sidecar),
      ),
    ],
    envoy: envoyStatistics(world),
  };
}

/** As istiod tells a service's protocol, by the name of its (first) port. */
function serviceFacts(
  world: World,
  service: string,
): Pick<Metrics['requests'][number], 'service' | 'namespace' | 'protocol'> {
  const resource = world.service(service);
  const port = resource?.spec.ports[0];
  const isGrpc = port !== undefined && /^grpc(-|$)/.test((port.appProtocol ?? port.name ?? '').toLowerCase());
  return {
    service,
    namespace: resource?.metadata.namespace ?? 'default',
    protocol: port !== undefined && isTcpPort(port) ? 'tcp' : isGrpc ? 'grpc' : 'http',
  };
}

export function buildPages(world: World, recorder: Recorder, lateUs: number): PageTotals {
  const { counters } = recorder;
  return {
    pages: counters.pages,
    failed: counters.pagesFailed,
    withErrorInBody: world.services.flatMap((service, row) =>
      counters.missing[row]! > 0 ? [{ service, pages: counters.missing[row]! }] : [],
    ),
    plainErrors: world.services.flatMap((service, row) =>
      counters.plainErrors[row]! > 0 ? [{ service, requests: counters.plainErrors[row]! }] : [],
    ),
    flags: world.services.flatMap((service, row) =>
      Array.from({ length: flagBits }, (_, bit) => ({
        service,
        flag: flagText(1 << bit),
        requests: counters.flags[row * flagBits + bit]!,
      })).filter((entry) => entry.requests > 0),
    ),
    latency: summarise('page', recorder.pageLatency),
    inFlight: world.pagesInFlight,
    overdue: world.pagesWaitingSince(world.simulation.nowUs - lateUs),
  };
}
