import { describe, expect, test } from 'vitest';
import { exp, ln } from '../../src/kernel/math.ts';
import { normalQuantile } from '../../src/kernel/normal-quantile.ts';
import { quickExp, quickLn, quickNormalQuantile } from '../../src/kernel/quick-math.ts';

describe('the quantile of the standard normal from a table', () => {
  test.each([
    // R 4: qnorm(p)
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.02, -2.0537489106318225],
  ])('at %d it is the published one, to eight digits', (p, z) => {
    expect(Math.abs(quickNormalQuantile(p) - z)).toBeLessThan(5e-9);
  });

  test('is within 5e-9 of the exact one everywhere, the tails to 2^-53 too, and never falls', () => {
    let worst = 0;
    let before = -Infinity;
    let falls = 0;
    for (let i = 1; i < 200_000; i++) {
      const p = i / 200_000;
      const z = quickNormalQuantile(p);
      worst = Math.max(worst, Math.abs(z - normalQuantile(p)));
      if (z <= before) falls += 1;
      before = z;
    }
    before = -Infinity;
    for (let power = -53; power < -5; power += 0.0013) {
      const p = 2 ** power;
      const z = quickNormalQuantile(p);
      worst = Math.max(
        worst,
        Math.abs(z - normalQuantile(p)),
        Math.abs(quickNormalQuantile(1 - p) - normalQuantile(1 - p)),
      );
      if (z <= before) falls += 1;
      before = z;
    }
    expect(falls).toBe(0);
    expect(worst).toBeLessThan(5e-9);
  });
});

describe('the exponential from a table', () => {
  test.each([
    [0, 1],
    [1, Math.E],
    [-1, 0.36787944117144233],
    [10, 22026.465794806718],
    [-20, 2.061153622438558e-9],
  ])('of %d it is the published value, to twelve digits', (x, value) => {
    expect(Math.abs(quickExp(x) / value - 1)).toBeLessThan(1e-12);
  });

  test('is within 2e-13 of its value from -700 to 700', () => {
    let worst = 0;
    for (let x = -700; x <= 700; x += 0.0137) worst = Math.max(worst, Math.abs(quickExp(x) / exp(x) - 1));
    expect(worst).toBeLessThan(2e-13);
  });
});

describe('the logarithm from a table', () => {
  test.each([
    [1, 0],
    [2, Math.LN2],
    [0.5, -Math.LN2],
    [10, 2.302585092994046],
    [1e-16, -36.841361487904734],
  ])('of %d it is the published value, to 14 digits after the point', (x, value) => {
    expect(Math.abs(quickLn(x) - value)).toBeLessThan(1e-14);
  });

  test('is within 1e-14 of the exact one from 2^-53 to 2, and nowhere above 0 for what is below 1', () => {
    let worst = 0;
    let highest = -Infinity;
    for (let x = 2 ** -53; x < 2; x *= 1.00037) {
      worst = Math.max(worst, Math.abs(quickLn(x) - ln(x)));
      if (x < 1) highest = Math.max(highest, quickLn(x));
    }
    expect(worst).toBeLessThan(1e-14);
    expect(Math.max(highest, quickLn(1 - 2 ** -53))).toBeLessThan(0);
  });
});
