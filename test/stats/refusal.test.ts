import { describe, expect, test } from 'vitest';
import * as asked from '../../src/stats/index.ts';
import * as theory from '../../src/stats/theory/index.ts';
import reference from '../theory/statistics-reference.json';

/** Valid arguments of every function that takes one object, from the reference cases. */
const functions = { ...asked, ...theory } as unknown as Readonly<Record<string, (args: object) => unknown>>;
const valid = Object.entries(reference).map(
  ([fn, cases]) => [fn, (cases as [Record<string, unknown>, unknown][])[0]![0]] as const,
);

describe('an argument that is no answerable question is refused by its name', () => {
  test.each(valid)('%s', (fn, args) => {
    for (const name of Object.keys(args)) {
      const wrong: unknown[] = [undefined, null, NaN, Infinity, -Infinity, 'x', {}, true];
      const list = args[name];
      if (Array.isArray(list)) wrong.push(3, [...list, NaN], [...list, 'x'], [NaN], [null]);
      for (const value of wrong) {
        const refused = () => functions[fn]!({ ...args, [name]: value });
        expect(refused, `${name} = ${String(value)}`).toThrow(RangeError);
        expect(refused, `${name} = ${String(value)}`).toThrow(/ must be /);
        expect(refused, `${name} = ${String(value)}`).toThrow(new RegExp(`^${name}\\b`));
      }
    }
  });

  test.each<[string, object, string]>([
    ['binomPmf', { n: 2.5, k: 1, p: 0.5 }, 'n'],
    ['binomPmf', { n: -1, k: 0, p: 0.5 }, 'n'],
    ['binomPmf', { n: 3, k: 1.5, p: 0.5 }, 'k'],
    ['binomPmf', { n: 3, k: 1, p: 1.0000001 }, 'p'],
    ['binomTest', { k: 6, n: 5, p: 0.5 }, 'k'],
    ['probWithin', { n: 0, p: 0.5, e: 0.1 }, 'n'],
    ['probWithin', { n: 10, p: 0.5, e: -0.1 }, 'e'],
    ['requiredN', { p: 0.5, e: 0, conf: 0.9 }, 'e'],
    ['requiredN', { p: 0.5, e: 0.1, conf: 1 }, 'conf'],
    ['requiredN', { p: 0.5, e: 1e-9, conf: 0.9999 }, 'e'],
    ['binomInterval', { k: 1, n: 2, conf: 0, method: 'wilson' }, 'conf'],
    ['binomInterval', { k: 1, n: 2, conf: 0.9, method: 'wald' }, 'method'],
    ['binomInterval', { k: 1, n: 2, conf: 0.9, method: 'toString' }, 'method'],
    ['multinomialPmf', { counts: [1, 2], weights: [1, 2, 3] }, 'counts'],
    ['multinomialPmf', { counts: [1, 2], weights: [0, 0] }, 'weights'],
    ['multinomialPmf', { counts: [1, 2], weights: [-1, 2] }, 'weights\\[0\\]'],
    ['chiSquareGof', { counts: [1, 0.5], weights: [1, 1] }, 'counts\\[1\\]'],
    [
      'exactMultinomialTest',
      { counts: [900, 900, 900, 900], weights: [1, 1, 1, 1], order: 'prob' },
      'counts',
    ],
    ['betaBinomialLogE', { k: 1, n: 2, p0: 0.5, a: 0, b: 1 }, 'a'],
    ['dirichletLogE', { counts: [1, 2], weights: [1, 1], alpha: [1] }, 'alpha'],
    ['sprtExact', { p0: 0.1, p1: 0.1, alpha: 0.1, beta: 0.1, pTrue: 0.1, N: 9 }, 'p1'],
    ['sprtExact', { p0: 0.1, p1: 0.2, alpha: 0.1, beta: 0.1, pTrue: 0.1, N: 1e9 }, 'N'],
    ['sprtExact', { p0: 0.5, p1: 0.500001, alpha: 0.1, beta: 0.1, pTrue: 0.5, N: 1e8 }, 'N'],
    ['changePointMle', { seq: [0, 2], pOld: 0.1, pNew: 0.2 }, 'seq\\[1\\]'],
    ['cusumBernoulli', { seq: [1], p0: 0, p1: 0 }, 'seq\\[0\\]'],
    ['couponQuantile', { weights: [1, 1], q: 1 }, 'q'],
    ['pickIndex', { weights: [0.5, 0.5], r: 1 }, 'weights\\[0\\]'],
    ['pickIndex', { weights: [1, 1], r: '18446744073709551616' }, 'r'],
    ['pickIndex', { weights: [1, 1], r: -1 }, 'r'],
    ['pickIndex', { weights: [1, 1], r: '1e3' }, 'r'],
    ['twoPropSampleSize', { p1: 0.1, p2: 0.1, alpha: 0.05, power: 0.9, ratio: 1 }, 'p2'],
    ['fisherP', { k1: 3, n1: 2, k2: 0, n2: 2 }, 'k1'],
    ['normalQuantile', { q: 1 }, 'q'],
    ['tQuantile', { q: 0.5, df: 0 }, 'df'],
    ['chi2Sf', { x: -1, df: 1 }, 'x'],
    ['logGamma', { x: 0 }, 'x'],
    ['meanCi', { data: [1], conf: 0.9 }, 'data'],
    ['pairedDiffCi', { a: [1, 2], b: [1, 2, 3], conf: 0.9 }, 'b'],
    ['welchT', { a: [1, 1], b: [2, 2], conf: 0.9 }, 'a'],
    ['batchMeans', { data: [1, 2, 3], batches: 4, conf: 0.9 }, 'data'],
    ['autocorr', { data: [1, 2, 3], lag: 3 }, 'lag'],
    ['autocorr', { data: [2, 2], lag: 1 }, 'data'],
    ['relPrecisionReps', { n0: 10, mean: 0, sd: 1, gamma: 0.1, conf: 0.9 }, 'mean'],
    ['mrg32k3a', { seed: [0, 0, 0, 1, 1, 1], stream: 0, substream: 0, count: 1 }, 'seed'],
    ['mrg32k3a', { seed: [1, 1, 1, 1, 1, 4294944443], stream: 0, substream: 0, count: 1 }, 'seed\\[5\\]'],
    ['mm1', { lambda: -1, mu: 1 }, 'lambda'],
    ['mm1', { lambda: 1, mu: 0 }, 'mu'],
    ['mm1ResponseQuantile', { lambda: 1, mu: 1, q: 0.5 }, 'lambda'],
    ['mm1WaitQuantile', { lambda: 0.5, mu: 1, q: 1 }, 'q'],
    ['erlangC', { c: 0, a: 1 }, 'c'],
    ['mmck', { lambda: 1, mu: 1, c: 3, K: 2 }, 'K'],
    ['mmck', { lambda: 1, mu: 1, c: 0, K: 2 }, 'c'],
    ['mg1', { lambda: 1, es: 1, es2: 2 }, 'lambda'],
    ['mg1', { lambda: 0.5, es: 1, es2: 0.9 }, 'es2'],
    ['md1WaitCdf', { lambda: 1, d: 1, t: 1 }, 'lambda'],
    ['jackson', { gamma: [1], routing: [[1]], mu: [2], servers: [1] }, 'routing'],
    ['jackson', { gamma: [1], routing: [[0.5]], mu: [2], servers: [1] }, 'mu\\[0\\]'],
    ['mm1SplitMeanResponse', { lambda: 3, weights: [1, 1], mus: [1, 9] }, 'mus\\[0\\]'],
    ['forkJoin2', { lambda: 1, mu: 1 }, 'lambda'],
    ['feedbackMm1', { lambda: 1, mu: 1, r: 1 }, 'r'],
    ['dm1', { d: 1, mu: 1 }, 'mu'],
    ['p2cTail', { lambda: 1, d: 2, i: 1 }, 'lambda'],
    ['jsq2Exact', { rho: 1, d2prob: 1 }, 'rho'],
    ['jsq2Exact', { rho: 0.99, d2prob: 0.001 }, 'd2prob'],
    ['fcfsTrace', { arrivals: [1, 0], services: [1, 1], c: 1 }, 'arrivals\\[1\\]'],
    ['psTrace', { arrivals: [0, 1], services: [1, -1] }, 'services\\[1\\]'],
    ['timeAverage', { times: [0, 2], values: [1, 1], end: 1 }, 'end'],
    ['timeAverage', { times: [2], values: [1], end: 2 }, 'end'],
  ])('%s(%o)', (fn, args, name) => {
    expect(() => functions[fn]!(args)).toThrow(RangeError);
    expect(() => functions[fn]!(args)).toThrow(new RegExp(`^${name} must be `));
  });
});
