import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, expm1, ln, log1p, pow } from '../../src/kernel/math.ts';

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

function bitsOf(x: number): bigint {
  double[0] = x;
  return bits[0]!;
}

/** Doubles between a and b, that is units in the last place; 0 when they are the same value, or both NaN. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const steps = bitsOf(a) - bitsOf(b);
  return Number(steps < 0n ? -steps : steps);
}

const functions = { ln, exp, log1p, expm1, pow };

// Correctly rounded from 60 digits (Python's mpmath, packed as an IEEE double).
test.each<[keyof typeof functions, number[], bigint]>([
  ['ln', [2], 0x3fe62e42fefa39efn],
  ['ln', [10], 0x40026bb1bbb55516n],
  ['ln', [0.1], 0xc0026bb1bbb55515n],
  ['ln', [1.5], 0x3fd9f323ecbf984cn],
  ['ln', [5e-324], 0xc0874385446d71c3n],
  ['ln', [1.7976931348623157e308], 0x40862e42fefa39efn],
  ['ln', [0.9999999999999999], 0xbca0000000000000n],
  ['exp', [1.5], 0x4011ed3fe64fc541n],
  ['exp', [-1], 0x3fd78b56362cef38n],
  ['exp', [0.5], 0x3ffa61298e1e069cn],
  ['exp', [700], 0x7f0d945df4f8ec8en],
  ['exp', [-700.25], 0x00caf5fe9a485c8en],
  ['exp', [1e-10], 0x3ff000000006df38n],
  ['exp', [-20.125], 0x3e1f3fe0cb68b20cn],
  ['log1p', [1e-10], 0x3ddb7cdfd9d1d693n],
  ['log1p', [0.5], 0x3fd9f323ecbf984cn],
  ['log1p', [-0.5], 0xbfe62e42fefa39efn],
  ['log1p', [1e10], 0x4037069e2aa3184en],
  ['log1p', [-0.9999999999999999], 0xc0425e4f7b2737fan],
  ['expm1', [1e-10], 0x3ddb7cdfd9dda4e3n],
  ['expm1', [0.5], 0x3fe4c2531c3c0d38n],
  ['expm1', [-0.5], 0xbfd92e9a0720d3ecn],
  ['expm1', [50.5], 0x447cf65319c5751an],
  ['expm1', [-30], 0xbfeffffffffffcb5n],
  ['pow', [2, 0.5], 0x3ff6a09e667f3bcdn],
  ['pow', [10, -3], 0x3f50624dd2f1a9fcn],
  ['pow', [1.5, 2.5], 0x40060b9fd68a4554n],
  ['pow', [0.1, 10], 0x3ddb7cdfd9d7bdbfn],
  ['pow', [3, 40], 0x43e517168a4523fdn],
  ['pow', [1.0000001, 1e9], 0x48f349445c228792n],
  ['pow', [7, -0.3], 0x3fe1d96a0c370202n],
])('%s of %o is within 1 ulp of the true value', (name, args, expected) => {
  const call = functions[name] as (...args: number[]) => number;
  const off = BigInt.asIntN(64, expected) - bitsOf(call(...args));
  expect([-1n, 0n, 1n]).toContain(off);
});

const specials = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  0.5,
  -0.5,
  Infinity,
  -Infinity,
  NaN,
  5e-324,
  -5e-324,
  1e-310,
  1e300,
  -1e300,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 65,
  -(2 ** 53 - 1),
  1 - 2 ** -53,
  1 + 2 ** -52,
  709.782712893384,
  709.79,
  -745.2,
  -745.1,
  -1074,
  1024,
];

describe('special values are those of ECMAScript', () => {
  // This is the one place where an engine's own functions may be asked: they are good to an ulp or so.
  test.each([
    ['ln', ln, Math.log],
    ['exp', exp, Math.exp],
    ['log1p', log1p, Math.log1p],
    ['expm1', expm1, Math.expm1],
  ])('%s', (_, ours, theirs) => {
    for (const x of specials) expect(ulps(ours(x), theirs(x)), String(x)).toBeLessThanOrEqual(1);
  });

  test('pow', () => {
    for (const x of specials) {
      for (const y of specials)
        expect(ulps(pow(x, y), Math.pow(x, y)), `${x} ** ${y}`).toBeLessThanOrEqual(1);
    }
  });
});

describe('anywhere, the engine says the same to 2 ulp', () => {
  const anywhere = fc.double({ noNaN: true });
  const nearOne = fc.double({ min: -0.9, max: 3, noNaN: true });
  const inRange = fc.double({ min: -750, max: 715, noNaN: true });
  const agree = (ours: (x: number) => number, theirs: (x: number) => number, x: fc.Arbitrary<number>): void =>
    fc.assert(
      fc.property(x, (value) => ulps(ours(value), theirs(value)) <= 2),
      { numRuns: 20_000 },
    );

  test('ln', () => agree(ln, Math.log, fc.oneof(anywhere, nearOne)));
  test('exp', () => agree(exp, Math.exp, fc.oneof(anywhere, inRange, nearOne)));
  test('log1p', () => agree(log1p, Math.log1p, fc.oneof(anywhere, nearOne)));
  test('expm1', () => agree(expm1, Math.expm1, fc.oneof(anywhere, inRange, nearOne)));
  test('pow', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: -40, max: 40 }),
        (x, y) => {
          expect(ulps(pow(x, y), Math.pow(x, y))).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 20_000 },
    ));
});

test('small arguments keep all their digits', () => {
  // ln(1 + x) = x - x^2/2 + ..., e^x - 1 = x + x^2/2 + ...
  expect(log1p(1e-20)).toBe(1e-20);
  expect(expm1(1e-20)).toBe(1e-20);
  expect(log1p(1e-9)).toBe(1e-9 - 0.5e-18);
  expect(expm1(1e-9)).toBe(1e-9 + 0.5e-18);
});

test('whole powers of whole numbers are exact', () => {
  for (let base = 2; base <= 12; base += 1) {
    for (let power = 1, exact = BigInt(base); exact < 2n ** 53n; power += 1, exact *= BigInt(base)) {
      expect(pow(base, power), `${base} ** ${power}`).toBe(Number(exact));
    }
  }
});

test('the bits of 5000 values are those of every machine before', () => {
  // A fingerprint, not a truth: it changes when a single bit of any value does.
  let print = 0n;
  for (let i = 1; i <= 1000; i += 1) {
    const x = (i * 0.618033988749895) % 30;
    const values = [ln(x), exp(x - 15), log1p(x - 0.9), expm1(x / 10 - 1.5), pow(x, 1.7 - x / 9)];
    for (const value of values)
      print = BigInt.asUintN(64, print * 1099511628211n + BigInt.asUintN(64, bitsOf(value)));
  }
  expect(print.toString(16)).toBe('d6869ab1716ea60');
});
