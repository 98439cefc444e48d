import type { Stream } from './chance.ts';
import { exp, ln } from './math.ts';
import { normalQuantile } from './normal-quantile.ts';
import { quickExp, quickLn, quickNormalQuantile } from './quick-math.ts';

/** How long something takes; every number in microseconds except `cv` (standard deviation / mean) and `weight`, which have no unit. */
export type Distribution =
  | Law
  /** One of the parts, as often as its share of the weights; at least one of them is above 0. */
  | { readonly dist: 'mixture'; readonly parts: readonly (Law & { readonly weight: number })[] };

type Law =
  | { readonly dist: 'constant'; readonly value: number }
  | { readonly dist: 'uniform'; readonly min: number; readonly max: number }
  | { readonly dist: 'exponential'; readonly mean: number }
  | { readonly dist: 'lognormal'; readonly p50: number; readonly p99: number }
  | { readonly dist: 'lognormal'; readonly mean: number; readonly cv: number }
  /** Measured values, each as likely as the others; a draw interpolates between neighbours (inversion of the ECDF). */
  | { readonly dist: 'empirical'; readonly values: readonly number[] };

/** One draw, in microseconds; may have a fraction, is never negative. */
export type Sampler = () => number;

/** Uniform numbers on [0, 1). */
type Uniform = Pick<Stream, 'uniform'>;
type ManyUniform = Pick<Stream, 'uniform' | 'fill'>;

/**
 * Draws by inversion, one uniform number per draw whatever the law, so that two variants of a scenario stay in step
 * when a parameter changes. A constant draws nothing.
 */
export function sampler(distribution: Distribution, stream: Uniform): Sampler {
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
      return () => -quickLn(1 - stream.uniform()) * mean;
    }
    case 'lognormal': {
      const { mu, sigma } = lognormalParameters(distribution);
      if (!isTabled(distribution)) return () => exp(mu + sigma * normalQuantile(inside(stream.uniform())));
      return () => quickExp(mu + sigma * quickNormalQuantile(inside(stream.uniform())));
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
    case 'mixture':
      return oneOf(distribution.parts, stream, sampler);
  }
}

/**
 * Fills lists with draws, the same as those of `sampler` one after the other; the laws that are drawn most have a loop of their own.
 */
export function lawFiller(distribution: Distribution, stream: ManyUniform): (drawn: Float64Array) => void {
  if (distribution.dist === 'exponential') {
    const law = Float64Array.of(distribution.mean);
    return (drawn) => {
      stream.fill(drawn);
      toUnits(drawn, law);
    };
  }
  if (distribution.dist === 'lognormal' && isTabled(distribution)) {
    const { mu, sigma } = lognormalParameters(distribution);
    // Numbers in a list of doubles: those of a closure are boxed anew wherever they are used.
    const law = Float64Array.of(mu, sigma);
    return (drawn) => {
      stream.fill(drawn);
      toNormals(drawn);
      toPowers(drawn, law);
    };
  }
  const draw = sampler(distribution, stream);
  return (drawn) => {
    for (let i = 0; i < drawn.length; i++) drawn[i] = draw();
  };
}

function toNormals(drawn: Float64Array): void {
  for (let i = 0; i < drawn.length; i++) drawn[i] = quickNormalQuantile(inside(drawn[i]!));
}

function toPowers(drawn: Float64Array, law: Float64Array): void {
  for (let i = 0; i < drawn.length; i++) drawn[i] = quickExp(law[0]! + law[1]! * drawn[i]!);
}

function toUnits(drawn: Float64Array, law: Float64Array): void {
  for (let i = 0; i < drawn.length; i++) drawn[i] = -quickLn(1 - drawn[i]!) * law[0]!;
}

/**
 * Draws one of the parts, as often as its share of the weights, and from it. One uniform number tells both: where it falls within
 * the stretch of its part is uniform, too.
 *
 * @param parts at least one has a weight above 0.
 */
function oneOf<Part extends { readonly weight: number }>(
  parts: readonly Part[],
  stream: Uniform,
  drawnBy: (part: Part, within: Uniform) => Sampler,
): Sampler {
  const drawn = parts.filter(({ weight }) => weight > 0);
  const ends = Float64Array.from(drawn, ({ weight }) => weight);
  for (let place = 1; place < ends.length; place++) ends[place]! += ends[place - 1]!;
  const last = ends.length - 1;
  const within = new Float64Array(1);
  const samplers = drawn.map((part) => drawnBy(part, { uniform: () => within[0]! }));
  return () => {
    const at = stream.uniform() * ends[last]!;
    let place = 0;
    while (place < last && at >= ends[place]!) place += 1;
    const from = place === 0 ? 0 : ends[place - 1]!;
    within[0] = Math.min(greatestUniform, (at - from) / (ends[place]! - from));
    return samplers[place]!();
  };
}

