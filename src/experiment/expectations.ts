import { flagBit, flagBits } from '../mesh/envoy/response-flag.ts';
import type { World } from '../mesh/world.ts';
import type { Expectation, Refresh, RefreshSession } from '../record/record.ts';
import type { Expect, Scenario } from '../scenario/scenario.ts';
import { binomInterval } from '../stats/index.ts';
import { grouped } from '../verdict/words.ts';
import { expectationText, percent, secondsText } from './expectation-text.ts';
import { between, type Totals } from './counters.ts';
import { keyRowsOf } from './build-record.ts';
import type { Recorder } from './recorder.ts';

/** Moments at which counts must be kept, so that the expectations can be judged. */
export function expectationEdges(scenario: Scenario): number[] {
  return scenario.expect.flatMap((own) => {
    const edges: number[] = [];
    if ('from' in own && typeof own.from === 'number') edges.push(own.from);
    if ('to' in own && own.to !== undefined) edges.push(own.to);
    if ('at' in own) edges.push(own.at);
    return edges;
  });
}

export function judgeExpectations(
  scenario: Scenario,
  world: World,
  recorder: Recorder,
  sessions: readonly RefreshSession[],
): Expectation[] {
  return scenario.expect.map((own) => ({
    text: expectationText(own),
    ...judged(own, world, recorder, sessions),
  }));
}

type Judged = Pick<Expectation, 'ok' | 'found'>;

function judged(own: Expect, world: World, recorder: Recorder, sessions: readonly RefreshSession[]): Judged {
  switch (own.metric) {
    case 'share':
      return judgeShare(own, world, recorder);
    case 'shows':
      return judgeShows(own, sessions);
    case 'took':
      return judgeTook(own, sessions);
    case 'mirrored':
    case 'retries':
    case 'ejections':
      return judgeCount(own, world, recorder);
    case 'busiest':
      return judgeBusiest(own, world, recorder);
    case 'errors':
      return judgeErrors(own, world, recorder);
    case 'flag':
      return judgeFlag(own, world, recorder);
    case 'replicas':
    case 'ready':
      return judgePods(own, recorder);
    case 'propagation':
      return judgePropagation(own, recorder);
    default:
      return judgeLatency(own, world, recorder);
  }
}

type Of<M extends Expect['metric']> = Expect extends infer E
  ? E extends { metric: infer N }
    ? [N & M] extends [never]
      ? never
      : E
    : never
  : never;

/** Holds if the Clopper-Pearson interval of the observed share contains the share that was configured (or effective). */
function judgeShare(own: Of<'share'>, world: World, recorder: Recorder): Judged {
  const span = spanOf(own, recorder);
  if (span === undefined) return { ok: false, found: 'the proxies did not settle within the run' };
  const [from, to] = span;
  const service = world.serviceRow(own.service);
  const key = keyRowsOf(world, recorder, own.service).find((row) => world.keys.name[row] === own.subset);
  const n = between(from, to, 'requests', service);
  if (n === 0) return { ok: false, found: `no request to ${own.service}` };
  const k = key === undefined ? 0 : between(from, to, 'observed', key);
  let wanted = 0;
  world.tables.variants.forEach((variant, row) => {
    if (variant.service !== own.service) return;
    const share = variant.shares.find(([name]) => name === key)?.[1] ?? 0;
    wanted += share * between(from, to, own.against === 'configured' ? 'configured' : 'held', row);
  });
  wanted /= n;
  const [low, high] = binomInterval({ k, n, conf: own.interval, method: 'clopper-pearson' });
  // Sums of shares carry rounding of a few units in the last place; the interval's ends do not decide on those.
  const ok = low <= wanted + 1e-9 && wanted - 1e-9 <= high;
  return {
    ok,
    found: `${percent(k / n)} of ${grouped(n)} requests [${percent(low)}, ${percent(high)}], ${own.against} ${percent(wanted)}`,
  };
}

function judgeErrors(own: Of<'errors'>, world: World, recorder: Recorder): Judged {
  const span = spanOf(own, recorder);
  if (span === undefined) return { ok: false, found: 'the proxies did not settle within the run' };
  const [from, to] = span;
  const row = own.service === undefined ? -1 : world.serviceRow(own.service);
  const n = row < 0 ? to.pages - from.pages : between(from, to, 'requests', row);
  const failed = row < 0 ? to.pagesFailed - from.pagesFailed : between(from, to, 'failed', row);
  if (n === 0) return { ok: false, found: 'none were made' };
  const ok = failed / n <= own.max && failed / n >= (own.min ?? 0);
  return { ok, found: `${grouped(failed)} of ${grouped(n)} (${percent(failed / n)})` };
}

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const within = (value: number, { min, max }: Bounds): boolean =>
  value >= (min ?? -Infinity) && value <= (max ?? Infinity);

/** Replicas that a workload is wanted to have, or pods of it that are ready, at a moment. */
function judgePods(own: Of<'replicas' | 'ready'>, recorder: Recorder): Judged {
  const { workload, at, metric } = own;
  const readings = recorder.capacity?.readings.get(workload) ?? [];
  const found = readings.findLast((each) => each.atUs <= at);
  if (found === undefined) return { ok: false, found: 'there is no such workload, or its pods never change' };
  const count = metric === 'replicas' ? found.wanted : found.ready;
  return { ok: within(count, own), found: String(count) };
}

