import { describe, expect, test } from 'vitest';
import { exp } from '../../src/kernel/math.ts';
import { normalQuantile } from '../../src/kernel/normal-quantile.ts';
import { quickExp, quickNormalQuantile } from '../../src/kernel/normal-sampler.ts';

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

  test('is within 5e-9 of the exact one everywhere, never falls, and is the exact one in the tails', () => {
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
    expect(falls).toBe(0);
    expect(worst).toBeLessThan(5e-9);
    for (const p of [1e-16, 1e-6, 0.015, 0.99, 1 - 1e-12])
      expect(quickNormalQuantile(p)).toBe(normalQuantile(p));
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
