import { tQuantile } from '../../stats/beta.ts';
import { quantileEstimate, quantileOf } from '../../fit/estimate.ts';
import { servedCalls, type PodLog } from '../../fit/logs/logged-call.ts';
import { queueOf } from '../../fit/logs/workers.ts';
import type { Band, FitLine, FitValidation, FitVerdict } from '../../record/fit.ts';
import type { Evidence } from './evidence.ts';
import type { FittedSystem } from './fit-system.ts';
import type { Play } from './play.ts';

/** What was seen of pages or of a workload: times in ms, of which logs cut the fractions. */
interface Seen {
  readonly ms: Float64Array;
  readonly atSeconds: Float64Array;
  readonly failed: number;
  /** Not all of them were seen: how many there were is not known. */
  readonly isSample: boolean;
  /** By how much a quantile may be off, as only whole milliseconds were written: within one the law is not known. */
  readonly roundingMs: number;
}

const golden = 0.618_033_988_749_895;
/** Relative, of times, cores and workers; points of a share of versions and of errors. */
const tolerance = { relative: 0.1, share: 0.02, errors: 0.005 };
/** Fewer values say nothing of a p99. */
const leastForP99 = 200;

/**
 * Plays of the fitted system against what was observed in the same stretch, line by line.
 *
 * Observed is one play of reality: it strays from the mean of plays as one of them does. So the interval of the difference is that of
 * one more play, t sd sqrt(1 + 1/k), or what the observation's own chance makes of it where fewer requests were seen.
 *
 * @param all everything that was watched; `held` the stretch that was played
 */