/** The pages of a session that were asked for within an interval. */
function pagesOf(
  own: { readonly traffic: string; readonly from?: number | undefined; readonly to?: number | undefined },
  sessions: readonly RefreshSession[],
): readonly Refresh[] {
  const { from = 0, to = Infinity } = own;
  const session = sessions.find((each) => each.name === own.traffic);
  return (session?.refreshes ?? []).filter(
    (page) => page.atSeconds * 1e6 >= from && page.atSeconds * 1e6 < to,
  );
}

function judgeShows(own: Of<'shows'>, sessions: readonly RefreshSession[]): Judged {
  const pages = pagesOf(own, sessions);
  const count = pages.filter((page) => page.shows === own.shows).length;
  if (pages.length === 0) return { ok: false, found: 'none were asked for' };
  return {
    ok: within(count / pages.length, own),
    found: `${grouped(count)} of ${grouped(pages.length)} (${percent(count / pages.length)})`,
  };
}

function judgeTook(own: Of<'took'>, sessions: readonly RefreshSession[]): Judged {
  const took = pagesOf(own, sessions).map((page) => page.latencyMs * 1000);
  if (took.length === 0) return { ok: false, found: 'none were asked for' };
  const [least, most] = [Math.min(...took), Math.max(...took)];
  return {
    ok: within(least, own) && within(most, own),
    found: `from ${secondsText(least)} to ${secondsText(most)} over ${took.length} pages`,
  };
}

function judgeCount(own: Of<'mirrored' | 'retries' | 'ejections'>, world: World, recorder: Recorder): Judged {
  const { counters } = recorder;
  const service = world.serviceRow(own.service);
  const count = {
    mirrored: () =>
      world.keys.service.reduce(
        (sum, name, key) => sum + (name === own.service ? (counters.mirrored[key] ?? 0) : 0),
        0,
      ),
    retries: () => counters.retries[service] ?? 0,
    ejections: () => recorder.ejections.filter((each) => each.service === own.service).length,
  }[own.metric]();
  return { ok: within(count, own), found: String(count) };
}

/** By what the pods answered, whoever had asked. */
function judgeBusiest(own: Of<'busiest'>, world: World, recorder: Recorder): Judged {
  const service = world.serviceRow(own.service);
  const perPod = new Map<number, number>();
  for (const row of recorder.destination.rows()) {
    if (row.service === service) perPod.set(row.pod, (perPod.get(row.pod) ?? 0) + row.requests);
  }
  const all = [...perPod.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, ...perPod.values());
  if (all === 0) return { ok: false, found: 'no pod answered' };
  return {
    ok: within(most / all, own),
    found: `${percent(most / all)} of ${grouped(all)} answers, ${perPod.size} pods at work`,
  };
}

function judgeFlag(own: Of<'flag'>, world: World, recorder: Recorder): Judged {
  const span = spanOf(own, recorder);
  if (span === undefined) return { ok: false, found: 'the proxies did not settle within the run' };
  const bit = flagBit(own.flag);
  const count = between(span[0], span[1], 'flags', world.serviceRow(own.service) * flagBits + bit);
  return { ok: count >= (own.min ?? 0) && count <= (own.max ?? Infinity), found: String(count) };
}

function judgePropagation(own: Of<'propagation'>, recorder: Recorder): Judged {
  const slowest = Math.max(
    0,
    ...recorder.pushes.map((push) =>
      push.missing > 0
        ? Infinity
        : push.arrivalUs.reduce((latest, us) => Math.max(latest, us), 0) - push.firstUs,
    ),
  );
  return {
    ok: slowest <= own.max,
    found:
      slowest === Infinity ? 'one had not when the run ended' : `${(slowest / 1e6).toFixed(3)} s at most`,
  };
}

function judgeLatency(
  own: Of<`latency.${string}` & Expect['metric']>,
  world: World,
  recorder: Recorder,
): Judged {
  const quantile = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 }[own.metric.slice(8)]!;
  const histograms =
    own.service === undefined
      ? [recorder.pageLatency]
      : keyRowsOf(world, recorder, own.service)
          .filter((row) => own.subset === undefined || world.keys.name[row] === own.subset)
          .flatMap((row) => recorder.latency[row] ?? []);
  const filled = histograms.filter((histogram) => histogram.count > 0);
  if (filled.length === 0) return { ok: false, found: 'none were served' };
  // Without a subset, every version must keep to it.
  const worst = Math.max(...filled.map((histogram) => histogram.quantile(quantile)));
  return { ok: worst <= own.max, found: `${worst / 1000} ms` };
}

/** Counts at the two ends; undefined where `settled` never came. */
function spanOf(
  own: { readonly from?: number | 'settled' | undefined; readonly to?: number | undefined },
  recorder: Recorder,
): readonly [Totals, Totals] | undefined {
  const { totals } = recorder;
  const end =
    own.to === undefined
      ? totals[totals.length - 1]!
      : (totals.find((total) => total.atUs >= own.to!) ?? totals[totals.length - 1]!);
  if (own.from === undefined) return [totals[0]!, end];
  if (own.from !== 'settled') return [totals.find((total) => total.atUs >= (own.from as number))!, end];
  const lastChange = recorder.changes.findLast(
    (change) => change.atUs < end.atUs && change.changed.length > 0,
  );
  if (lastChange === undefined) return [totals[0]!, end];
  const settledUs = recorder.settledUs.find((us) => us >= lastChange.atUs && us < end.atUs);
  if (settledUs === undefined) return undefined;
  return [totals.find((total) => total.atUs >= settledUs)!, end];
}
