import type { Stream } from '../kernel/chance.ts';
import { exp, ln } from '../kernel/math.ts';
import { normalQuantile } from '../kernel/normal-quantile.ts';
import { normalTail } from '../stats/gamma.ts';
import { meanEstimate, quantileEstimate, quantileOf, type Estimate } from './estimate.ts';

/** How long something takes, in milliseconds, in the words of an app file. */
export type Law =
  | { readonly dist: 'constant'; readonly valueMs: number }
  | { readonly dist: 'lognormal'; readonly p50Ms: number; readonly p99Ms: number }
  /** Equally distant quantiles from the 0th to the 100th. */
  | { readonly dist: 'empirical'; readonly valuesMs: readonly number[] };

export interface FittedLaw {
  readonly law: Law;
  /** Why this kind of law, in half a sentence. */
  readonly reason: string;
  /** Milliseconds, each. */
  readonly p50: Estimate;
  readonly p90: Estimate;
  /** Of fewer than 30 values nothing is known of it but what the law says: its interval has no upper end. */
  readonly p99: Estimate;
  readonly mean: Estimate;
}

/** z of the 99th percentile. */
const z99 = 2.3263478740408408;
const z975 = 1.959963984540054;

/**
 * The law of durations in milliseconds: lognormal by maximum likelihood where Anderson and Darling's test does not reject it on up
 * to 2,000 of them (1 %) and its 99th percentile is within 5 % of theirs, or as near as two standard errors, else empirical. Of fewer than 30 values it is
 * lognormal unless rejected. Values below 1 microsecond count as that.
 * @returns undefined where there is no value.
 */
export function fitLaw(valuesMs: readonly number[], source: string): FittedLaw | undefined {
  const n = valuesMs.length;
  if (n === 0) return undefined;
  const values = valuesMs.map((value) => Math.max(value, 0.001));
  const sorted = Float64Array.from(values).sort();
  const mean = meanEstimate(values, source);
  const p50 = quantileEstimate(sorted, 0.5, source);
  const p90 = quantileEstimate(sorted, 0.9, source);
  const p99 = quantileEstimate(sorted, 0.99, source);
  if (sorted[0] === sorted[n - 1]) {
    const law: Law = { dist: 'constant', valueMs: sorted[0]! };
    return { law, reason: n === 1 ? 'a single value' : 'all values are equal', p50, p90, p99, mean };
  }
  const logs = values.map(ln);
  const mu = logs.reduce((sum, value) => sum + value, 0) / n;
  const sigma = Math.sqrt(logs.reduce((sum, value) => sum + (value - mu) * (value - mu), 0) / n);
  const lognormal: Law = { dist: 'lognormal', p50Ms: exp(mu), p99Ms: exp(mu + z99 * sigma) };
  const rejected = andersonDarling(thinned(logs, 2000)) > critical;
  const miss = Math.abs(lognormal.p99Ms / p99.value - 1);
  // How far apart the two would be by chance alone: 3.7 sigma / sqrt(n) is one standard error of the sample's.
  const chanceMiss = exp((2 * 3.7 * sigma) / Math.sqrt(n)) - 1;
  if (!rejected && (n < 30 || miss <= Math.max(0.05, chanceMiss))) {
    const at = (z: number): Estimate => {
      const error = sigma * Math.sqrt((1 + (z * z) / 2) / n) * z975;
      const center = mu + z * sigma;
      return { value: exp(center), low: exp(center - error), high: exp(center + error), n, source };
    };
    return {
      law: lognormal,
      reason: n < 30 ? `too few values (${n}) to tell it from lognormal` : 'lognormal is not rejected',
      p50: at(0),
      p90: at(1.2815515655446004),
      p99: n < 30 ? { ...at(z99), high: Infinity } : at(z99),
      mean,
    };
  }
  return {
    law: { dist: 'empirical', valuesMs: equalQuantiles(sorted) },
    reason: rejected ? 'lognormal is rejected' : 'the 99th percentile of a lognormal law would be off',
    p50,
    p90,
    p99,
    mean,
  };
}

/** A draw by inversion. */
export function drawLaw(law: Law, stream: Stream): number {
  switch (law.dist) {
    case 'constant':
      return law.valueMs;
    case 'lognormal': {
      const sigma = ln(law.p99Ms / law.p50Ms) / z99;
      return law.p50Ms * exp(sigma * normalQuantile(Math.max(stream.uniform(), 1e-12)));
    }
    case 'empirical':
      return quantileOf(law.valuesMs, stream.uniform());
  }
}

/** At most 300 values that a reader interpolates between, with the sample's mean: the last stretch ends where its own mean asks. */
function equalQuantiles(sorted: Float64Array): number[] {
  const count = Math.min(sorted.length, 300);
  const values = Array.from({ length: count }, (_, place) => quantileOf(sorted, place / (count - 1)));
  if (count === sorted.length || count < 3) return values.map(rounded);
  const wanted = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const area = values.slice(1, -1).reduce((sum, value) => sum + value, 0) + values[0]! / 2;
  const last = 2 * (wanted * (count - 1) - area);
  values[count - 1] = Math.min(Math.max(last, values[count - 2]!), values[count - 1]!);
  return values.map(rounded);
}

/** To the microsecond, as the model counts. */
const rounded = (valueMs: number): number => Math.round(valueMs * 1000) / 1000;

/** Every k-th in the order they came, so that no part of the time is left out. */
function thinned(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, place) => values[Math.floor((place * values.length) / most)]!);
}

/** For a normal law whose mean and deviation are estimated (Stephens 1974, case 3), at 1 %. */
const critical = 1.035;

/** A^2 of normality with its correction for the size: A^2 (1 + 0.75/n + 2.25/n^2) (D'Agostino & Stephens 1986, table 4.9). */
function andersonDarling(values: readonly number[]): number {
  const n = values.length;
  if (n < 8) return 0;
  const sorted = [...values].sort((one, other) => one - other);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(
    sorted.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1),
  );
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const below = normalTail(-(sorted[i]! - mean) / deviation);
    const above = normalTail((sorted[n - 1 - i]! - mean) / deviation);
    sum += (2 * i + 1) * (ln(Math.max(below, 1e-300)) + ln(Math.max(above, 1e-300)));
  }
  return (-n - sum / n) * (1 + 0.75 / n + 2.25 / (n * n));
}
