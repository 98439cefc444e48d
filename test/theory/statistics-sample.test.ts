import { expect, test } from 'vitest';
import * as asked from '../../src/stats/index.ts';
import * as theory from '../../src/stats/theory/index.ts';
import reference from './statistics-reference.json';
import sample from './statistics-sample.json';

/**
 * The functions of src/stats against numbers that were computed without them; README.md beside this file says how.
 * A number passes within its relative tolerance, or the absolute one where 0 is expected; the rest must be equal. The
 * string "Infinity" stands for the number, and "error" for a refusal that names the argument.
 */
const functions = { ...asked, ...theory } as unknown as Readonly<Record<string, (args: object) => unknown>>;

test.each(sample.cases)(
  '$id: $fn gives the number of the published contract',
  ({ fn, args, expected, tol }) => {
    if (expected === 'error') {
      expect(() => functions[fn]!(args)).toThrow(RangeError);
      expect(() => functions[fn]!(args)).toThrow(
        new RegExp(`^(${Object.keys(args).join('|')})\\b.* must be `),
      );
    } else {
      expect(misses(functions[fn]!(args), expected, tol)).toEqual([]);
    }
  },
);

test('every function of the contract is there', () => {
  expect(Object.keys(sample.about.functions).filter((name) => typeof functions[name] !== 'function')).toEqual(
    [],
  );
});

test.each(Object.entries(reference))('%s agrees with arithmetic done elsewhere', (fn, cases) => {
  const tol = { rel: 1e-9, abs: 1e-12 };
  for (const [args, expected] of cases as [object, unknown][]) {
    expect(misses(functions[fn]!(args), expected, tol), JSON.stringify(args)).toEqual([]);
  }
});

test('a number that is off by more than its tolerance is caught', () => {
  const tol = { rel: 1e-9, abs: 1e-12 };
  expect(misses({ a: [1, 2.00000001] }, { a: [1, 2] }, tol)).toEqual(['.a.1: got 2.00000001, expected 2']);
  expect(misses(NaN, 0, tol)).toHaveLength(1);
  expect(misses([1], [1, 2], tol)).toHaveLength(1);
  expect(misses({ stable: true, L: 1 }, { stable: false }, tol)).toHaveLength(1);
});

interface Tolerance {
  readonly rel: number;
  readonly abs: number;
}

/** The leaves of what was expected that differ from what was got. */
function misses(got: unknown, expected: unknown, tol: Tolerance, path = ''): string[] {
  if (typeof expected === 'object' && expected !== null) {
    if (Array.isArray(expected) && (!Array.isArray(got) || got.length !== expected.length)) {
      return [`${path}: got ${JSON.stringify(got)}, expected ${expected.length} entries`];
    }
    return Object.entries(expected).flatMap(([key, value]) =>
      misses((got as Record<string, unknown> | null)?.[key], value, tol, `${path}.${key}`),
    );
  }
  return isNear(got, expected, tol) ? [] : [`${path}: got ${String(got)}, expected ${String(expected)}`];
}

function isNear(got: unknown, expected: unknown, tol: Tolerance): boolean {
  if (expected === 'Infinity') return got === Infinity;
  if (typeof expected !== 'number') return got === expected;
  if (typeof got !== 'number') return false;
  return expected === 0 ? Math.abs(got) <= tol.abs : Math.abs(got - expected) <= tol.rel * Math.abs(expected);
}