export function compare(
  plays: readonly Play[],
  fitted: FittedSystem,
  held: FittedSystem,
  evidence: { readonly all: Evidence; readonly held: Evidence },
): FitValidation {
  const lines: FitLine[] = [];
  const add = (
    what: string,
    unit: string,
    observed: number,
    predicted: readonly number[],
    how: { readonly tolerance: number; readonly relative: boolean; readonly own?: number },
  ): void => {
    if (!Number.isFinite(observed) || predicted.some((own) => !Number.isFinite(own))) return;
    if (how.relative && observed === 0) return;
    lines.push(lineOf(what, unit, observed, predicted, how));
  };
  const near = { tolerance: tolerance.relative, relative: true };
  const quantiles = (
    what: string,
    seen: Seen,
    played: readonly Float64Array[],
    which: readonly number[],
  ): void => {
    const sorted = Float64Array.from(seen.ms).sort();
    if (sorted.length < 30 || played.some((own) => own.length < 30)) return;
    const plain = played.map((own) => Float64Array.from(own).sort());
    for (const q of which) {
      if (q > 0.95 && sorted.length < leastForP99) continue;
      const { low, high } = quantileEstimate(sorted, q, '');
      const chance = Number.isFinite(high - low) ? (high - low) / 3.92 : 0;
      const own = Math.sqrt(chance * chance + seen.roundingMs * seen.roundingMs);
      add(
        `${what} p${Math.round(q * 100)}`,
        'ms',
        quantileOf(sorted, q),
        plain.map((one) => quantileOf(one, q)),
        {
          ...near,
          own,
        },
      );
    }
  };
  const pages = pagesSeen(evidence.held);
  if (pages !== undefined) {
    quantiles(
      'page',
      pages,
      plays.map((own) => own.pages.ms),
      [0.5, 0.9, 0.95, 0.99],
    );
    add(
      'page mean',
      'ms',
      meanOf(pages.ms),
      plays.map((own) => meanOf(own.pages.ms)),
      { ...near, own: deviationOf(pages.ms) / Math.sqrt(pages.ms.length) },
    );
    const seconds = (held.toMs - held.fromMs) / 1000;
    if (!pages.isSample)
      add(
        'pages a second',
        '/s',
        pages.ms.length / seconds,
        plays.map((own) => own.pages.ms.length / seconds),
        near,
      );
    add(
      'pages that fail',
      '%',
      (100 * pages.failed) / pages.ms.length,
      plays.map((own) => (100 * own.pages.failed) / Math.max(1, own.pages.ms.length)),
      {
        tolerance: 100 * tolerance.errors,
        relative: false,
        own: 100 * shareError(pages.failed, pages.ms.length),
      },
    );
  }
  for (const { name, cpu, logged } of fitted.workloads) {
    const played = plays.map((own) => own.workloads.get(name));
    if (played.some((own) => own === undefined)) continue;
    const of = (value: (own: NonNullable<(typeof played)[number]>) => number): number[] =>
      played.map((own) => value(own!));
    const seen = workloadSeen(name, evidence.held);
    if (seen !== undefined && seen.ms.length > 0) {
      quantiles(
        name,
        seen,
        played.map((own) => own!.ms),
        [0.5, 0.99],
      );
      add(
        `${name} errors`,
        '%',
        (100 * seen.failed) / seen.ms.length,
        of((own) => (100 * own.failed) / Math.max(1, own.ms.length)),
        {
          tolerance: 100 * tolerance.errors,
          relative: false,
          own: 100 * shareError(seen.failed, seen.ms.length),
        },
      );
    }
    if (cpu !== undefined)
      add(
        `${name} CPU`,
        'cores',
        evidence.held.metrics.cores(name, held.fromMs / 1000, held.toMs / 1000, evidence.held.names),
        of((own) => own.cores),
        near,
      );
    const workers = logged?.workers.workers ?? null;
    const watched =
      workers === null
        ? undefined
        : queueOf(
            evidence.held.logs
              .filter(({ pod }) => evidence.held.names.pod(pod).workload === name)
              .map(servedCalls),
            workers,
          );
    if (workers !== null && watched !== undefined) {
      add(
        `${name} busy workers`,
        '%',
        100 * watched.busy,
        of((own) => (100 * own.working) / (own.pods * workers)),
        near,
      );
      add(
        `${name} mean wait`,
        'ms',
        watched.waitMeanMs,
        of((own) => own.waitMeanMs),
        {
          ...near,
          // Waits come in bursts: no share of them is independent of the others.
          own: 0,
        },
      );
    }
  }
  for (const split of held.splits) {
    split.versions.forEach((version, at) => {
      const n = split.phases.reduce((sum, { shares }) => sum + shares[at]!.n, 0);
      // By calls, as the plays are counted: a phase of few calls weighs little.
      const observed =
        split.phases.reduce((sum, { shares }) => sum + shares[at]!.value * shares[at]!.n, 0) / n;
      const names = fitted.workloads.filter((own) => own.service === split.service);
      const count = (play: Play, wanted: (version: string) => boolean): number =>
        names
          .filter((own) => wanted(own.version))
          .reduce((sum, own) => sum + (play.workloads.get(own.name)?.ms.length ?? 0), 0);
      add(
        `${split.service} ${version} share`,
        '%',
        100 * observed,
        plays.map(
          (play) =>
            (100 * count(play, (own) => own === version)) /
            Math.max(
              1,
              count(play, () => true),
            ),
        ),
        { tolerance: 100 * tolerance.share, relative: false, own: 100 * shareError(observed * n, n) },
      );
    });
  }
  const [worst] = [...lines]
    .filter(({ verdict }) => verdict === 'differs')
    .sort(
      (one, other) => Math.abs(other.difference) / other.tolerance - Math.abs(one.difference) / one.tolerance,
    );
  return {
    fitUntilSeconds: (fitted.toMs - fitted.fromMs) / 1000,
    seconds: (held.toMs - held.fromMs) / 1000,
    plays: plays.length,
    lines,
    minutes: minutesOf(plays, evidence.all, (fitted.toMs - fitted.fromMs) / 1000),
    quantiles: pages === undefined ? [] : distributionOf(pages, plays),
    worst: worst === undefined ? null : causeOf(worst),
  };
}

function lineOf(
  what: string,
  unit: string,
  observed: number,
  predicted: readonly number[],
  how: { readonly tolerance: number; readonly relative: boolean; readonly own?: number },
): FitLine {
  const { mean, low, high, sd } = bandOf(predicted);
  const k = predicted.length;
  const t = tQuantile({ q: 0.975, df: Math.max(1, k - 1) });
  const half = t * Math.sqrt((sd * sd) / k + Math.max(sd * sd, (how.own ?? 0) * (how.own ?? 0)));
  const scale = how.relative ? 1 / observed : 1;
  const difference = (mean - observed) * scale;
  const [differenceLow, differenceHigh] = [difference - half * scale, difference + half * scale];
  const verdict: FitVerdict =
    differenceLow >= -how.tolerance && differenceHigh <= how.tolerance
      ? 'agrees'
      : differenceLow > how.tolerance || differenceHigh < -how.tolerance
        ? 'differs'
        : 'too few to tell';
  return {
    what,
    unit,
    observed,
    predicted: mean,
    low,
    high,
    difference,
    differenceLow,
    differenceHigh,
    relative: how.relative,
    tolerance: how.tolerance,
    verdict,
  };
}

function bandOf(values: readonly number[]): Band & { readonly sd: number } {
  const n = values.length;
  const mean = values.reduce((sum, own) => sum + own, 0) / n;
  const sd = Math.sqrt(
    values.reduce((sum, own) => sum + (own - mean) * (own - mean), 0) / Math.max(1, n - 1),
  );
  const half = 1.96 * sd;
  return { mean, low: mean - half, high: mean + half, sd };
}

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, own) => sum + own, 0) / values.length;

