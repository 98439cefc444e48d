import { exp } from '../../kernel/math.ts';
import { mustBeCount, mustBeInteger, mustBePositive, mustBeShape, mustBeShare, refuse } from '../argument.ts';
import { lnBetaAgainst } from '../beta.ts';
import { binomial, logBinomial, mustBeRequests } from '../binomial.ts';
import { between, firstTrue, type Lattice } from '../lattice.ts';

/**
 * P(Bin(n1, p1) + Bin(n2, p2) = k): n1 requests under the old rule, n2 under the new one. 0 outside 0..n1+n2.
 * The terms of the convolution rise and fall once, so they are summed from the largest outward.
 * @throws RangeError unless n1, n2 are counts up to 1e13, 0 <= p1, p2 <= 1 and k is an integer.
 */
export function sumBinomPmf({
  n1,
  p1,
  n2,
  p2,
  k,
}: {
  readonly n1: number;
  readonly p1: number;
  readonly n2: number;
  readonly p2: number;
  readonly k: number;
}): number {
  mustBeCount('n1', n1);
  mustBeCount('n2', n2);
  mustBeRequests(n1);
  mustBeRequests(n2);
  mustBeShare('p1', p1);
  mustBeShare('p2', p2);
  mustBeInteger('k', k);
  const first = binomial(n1, p1);
  const second = binomial(n2, p2);
  const min = Math.max(first.min, k - second.max);
  const max = Math.min(first.max, k - second.min);
  if (min > max) return 0;
  // How much likelier j + 1 of the first kind is than j, with k in all: falls in j.
  const ratio = (j: number) => first.ratio(j) / second.ratio(k - j - 1);
  const terms: Lattice = {
    min,
    max,
    mode: min + firstTrue(max - min, (step) => ratio(min + step - 1) < 1) - 1,
    log: (j) => first.log(j) + second.log(k - j),
    ratio,
  };
  return between(terms, min, max);
}

/**
 * The beta-binomial probability C(n, k) B(k + a, n - k + b) / B(a, b): a binomial whose share itself varies as
 * Beta(a, b), as over-dispersed traffic does (intra-class correlation 1 / (a + b + 1)). 0 outside 0..n.
 * @throws RangeError unless n is a count, k an integer and 1e-100 <= a, b <= 1e15.
 */
export function betaBinomPmf({
  n,
  k,
  a,
  b,
}: {
  readonly n: number;
  readonly k: number;
  readonly a: number;
  readonly b: number;
}): number {
  mustBeCount('n', n);
  mustBeInteger('k', k);
  mustBeShape('a', a);
  mustBeShape('b', b);
  if (k < 0 || k > n) return 0;
  // Against the share that both data and prior point to, three factors of moderate size are left.
  const p = (k + a) / (n + a + b);
  const q = (n - k + b) / (n + a + b);
  return exp(logBinomial(n, k, p, q) + lnBetaAgainst(k + a, n - k + b, p, q) - lnBetaAgainst(a, b, p, q));
}

/**
 * What `cluster` requests of one sticky user do to a share p of n requests: the design effect
 * deff = 1 + (cluster - 1) icc, the effective number n / deff and the standard deviation of the observed share
 * (L. Kish, Survey Sampling, 1965).
 * @throws RangeError unless 0 <= p <= 1, n >= 1, cluster >= 1 and 0 <= icc <= 1.
 */
export function clusterSplitVar({
  p,
  n,
  cluster,
  icc,
}: {
  readonly p: number;
  readonly n: number;
  readonly cluster: number;
  readonly icc: number;
}): { readonly deff: number; readonly nEff: number; readonly sdShare: number } {
  mustBeShare('p', p);
  mustBeCount('n', n, 1);
  mustBePositive('cluster', cluster);
  if (cluster < 1) refuse('cluster', cluster, '1 or more');
  mustBeShare('icc', icc);
  const deff = 1 + (cluster - 1) * icc;
  return { deff, nEff: n / deff, sdShare: Math.sqrt((p * (1 - p) * deff) / n) };
}
