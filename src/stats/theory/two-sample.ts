import { exp } from '../../kernel/math.ts';
import { mustBeCount, mustBeInnerShare, mustBeShare, refuse } from '../argument.ts';
import { certain, logBinomial, TIE } from '../binomial.ts';
import { normalUpperQuantile } from '../gamma.ts';
import { hypergeometric } from '../hypergeometric.ts';
import { mustBePart } from '../interval.ts';
import { twoSided, type Lattice } from '../lattice.ts';
import { mustBeTwoShares, upTo } from '../two-prop-size.ts';

/** Tables (k1, k2) that an exact power may sum over: about a second. */
const MOST_TABLES = 2e7;

/**
 * Requests per group by Cohen's effect size h = 2 asin sqrt p1 - 2 asin sqrt p2: n = 2 ((z_{1-alpha/2} + z_power) / h)^2
 * (J. Cohen, Statistical Power Analysis, chapter 6).
 * @throws RangeError unless 0 <= p1, p2 <= 1 differ and 0 < alpha, power < 1.
 */
export function arcsineSampleSize({
  p1,
  p2,
  alpha,
  power,
}: {
  readonly p1: number;
  readonly p2: number;
  readonly alpha: number;
  readonly power: number;
}): { readonly h: number; readonly n: number; readonly nCeil: number } {
  mustBeTwoShares(p1, p2);
  mustBeInnerShare('alpha', alpha);
  mustBeInnerShare('power', power);
  const h = 2 * (asinSqrt(p1) - asinSqrt(p2));
  const root = (normalUpperQuantile(alpha / 2) + upTo(power)) / h;
  const n = 2 * root * root;
  return { h, n, nCeil: Math.ceil(n) };
}

/** asin(sqrt p) = atan(sqrt(p / (1 - p))): the angle is halved until its series is short. */
function asinSqrt(p: number): number {
  if (p > 0.5) return Math.PI / 2 - asinSqrt(1 - p);
  let tangent = Math.sqrt(p / (1 - p));
  for (let i = 0; i < 3; i += 1) tangent = tangent / (1 + Math.sqrt(1 + tangent * tangent));
  const square = tangent * tangent;
  let sum = 0;
  for (let j = 21; j > 0; j -= 2) sum = 1 / j - square * sum;
  return 8 * tangent * sum;
}

/**
 * Fisher's exact two-sided p-value for k1 of n1 against k2 of n2: the probability of all tables with these margins no
 * more probable than the observed one, ties counted with a relative slack of 1e-7.
 * @throws RangeError unless 0 <= k1 <= n1 and 0 <= k2 <= n2 are counts.
 */
export function fisherP({
  k1,
  n1,
  k2,
  n2,
}: {
  readonly k1: number;
  readonly n1: number;
  readonly k2: number;
  readonly n2: number;
}): number {
  mustBePart('k1', k1, 'n1', n1);
  mustBePart('k2', k2, 'n2', n2);
  return twoSided(tables(n1, n2, k1 + k2), k1, 1e-7);
}

/** k1, given that k1 + k2 = successes. */
function tables(n1: number, n2: number, successes: number) {
  return n1 === 0 || n2 === 0 ? certain(n2 === 0 ? successes : 0) : hypergeometric(n1, n2, successes);
}

interface Truth {
  readonly n1: number;
  readonly p1: number;
  readonly n2: number;
  readonly p2: number;
  readonly alpha: number;
}

/**
 * The exact power of Fisher's test: P(fisherP <= alpha) when the shares truly are p1 and p2, summed over all tables.
 * @throws RangeError unless n1, n2 are counts, 0 <= p1, p2 <= 1 and 0 < alpha < 1, or beyond 2e7 tables.
 */
export function fisherPower(truth: Truth): number {
  mustBeTruth(truth);
  const { n1, n2, alpha } = truth;
  const first = probabilities(n1, truth.p1);
  const second = probabilities(n2, truth.p2);
  let power = 0;
  for (let successes = 0; successes <= n1 + n2; successes += 1) {
    const lattice = tables(n1, n2, successes);
    const chances = outcomes(lattice);
    // From both ends inward, always the less probable table next: its p-value is what was passed so far.
    let low = 0;
    let high = chances.length - 1;
    let passed = 0;
    while (low <= high) {
      const limit = Math.min(chances[low]!, chances[high]!) * (1 + 1e-7);
      const from = low;
      const to = high;
      for (; low <= high && chances[low]! <= limit; low += 1) passed += chances[low]!;
      for (; high >= low && chances[high]! <= limit; high -= 1) passed += chances[high]!;
      if (passed > alpha * (1 + TIE)) break;
      for (let i = from; i < low; i += 1) power += both(lattice.min + i, successes);
      for (let i = to; i > high; i -= 1) power += both(lattice.min + i, successes);
    }
  }
  return Math.min(1, power);

  function both(k1: number, successes: number): number {
    return first[k1]! * second[successes - k1]!;
  }
}

/** The probabilities of min .. max, from the mode outward. */
function outcomes(lattice: Lattice): Float64Array {
  const chances = new Float64Array(lattice.max - lattice.min + 1);
  const mode = lattice.mode - lattice.min;
  chances[mode] = exp(lattice.log(lattice.mode));
  for (let i = mode; i + 1 < chances.length; i += 1)
    chances[i + 1] = chances[i]! * lattice.ratio(lattice.min + i);
  for (let i = mode; i > 0; i -= 1) chances[i - 1] = chances[i]! / lattice.ratio(lattice.min + i - 1);
  return chances;
}

/**
 * The exact power of the pooled z test, P(|z| >= z_{1-alpha/2}), summed over all tables; tables with no or with all
 * successes never reject.
 * @throws RangeError unless n1, n2 are counts above 0, 0 <= p1, p2 <= 1 and 0 < alpha < 1, or beyond 2e7 tables.
 */
export function pooledZPower(truth: Truth): number {
  mustBeTruth(truth);
  const { n1, n2, alpha } = truth;
  const z = normalUpperQuantile(alpha / 2);
  const first = probabilities(n1, truth.p1);
  const second = probabilities(n2, truth.p2);
  let power = 0;
  for (let k1 = 0; k1 <= n1; k1 += 1) {
    for (let k2 = 0; k2 <= n2; k2 += 1) {
      const pooled = (k1 + k2) / (n1 + n2);
      const difference = k1 / n1 - k2 / n2;
      const variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
      if (variance > 0 && difference * difference >= z * z * variance) power += first[k1]! * second[k2]!;
    }
  }
  return Math.min(1, power);
}

function probabilities(n: number, p: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => exp(logBinomial(n, k, p, 1 - p)));
}

function mustBeTruth({ n1, p1, n2, p2, alpha }: Truth): void {
  mustBeCount('n1', n1, 1);
  mustBeCount('n2', n2, 1);
  mustBeShare('p1', p1);
  mustBeShare('p2', p2);
  mustBeInnerShare('alpha', alpha);
  if ((n1 + 1) * (n2 + 1) > MOST_TABLES) refuse('n1', n1, `small enough for ${MOST_TABLES} tables`);
}