function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  return Math.sqrt(
    Array.from(values).reduce((sum, own) => sum + (own - mean) * (own - mean), 0) /
      Math.max(1, values.length - 1),
  );
}

const shareError = (k: number, n: number): number =>
  n === 0 ? 0 : Math.sqrt((Math.max(k, 0.5) * Math.max(n - k, 0.5)) / n) / n;

/** Pages at the gateway; else, where no gateway's log was given, at the proxies of those who are asked first. */
function pagesSeen({ logs, spans, fromMs }: Evidence): Seen | undefined {
  const calls = logs
    .filter(({ isGateway }) => isGateway)
    .flatMap(({ outbound }) => outbound.filter(({ host }) => host !== ''));
  if (calls.length > 0) return seenOf(calls, fromMs);
  const tops = spans.filter(({ isGateway, parentId }) => isGateway && parentId === '');
  return tops.length === 0
    ? undefined
    : {
        ms: Float64Array.from(tops, ({ durationUs }) => durationUs / 1000),
        atSeconds: Float64Array.from(tops, ({ startUs }) => (startUs / 1000 - fromMs) / 1000),
        failed: tops.filter(({ isError }) => isError).length,
        isSample: true,
        roundingMs: 0,
      };
}

function workloadSeen(workload: string, { logs, spans, names, fromMs }: Evidence): Seen | undefined {
  const own = logs.filter(({ pod }) => names.pod(pod).workload === workload);
  if (own.length > 0)
    return seenOf(
      own.flatMap(({ inbound }) => inbound),
      fromMs,
    );
  const served = spans.filter(
    ({ kind, pod, isGateway, direction, isProxy }) =>
      kind === 'server' &&
      !isGateway &&
      pod !== '' &&
      names.pod(pod).workload === workload &&
      (direction === 'inbound' || !isProxy),
  );
  return served.length === 0
    ? undefined
    : {
        ms: Float64Array.from(served, ({ durationUs }) => durationUs / 1000),
        atSeconds: Float64Array.from(served, ({ startUs }) => (startUs / 1000 - fromMs) / 1000),
        failed: served.filter(({ isError }) => isError).length,
        isSample: true,
        roundingMs: 0,
      };
}

/** Whole milliseconds are spread over theirs, evenly. */
function seenOf(calls: PodLog['inbound'], fromMs: number): Seen {
  const told = calls.filter(({ durationMs }) => durationMs >= 0);
  return {
    ms: Float64Array.from(told, ({ durationMs }, at) =>
      Number.isInteger(durationMs) ? durationMs + ((at * golden) % 1) : durationMs,
    ),
    atSeconds: Float64Array.from(told, ({ startMs }) => (startMs - fromMs) / 1000),
    failed: told.filter(({ status }) => status >= 500 || status === 0).length,
    isSample: false,
    roundingMs: told.every(({ durationMs }) => Number.isInteger(durationMs)) ? 0.1 : 0,
  };
}

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
    const band = (q: number): Band => {
      const { mean, low, high } = bandOf(played.map((one) => at(one, q)));
      return { mean, low, high };
    };
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

function distributionOf(pages: Seen, plays: readonly Play[]): FitValidation['quantiles'] {
  const observed = Float64Array.from(pages.ms).sort();
  const played = plays
    .map((own) => Float64Array.from(own.pages.ms).sort())
    .filter(({ length }) => length > 0);
  if (observed.length < 30 || played.length === 0) return [];
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
    .map((share) => {
      const { mean, low, high } = bandOf(played.map((own) => quantileOf(own, share)));
      return { share, observedMs: quantileOf(observed, share), predictedMs: { mean, low, high } };
    });
}

function causeOf({ what, difference, relative }: FitLine): string {
  const by = relative
    ? `${Math.round(Math.abs(difference) * 100)} % ${difference > 0 ? 'above' : 'below'} what was observed`
    : `${Math.abs(difference).toFixed(1)} points ${difference > 0 ? 'above' : 'below'} it`;
  const cause = / CPU$/.test(what)
    ? 'work that no request causes (collections, batches), or requests of another kind than before'
    : /busy|wait/.test(what)
      ? 'a minute in which a pod was full: how long that lasts is chance, and few such minutes were seen'
      : /share$/.test(what)
        ? 'a rule that was changed then, which no --change tells'
        : /errors|fail$/.test(what)
          ? 'failures that began or ended later than the fit could see'
          : 'service times that were others by then: other data, other caches, more load than the fit has seen';
  return `Furthest off is ${what}: ${by}. Likely: ${cause}.`;
}