/**
 * What is left of something that began at any moment in the past: the residual life of a renewal process that is in
 * equilibrium, a uniform part of a draw in which a time counts as often as it is long (Cox 1962, "Renewal Theory", section 5.3).
 * Its mean is E[X^2] / (2 E[X]). An exponential law has no memory: what is left is as the whole.
 */
export function residualSampler(distribution: Distribution, stream: Uniform): Sampler {
  if (distribution.dist === 'exponential') return sampler(distribution, stream);
  if (distribution.dist === 'mixture') {
    if (meanOf(distribution) === 0) return () => 0;
    // A part is met as often as it takes time. What is left of it may need two numbers of its own.
    const parts = distribution.parts.map((part) => ({
      weight: part.weight * meanOf(part),
      left: residualSampler(part, stream),
    }));
    return oneOf(parts, stream, ({ left }) => left);
  }
  const whole = lengthBiased(distribution, stream);
  return () => whole() * stream.uniform();
}

/** Draws with the density x f(x) / mean. */
function lengthBiased(distribution: Exclude<Law, { dist: 'exponential' }>, stream: Uniform): Sampler {
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
    case 'mixture':
      return averageOf(distribution.parts, meanOf);
  }
}

function averageOf<Part extends { readonly weight: number }>(
  parts: readonly Part[],
  of: (part: Part) => number,
): number {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return parts.reduce((sum, part) => sum + (part.weight / total) * of(part), 0);
}

/** The 99th percentile, in microseconds. */
export function slowOf(distribution: Distribution): number {
  switch (distribution.dist) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return distribution.min + 0.99 * (distribution.max - distribution.min);
    case 'exponential':
      return -ln(0.01) * distribution.mean;
    case 'lognormal': {
      const { mu, sigma } = lognormalParameters(distribution);
      return exp(mu + sigma * z99);
    }
    case 'empirical': {
      const values = Float64Array.from(distribution.values).sort();
      const place = 0.99 * (values.length - 1);
      const below = values[Math.floor(place)]!;
      return below + (place % 1) * (values[Math.ceil(place)]! - below);
    }
    case 'mixture': {
      const { parts } = distribution;
      const upTo = parts.map(shareUpTo);
      const slow = parts.filter(({ weight }) => weight > 0).map(slowOf);
      // It lies between those of the parts.
      return bisected(Math.min(...slow), Math.max(...slow), (us) => {
        const shares = upTo.map((own, place) => ({ weight: parts[place]!.weight, share: own(us) }));
        return averageOf(shares, ({ share }) => share) < 0.99;
      });
    }
  }
}

/** Share of a law's draws that are at most so long: its sampler turned round. */
function shareUpTo(law: Law): (us: number) => number {
  const within = new Float64Array(1);
  const at = sampler(law, { uniform: () => within[0]! });
  return (us) =>
    bisected(0, 1, (share) => {
      within[0] = share;
      return at() <= us;
    });
}

/** Where `isBelow`, which holds up to some number and not beyond it, ends. */
function bisected(low: number, high: number, isBelow: (at: number) => boolean): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 60; step++) {
    const middle = from + (to - from) / 2;
    if (isBelow(middle)) from = middle;
    else to = middle;
  }
  return from;
}

/** 99th percentile of the standard normal. */
const z99 = 2.3263478740408408;

/** mu and sigma of ln X. From mean and cv: sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2 / 2. */
function lognormalParameters(
  law: Extract<Law, { dist: 'lognormal' }>,
): Readonly<{ mu: number; sigma: number }> {
  if ('p50' in law) return { mu: ln(law.p50), sigma: ln(law.p99 / law.p50) / z99 };
  const variance = ln(1 + law.cv * law.cv);
  return { mu: ln(law.mean) - variance / 2, sigma: Math.sqrt(variance) };
}

/** No draw is further than 9 sigma out: so much the table of powers holds. */
function isTabled(law: Extract<Law, { dist: 'lognormal' }>): boolean {
  const { mu, sigma } = lognormalParameters(law);
  return Math.abs(mu) + 9 * sigma <= 700;
}

/** Uniform numbers are multiples of 2^-53 below 1. 0 has no finite normal quantile: the smallest above it stands in. */
const inside = (uniform: number): number => (uniform > 0 ? uniform : 1.1102230246251565e-16);
const greatestUniform = 1 - 1.1102230246251565e-16;
