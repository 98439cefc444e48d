import type { Stream } from './chance.ts';
import { exp, ln } from './math.ts';

/** How long something takes; every number in microseconds except `cv` (standard deviation / mean, no unit). */
export type Distribution =
  | { readonly dist: 'constant'; readonly value: number }
  | { readonly dist: 'uniform'; readonly min: number; readonly max: number }
  | { readonly dist: 'exponential'; readonly mean: number }
  | { readonly dist: 'lognormal'; readonly p50: number; readonly p99: number }
  | { readonly dist: 'lognormal'; readonly mean: number; readonly cv: number }
  /** Measured values, each as likely as the others; a draw interpolates between neighbours (inversion of the ECDF). */
  | { readonly dist: 'empirical'; readonly values: readonly number[] };

/** One draw, in microseconds; may have a fraction, is never negative. */
export type Sampler = () => number;

/**
 * Draws by inversion, one uniform number per draw whatever the law, so that two variants of a scenario stay in step
 * when a parameter changes. A constant draws nothing.
 */
export function sampler(distribution: Distribution, stream: Stream): Sampler {
  switch (distribution.dist) {
    case 'constant': {
      const { value } = distribution;
      return () => value;
    }
    case 'uniform': {
      const { min, max } = distribution;
      return () => min + (max - min) * stream.uniform();
    }
    case 'exponential': {
      const { mean } = distribution;
      return () => -ln(1 - stream.uniform()) * mean;
    }
    case 'lognormal': {
      const { mu, sigma } = lognormalParameters(distribution);
      return () => exp(mu + sigma * normalQuantile(inside(stream.uniform())));
    }
    case 'empirical': {
      const values = Float64Array.from(distribution.values).sort();
      const last = values.length - 1;
      return () => {
        const place = stream.uniform() * last;
        const below = Math.floor(place);
        const lower = values[below]!;
        return below === last ? lower : lower + (place - below) * (values[below + 1]! - lower);
      };
    }
  }
}

/**
 * What is left of something that began at any moment in the past: the residual life of a renewal process that is in
 * equilibrium, a uniform part of a draw in which a time counts as often as it is long (Cox 1962, "Renewal Theory", section 5.3).
 * Its mean is E[X^2] / (2 E[X]). An exponential law has no memory: what is left is as the whole.
 */
export function residualSampler(distribution: Distribution, stream: Stream): Sampler {
  if (distribution.dist === 'exponential') return sampler(distribution, stream);
  const whole = lengthBiased(distribution, stream);
  return () => whole() * stream.uniform();
}

/** Draws with the density x f(x) / mean. */
function lengthBiased(distribution: Exclude<Distribution, { dist: 'exponential' }>, stream: Stream): Sampler {
  switch (distribution.dist) {
    case 'constant':
      return sampler(distribution, stream);
    case 'uniform': {
      const { min, max } = distribution;
      return () => Math.sqrt(min * min + (max * max - min * min) * stream.uniform());
    }
    case 'lognormal': {
      const { mu, sigma } = lognormalParameters(distribution);
      return () => exp(mu + sigma * sigma + sigma * normalQuantile(inside(stream.uniform())));
    }
    case 'empirical': {
      const values = Float64Array.from(distribution.values).sort();
      // Between two neighbours the law is uniform: one of these stretches, as often as its mean is long, and a point in it.
      const low = values.length === 1 ? values : values.subarray(0, -1);
      const high = values.length === 1 ? values : values.subarray(1);
      const total = low.reduce((sum, least, place) => sum + least + high[place]!, 0);
      return () => {
        let left = stream.uniform() * total;
        let place = 0;
        while (place < low.length - 1 && left >= low[place]! + high[place]!) {
          left -= low[place]! + high[place]!;
          place += 1;
        }
        const least = low[place]!;
        const most = high[place]!;
        return Math.sqrt(least * least + (most * most - least * least) * stream.uniform());
      };
    }
  }
}

/** Mean in microseconds (of an empirical law: of the interpolated one). */
export function meanOf(distribution: Distribution): number {
  switch (distribution.dist) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'exponential':
      return distribution.mean;
    case 'lognormal': {
      if ('mean' in distribution) return distribution.mean;
      const { mu, sigma } = lognormalParameters(distribution);
      return exp(mu + (sigma * sigma) / 2);
    }
    case 'empirical': {
      const values = Float64Array.from(distribution.values).sort();
      if (values.length === 1) return values[0]!;
      let area = 0;
      for (let i = 1; i < values.length; i++) area += (values[i - 1]! + values[i]!) / 2;
      return area / (values.length - 1);
    }
  }
}

/** 99th percentile of the standard normal. */
const z99 = 2.3263478740408408;

/** mu and sigma of ln X. From mean and cv: sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2 / 2. */
function lognormalParameters(
  law: Extract<Distribution, { dist: 'lognormal' }>,
): Readonly<{ mu: number; sigma: number }> {
  if ('p50' in law) return { mu: ln(law.p50), sigma: ln(law.p99 / law.p50) / z99 };
  const variance = ln(1 + law.cv * law.cv);
  return { mu: ln(law.mean) - variance / 2, sigma: Math.sqrt(variance) };
}

/** 0 is a possible draw, but has no finite normal quantile: the smallest draw above it stands in. */
const inside = (uniform: number): number => (uniform > 0 ? uniform : 1.1102230246251565e-16);

/**
 * Quantile of the standard normal for p in (0, 1), relative error about 1e-16.
 * Wichura (1988), Algorithm AS 241, PPND16.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r +
          45921.953931549871457) *
          r +
          13731.693765509461125) *
          r +
          1971.5909503065514427) *
          r +
          133.14166789178437745) *
          r +
          3.387132872796366608)) /
      (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r +
        21213.794301586595867) *
        r +
        5394.1960214247511077) *
        r +
        687.1870074920579083) *
        r +
        42.313330701600911252) *
        r +
        1)
    );
  }
  let r = Math.sqrt(-ln(q < 0 ? p : 1 - p));
  let value: number;
  if (r <= 5) {
    r -= 1.6;
    value =
      (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
        1.27045825245236838258) *
        r +
        3.64784832476320460504) *
        r +
        5.7694972214606914055) *
        r +
        4.6303378461565452959) *
        r +
        1.42343711074968357734) /
      (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
        0.14810397642748007459) *
        r +
        0.68976733498510000455) *
        r +
        1.6763848301838038494) *
        r +
        2.05319162663775882187) *
        r +
        1);
  } else {
    r -= 5;
    value =
      (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
        0.026532189526576123093) *
        r +
        0.29656057182850489123) *
        r +
        1.7848265399172913358) *
        r +
        5.4637849111641143699) *
        r +
        6.6579046435011037772) /
      (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
        7.868691311456132591e-4) *
        r +
        0.0148753612908506148525) *
        r +
        0.13692988092273580531) *
        r +
        0.59983220655588793769) *
        r +
        1);
  }
  return q < 0 ? -value : value;
}
