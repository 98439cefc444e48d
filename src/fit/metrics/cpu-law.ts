import { ln } from '../../kernel/math.ts';
import { tQuantile } from '../../stats/beta.ts';
import type { Estimate } from '../estimate.ts';
import type { Counter } from './counter.ts';

/** CPU of what does the same work in several pods: cores = idle + requests a second x CPU of each (the utilisation law). */
export interface CpuFound {
  /** CPU of one request (or pass), in ms. */
  readonly perRequestMs: Estimate;
  /** Thousandths of a core, of one pod without requests. */
  readonly idleMilli: Estimate;
  /**
   * Whether the two were told apart. False: the rate moved too little for that; all CPU is put down to requests, which is right at
   * this rate alone.
   */
  readonly isTold: boolean;
  /** By how much each pod's CPU is read later than its requests. */
  readonly lags: readonly { readonly pod: string; readonly seconds: number }[];
  readonly windows: number;
}

export interface PodUse {
  readonly pod: string;
  /** CPU seconds. */
  readonly cpu: Counter;
  /** Requests (or passes) until a moment, in seconds since 1970; NaN where that is not known. */
  readonly requestsUntil: (time: number) => number;
  /** Stretches that tell nothing: readings missing, set back, throttled. */
  readonly isBad: (from: number, to: number) => boolean;
  /** Another container of the same pod, read at the same moments, whose CPU follows its requests more closely. */
  readonly beside?: PodUse;
}

const windowSeconds = 60;
const longestLag = 20;
const leastWindows = 6;
/** Rates that differ by less tell only the sum. */
const leastSpread = 0.2;

/** Undefined where too few windows can be read. */
export function cpuOf(pods: readonly PodUse[], source: string): CpuFound | undefined {
  const aligned = pods.map((own) => ({ own, lag: lagOf(own) }));
  const windows = aligned.flatMap(({ own, lag }) => windowsOf(own, lag));
  if (windows.length < leastWindows) return undefined;
  const lags = aligned.map(({ own: { pod }, lag }) => ({ pod, seconds: lag }));
  const rates = windows.map(({ rate }) => rate).sort((a, b) => a - b);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (!(mean > 0)) return undefined;
  const spread = (rates.at(-1)! - rates[0]!) / mean;
  const both = line(windows);
  const isTold = spread >= leastSpread && both !== undefined;
  if (isTold && both.idle >= 0) {
    const t = tQuantile({ q: 0.975, df: Math.max(1, windows.length - 2) });
    return {
      perRequestMs: estimate(both.slope * 1000, t * both.slopeError * 1000, windows.length, source),
      idleMilli: estimate(both.idle * 1000, t * both.idleError * 1000, windows.length, source),
      isTold,
      lags,
      windows: windows.length,
    };
  }
  // A line that would begin below 0 begins at 0.
  const ratio = ratioOf(windows);
  const t = tQuantile({ q: 0.975, df: Math.max(1, windows.length - 1) });
  return {
    perRequestMs: {
      ...estimate(ratio.slope * 1000, t * ratio.error * 1000, windows.length, source),
      ...(isTold ? {} : { low: 0 }),
    },
    idleMilli: {
      value: 0,
      low: 0,
      high: isTold ? Math.max(0, (both.idle + t * both.idleError) * 1000) : ratio.slope * mean * 1000,
      n: windows.length,
      source,
    },
    isTold,
    lags,
    windows: windows.length,
  };
}

const estimate = (value: number, half: number, n: number, source: string): Estimate => ({
  value,
  low: Math.max(0, value - half),
  high: value + half,
  n,
  source,
});

interface Window {
  readonly cores: number;
  readonly rate: number;
}

/** Windows of about a minute between readings of the CPU; the requests of each are counted `lag` seconds earlier. */
function windowsOf({ cpu, requestsUntil, isBad }: PodUse, lag: number): readonly Window[] {
  const windows: Window[] = [];
  let from = 0;
  for (let to = 1; to < cpu.times.length; to += 1) {
    const [begin, end] = [cpu.times[from]!, cpu.times[to]!];
    if (end - begin < windowSeconds - 0.5) continue;
    const count = requestsUntil(end - lag) - requestsUntil(begin - lag);
    const isWhole = Number.isFinite(count) && end - begin < 3 * windowSeconds;
    if (isWhole && !isBad(begin - longestLag, end) && !cpu.hasGap(begin, end) && !cpu.wasReset(begin, end))
      windows.push({
        cores: (cpu.grown[to]! - cpu.grown[from]!) / (end - begin),
        rate: count / (end - begin),
      });
    from = to;
  }
  return windows;
}

