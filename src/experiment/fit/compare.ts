import { deviation, mean, sum } from 'd3-array';
import { quantileEstimate, quantileOf } from '../../fit/estimate.ts';
import { servedCalls } from '../../fit/logs/logged-call.ts';
import { queueOf } from '../../fit/logs/workers.ts';
import type { Band, FitValidation } from '../../record/fit.ts';
import type { Evidence } from './evidence.ts';
import { bandOf, lineOf, worstOf, type Measured } from './fit-line.ts';
import type { FittedSystem } from './fit-system.ts';
import type { Play, PlayedWorkload } from './play.ts';
import { pagesSeen, workloadSeen, type Seen } from './seen.ts';

/** Relative: of times, rates, cores and workers. In percent or points: of errors and of a version's share. */
const near = { tolerance: 0.1, isRelative: true };
const nearErrors = { tolerance: 0.5, isRelative: false };
const nearShare = { tolerance: 2, isRelative: false };
/** Fewer values say nothing of a quantile; of a p99. */
const leastForQuantiles = 30;
const leastForP99 = 200;

/**
 * Plays of the fitted system against what was observed in the same stretch, line by line.
 *
 * @param held the stretch that was played, by itself
 * @param evidence `all`: everything that was watched
 */
export function compare(
  plays: readonly Play[],
  fitted: FittedSystem,
  held: FittedSystem,
  evidence: { readonly all: Evidence; readonly held: Evidence },
): FitValidation {
  const pages = pagesSeen(evidence.held);
  const measured = [
    ...(pages === undefined ? [] : pagesMeasured(pages, plays, (held.toMs - held.fromMs) / 1000)),
    ...fitted.workloads.flatMap((own) => workloadMeasured(own, plays, evidence.held)),
    ...held.splits.flatMap((own) => splitMeasured(own, fitted, plays)),
  ];
  const compared = measured.flatMap((own) => {
    const line = lineOf(own);
    return line === undefined ? [] : [{ sort: own.sort, line }];
  });
  const fitUntilSeconds = (fitted.toMs - fitted.fromMs) / 1000;
  return {
    fitUntilSeconds,
    seconds: (held.toMs - held.fromMs) / 1000,
    plays: plays.length,
    lines: compared.map(({ line }) => line),
    minutes: minutesOf(plays, evidence.all, fitUntilSeconds),
    quantiles: pages === undefined ? [] : distributionOf(pages, plays),
    worst: worstOf(compared),
  };
}

function pagesMeasured(seen: Seen, plays: readonly Play[], seconds: number): Measured[] {
  const count = seen.ms.length;
  const pages = plays.map((own) => own.pages);
  const rate: Measured = {
    what: 'pages a second',
    sort: 'rate',
    unit: '/s',
    observed: count / seconds,
    predicted: pages.map(({ ms }) => ms.length / seconds),
    ...near,
    ownError: 0,
  };
  return [
    ...quantilesMeasured('page', seen, pages, [0.5, 0.9, 0.95, 0.99]),
    {
      what: 'page mean',
      sort: 'time',
      unit: 'ms',
      observed: mean(seen.ms) ?? NaN,
      predicted: pages.map(({ ms }) => mean(ms) ?? NaN),
      ...near,
      ownError: (deviation(seen.ms) ?? 0) / Math.sqrt(count),
    },
    ...(seen.isSample ? [] : [rate]),
    errorsMeasured('pages that fail', seen, pages),
  ];
}

function workloadMeasured(
  { name, cpu, logged }: FittedSystem['workloads'][number],
  plays: readonly Play[],
  held: Evidence,
): Measured[] {
  const played = plays.flatMap((own) => own.workloads.get(name) ?? []);
  if (played.length < plays.length) return [];
  const seen = workloadSeen(name, held);
  const cores: Measured = {
    what: `${name} CPU`,
    sort: 'cpu',
    unit: 'cores',
    observed: held.metrics.cores(name, held.fromMs / 1000, held.toMs / 1000, held.names),
    predicted: played.map((own) => own.cores),
    ...near,
    ownError: 0,
  };
  return [
    ...(seen === undefined ? [] : quantilesMeasured(name, seen, played, [0.5, 0.99])),
    ...(seen === undefined ? [] : [errorsMeasured(`${name} errors`, seen, played)]),
    ...(cpu === undefined ? [] : [cores]),
    ...workersMeasured(name, logged?.workers.workers ?? null, played, held),
  ];
}

/** Waits come in bursts: no share of them is independent of the others, so that plays alone tell how far they stray. */
function workersMeasured(
  name: string,
  workers: number | null,
  played: readonly PlayedWorkload[],
  { logs, names }: Evidence,
): Measured[] {
  if (workers === null) return [];
  const own = logs.filter(({ pod }) => names.pod(pod).workload === name);
  const queue = queueOf(own.map(servedCalls), workers);
  if (queue === undefined) return [];
  return [
    {
      what: `${name} busy workers`,
      sort: 'workers',
      unit: '%',
      observed: 100 * queue.busy,
      predicted: played.map(({ working, pods }) => (100 * working) / (pods * workers)),
      ...near,
      ownError: 0,
    },
    {
      what: `${name} mean wait`,
      sort: 'workers',
      unit: 'ms',
      observed: queue.waitMeanMs,
      predicted: played.map(({ waitMeanMs }) => waitMeanMs),
      ...near,
      ownError: 0,
    },
  ];
}

