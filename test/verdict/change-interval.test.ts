import { describe, expect, test } from 'vitest';
import { changePointMle } from '../../src/stats/theory/index.ts';
import { changeInterval } from '../../src/verdict/change-interval.ts';
import { independent, xorshift } from './generate.ts';

const both = { before: [0.9, 0.1], after: [0.5, 0.5] };

describe('where the shares changed', () => {
  test('is where stats/change-point finds it, both shares being known', () => {
    const random = xorshift(97);
    for (let i = 0; i < 50; i++) {
      const sequence = [...independent(random, 40, 0.9), ...independent(random, 60, 0.5)];
      const { m } = changePointMle({ seq: sequence, pOld: 0.1, pNew: 0.5 });
      expect(changeInterval(Int32Array.from(sequence), 2, both, 0.95).at).toBe(m);
    }
  });

  test('is certain where it can be nowhere else', () => {
    const sequence = Int32Array.from([...Array<number>(50).fill(0), ...Array<number>(50).fill(1)]);
    const { at, interval } = changeInterval(sequence, 2, { before: [1, 0], after: [0, 1] }, 0.95);
    expect([at, ...interval]).toEqual([50, 50, 50]);
  });

  test.each([
    { model: both, because: 'both rules are known' },
    { model: { before: undefined, after: both.after }, because: 'the old one has to be estimated' },
  ])('lies within the 95 % interval in at least 95 % of sequences, but for chance: $because', ({ model }) => {
    const random = xorshift(1618);
    const trials = 150;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const cut = 60 + Math.floor(80 * random());
      const sequence = [...independent(random, cut, 0.9), ...independent(random, 200 - cut, 0.5)];
      const [low, high] = changeInterval(Int32Array.from(sequence), 2, model, 0.95).interval;
      if (low <= cut && cut <= high) covered += 1;
    }
    // Four standard errors below: 150 x 0.95 - 4 x sqrt(150 x 0.95 x 0.05) = 131.8.
    expect(covered).toBeGreaterThanOrEqual(trials * 0.95 - 4 * Math.sqrt(trials * 0.95 * 0.05));
  });

  test('is the same each time, and far from the ends of a long log', () => {
    const random = xorshift(4669);
    const sequence = Int32Array.from([...independent(random, 6000, 0.9), ...independent(random, 6000, 0.5)]);
    const first = changeInterval(sequence, 2, both, 0.95);
    expect(changeInterval(sequence, 2, both, 0.95)).toEqual(first);
    expect(first.interval[0]).toBeLessThanOrEqual(6000);
    expect(first.interval[1]).toBeGreaterThanOrEqual(6000);
    expect(first.interval[1] - first.interval[0]).toBeLessThan(200);
  });
});