const lags = Array.from({ length: 2 * longestLag + 1 }, (_, half) => half / 2);
/** Twice a difference of log-likelihoods that chance alone rarely makes. */
const farOff = 8;

/** The lag that leaves the least unexplained; of two containers of the pod together, unless they contradict each other. */
function lagOf(pod: PodUse): number {
  const own = unexplained(pod);
  const alone = least(own);
  if (pod.beside === undefined) return lags[alone]!;
  const other = unexplained(pod.beside);
  const together = least(own.map((value, at) => value + other[at]!));
  return lags[own[together]! - own[alone]! < farOff ? together : alone]!;
}

/** Twice the negative log-likelihood at each lag, of as many windows as any lag has: at the ends of the data some have one less. */
function unexplained(pod: PodUse): readonly number[] {
  const tried = lags.map((lag) => windowsOf(pod, lag));
  const n = Math.max(...tried.map(({ length }) => length));
  return tried.map((windows) => {
    const fit = windows.length < 4 ? undefined : line(windows);
    return fit === undefined ? Infinity : n * ln(Math.max(fit.rest / windows.length, 1e-18));
  });
}

const least = (values: readonly number[]): number => values.indexOf(Math.min(...values));

interface Line {
  readonly idle: number;
  readonly slope: number;
  readonly idleError: number;
  readonly slopeError: number;
  readonly rest: number;
}

/**
 * Weighted least squares: the CPU of a window varies as its requests do, so that a busy one weighs less. Errors of windows that follow
 * each other go together (Newey & West 1987, two neighbours).
 */
function line(windows: readonly Window[]): Line | undefined {
  const n = windows.length;
  const usual = windows.reduce((sum, own) => sum + own.rate, 0) / n;
  const weights = windows.map(({ rate }) => 1 / (rate + 0.1 * usual));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (own: Window) => number): number =>
    windows.reduce((sum, own, at) => sum + weights[at]! * of(own), 0) / all;
  const meanRate = mean(({ rate }) => rate);
  const meanCores = mean(({ cores }) => cores);
  let square = 0;
  let cross = 0;
  windows.forEach(({ rate, cores }, at) => {
    square += weights[at]! * (rate - meanRate) * (rate - meanRate);
    cross += weights[at]! * (rate - meanRate) * (cores - meanCores);
  });
  if (!(square > 0)) return undefined;
  const slope = cross / square;
  const idle = meanCores - slope * meanRate;
  const left = windows.map(({ rate, cores }) => cores - idle - slope * rate);
  const rest = left.reduce((sum, own, at) => sum + (weights[at]! / all) * n * own * own, 0);
  const variance = (score: (at: number) => number): number => {
    let together = 0;
    let alone = 0;
    for (let at = 0; at < n; at += 1) {
      alone += score(at) * score(at);
      if (at >= 1) together += 2 * (2 / 3) * score(at) * score(at - 1);
      if (at >= 2) together += 2 * (1 / 3) * score(at) * score(at - 2);
    }
    // Never below what independent windows would say.
    return (Math.max(alone + together, alone) * n) / Math.max(1, n - 2);
  };
  const slopeScore = (at: number): number =>
    (weights[at]! * left[at]! * (windows[at]!.rate - meanRate)) / square;
  const idleScore = (at: number): number => (weights[at]! * left[at]!) / all - meanRate * slopeScore(at);
  return {
    idle,
    slope,
    slopeError: Math.sqrt(variance(slopeScore)),
    idleError: Math.sqrt(variance(idleScore)),
    rest,
  };
}

function ratioOf(windows: readonly Window[]): { readonly slope: number; readonly error: number } {
  const n = windows.length;
  const cores = windows.reduce((sum, own) => sum + own.cores, 0);
  const rate = windows.reduce((sum, own) => sum + own.rate, 0);
  const slope = cores / rate;
  const rest = windows.reduce((sum, own) => {
    const off = own.cores - slope * own.rate;
    return sum + off * off;
  }, 0);
  return { slope, error: Math.sqrt((rest * n) / Math.max(1, n - 1)) / rate };
}