/** By calls, as the plays are counted: a phase of few calls weighs little. */
function splitMeasured(
  { service, versions, phases }: FittedSystem['splits'][number],
  fitted: FittedSystem,
  plays: readonly Play[],
): Measured[] {
  const workloads = fitted.workloads.filter((own) => own.service === service);
  const calls = (play: Play, of: readonly FittedSystem['workloads'][number][]): number =>
    sum(of, ({ name }) => play.workloads.get(name)?.ms.length ?? 0);
  return versions.map((version, at) => {
    const own = workloads.filter((workload) => workload.version === version);
    const n = sum(phases, ({ shares }) => shares[at]!.n);
    const share = sum(phases, ({ shares }) => shares[at]!.value * shares[at]!.n) / n;
    return {
      what: `${service} ${version} share`,
      sort: 'share',
      unit: '%',
      observed: 100 * share,
      predicted: plays.map((play) => (100 * calls(play, own)) / Math.max(1, calls(play, workloads))),
      ...nearShare,
      ownError: 100 * shareError(share * n, n),
    };
  });
}

function quantilesMeasured(
  of: string,
  seen: Seen,
  played: readonly Pick<PlayedWorkload, 'ms'>[],
  which: readonly number[],
): Measured[] {
  const observed = Float64Array.from(seen.ms).sort();
  const predicted = played.map(({ ms }) => Float64Array.from(ms).sort());
  if ([observed, ...predicted].some(({ length }) => length < leastForQuantiles)) return [];
  const told = observed.length < leastForP99 ? which.filter((q) => q <= 0.95) : which;
  return told.map((q) => {
    const { low, high } = quantileEstimate(observed, q, '');
    // Half of a 95 % interval is 1.96 standard errors.
    const chance = Number.isFinite(high - low) ? (high - low) / 3.92 : 0;
    return {
      what: `${of} p${Math.round(q * 100)}`,
      sort: 'time',
      unit: 'ms',
      observed: quantileOf(observed, q),
      predicted: predicted.map((own) => quantileOf(own, q)),
      ...near,
      ownError: Math.sqrt(chance * chance + seen.roundingMs * seen.roundingMs),
    };
  });
}

const errorsMeasured = (
  what: string,
  seen: Seen,
  played: readonly Pick<PlayedWorkload, 'ms' | 'failed'>[],
): Measured => ({
  what,
  sort: 'errors',
  unit: '%',
  observed: (100 * seen.failed) / seen.ms.length,
  predicted: played.map(({ ms, failed }) => (100 * failed) / Math.max(1, ms.length)),
  ...nearErrors,
  ownError: 100 * shareError(seen.failed, seen.ms.length),
});

/** Standard error of a share of k in n; of none, or of all, as if half of one more were otherwise. */
const shareError = (k: number, n: number): number =>
  n === 0 ? 0 : Math.sqrt((Math.max(k, 0.5) * Math.max(n - k, 0.5)) / n) / n;

/** Pages by the minute, over all that was watched. */
function minutesOf(plays: readonly Play[], all: Evidence, fitUntil: number): FitValidation['minutes'] {
  const seen = pagesSeen(all);
  if (seen === undefined) return [];
  const seconds = (all.toMs - all.fromMs) / 1000;
  // Of a long watch some sixty stretches are drawn.
  const width = 60 * Math.max(1, Math.ceil(seconds / 3600));
  const within = (at: Float64Array, ms: Float64Array, from: number): Float64Array =>
    ms.filter((_, place) => at[place]! >= from && at[place]! < from + width).sort();
  return Array.from({ length: Math.floor(seconds / width) }, (_, place) => {
    const fromSeconds = place * width;
    const own = within(seen.atSeconds, seen.ms, fromSeconds);
    const played =
      fromSeconds < fitUntil
        ? []
        : plays.map(({ pages }) => within(pages.atSeconds, pages.ms, fromSeconds - fitUntil));
    const at = (sorted: Float64Array, q: number): number => (sorted.length === 0 ? 0 : quantileOf(sorted, q));
    const band = (q: number): Band => bandOf(played.map((one) => at(one, q)));
    return {
      fromSeconds,
      pages: own.length,
      p50Ms: at(own, 0.5),
      p99Ms: at(own, 0.99),
      predicted:
        played.length === 0 || played.some(({ length }) => length === 0)
          ? null
          : { p50Ms: band(0.5), p99Ms: band(0.99) },
    };
  }).filter(({ pages }) => pages > 0);
}

/** The whole law of page times, where enough pages lie beyond a quantile to tell it. */
function distributionOf(pages: Seen, plays: readonly Play[]): FitValidation['quantiles'] {
  const observed = Float64Array.from(pages.ms).sort();
  const played = plays
    .map((own) => Float64Array.from(own.pages.ms).sort())
    .filter(({ length }) => length > 0);
  if (observed.length < leastForQuantiles || played.length === 0) return [];
  const shares = [
    0.01,
    0.02,
    0.05,
    ...Array.from({ length: 18 }, (_, at) => (at + 2) / 20),
    0.97,
    0.98,
    0.99,
    0.995,
  ];
  return shares
    .filter((share) => share <= 0.95 || (1 - share) * observed.length >= 5)
    .map((share) => ({
      share,
      observedMs: quantileOf(observed, share),
      predictedMs: bandOf(played.map((own) => quantileOf(own, share))),
    }));
}
