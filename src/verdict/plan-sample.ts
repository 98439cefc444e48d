import {
  exactBinomPower,
  normalQuantile,
  refreshesToSee,
  requiredN,
  twoPropSampleSize,
} from '../stats/index.ts';

export interface SampleQuestion {
  /** Share of the version in question, 0 to 1. */
  readonly share: number;
  readonly conf: number;
  readonly power: number;
  /** To see the split within this much. */
  readonly within?: number;
  /** To tell `share` from this one. */
  readonly against?: number;
  /** To tell these error rates apart, on a canary that gets `share` of the traffic. */
  readonly errors?: { readonly baseline: number; readonly canary: number };
  /** Requests per second; without it no times are told. */
  readonly rps?: number;
}

export interface SamplePlan {
  readonly question: string;
  /** Requests (or refreshes) in total. */
  readonly requests: number;
  readonly how: string;
  /** Seconds at the rate; null without one. */
  readonly seconds: number | null;
}

/**
 * How many requests answer which question about a split. One row per question that was asked; seeing the version at all
 * is always one of them.
 * @throws RangeError for shares outside 0..1 (see the functions of stats).
 */
export function planSample(question: SampleQuestion): SamplePlan[] {
  const { share, conf, power, within, against, errors, rps } = question;
  const plans: Omit<SamplePlan, 'seconds'>[] = [];
  const add = (asked: string, requests: number, how: string): void =>
    void plans.push({ question: asked, requests, how });
  const sure = `${percent(conf)} sure`;
  add(
    `see the version at all, ${sure}`,
    refreshesToSee({ p: share, conf }),
    'exact: smallest n with 1 - (1 - p)^n at least that',
  );
  if (within !== undefined) {
    const { firstN, stableN, normalN } = requiredN({ p: share, e: within, conf });
    add(
      `see its share within ${percent(within)}, ${sure}, for good`,
      stableN,
      'exact: true for this n and every larger one',
    );
    add('  the first n for which it holds', firstN, 'exact: may be a fluke of the lattice');
    add('  by the normal approximation', normalN, 'z^2 p (1 - p) / e^2');
  }
  if (against !== undefined) {
    add(
      `tell ${percent(share)} from ${percent(against)} with power ${percent(power)}`,
      oneShareSize(share, against, 1 - conf, power),
      'smallest n from which on the exact binomial test has that power',
    );
  }
  if (errors !== undefined) {
    const { baseline, canary } = errors;
    const ratio = (1 - share) / share;
    const { n1Ceil } = twoPropSampleSize({ p1: canary, p2: baseline, alpha: 1 - conf, power, ratio });
    add(
      `tell an error rate of ${percent(canary)} on the canary from ${percent(baseline)}, power ${percent(power)}`,
      Math.ceil(n1Ceil / share),
      `two-sided z test; ${n1Ceil} of them on the canary`,
    );
  }
  return plans.map((own) => ({ ...own, seconds: rps === undefined || rps <= 0 ? null : own.requests / rps }));
}

/** Normal approximation to one share against another, two-sided: ((z_a sqrt(p0 q0) + z_b sqrt(p1 q1)) / (p1 - p0))^2. */
function oneShareSize(p0: number, p1: number, alpha: number, power: number): number {
  const start = Math.max(2, Math.ceil(approximate(p0, p1, alpha, power) * 0.7));
  // The exact power is a saw-tooth: the last n that misses it, plus one, within what the approximation can be off by.
  if (start > 20_000) return Math.ceil(approximate(p0, p1, alpha, power));
  const end = Math.ceil(approximate(p0, p1, alpha, power) * 1.4) + 30;
  let last = start;
  for (let n = start; n <= end; n += Math.max(1, Math.floor((end - start) / 400))) {
    if (exactBinomPower({ n, p0, p1, alpha }) < power) last = n + 1;
  }
  return last;
}

const approximate = (p0: number, p1: number, alpha: number, power: number): number => {
  const z =
    normalQuantile({ q: 1 - alpha / 2 }) * Math.sqrt(p0 * (1 - p0)) +
    normalQuantile({ q: power }) * Math.sqrt(p1 * (1 - p1));
  return (z / (p1 - p0)) * (z / (p1 - p0));
};

const percent = (share: number): string => `${Number((share * 100).toPrecision(4))} %`;
