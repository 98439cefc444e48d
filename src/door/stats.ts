/** The arithmetic of chance under the names of its field: binomial tails, intervals, tests, sequential tests, queueing formulas. */
export * from '../stats/index.ts';
export * from '../stats/theory/index.ts';
export { exp, expm1, ln, log1p, pow } from '../kernel/math.ts';
