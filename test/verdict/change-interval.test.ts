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

  test('is where the likelihood is greatest, the old shares being those observed before the cut', () => {
    const random = xorshift(31);
    const after = 0.8;
    for (let trial = 0; trial < 20; trial++) {
      const sequence = [...independent(random, 30, 0.9), ...independent(random, 30, 1 - after)];
      // ln L = k ln(k / m) + (m - k) ln(1 - k / m) of the m before, and the known shares of those after.
      const plain = (m: number): number => {
        const k = sequence.slice(0, m).filter((key) => key === 1).length;
        const late = sequence.slice(m).filter((key) => key === 1).length;
        const self = (x: number) => (x === 0 ? 0 : x * Math.log(x / m));
        return (
          self(k) + self(m - k) + late * Math.log(after) + (sequence.length - m - late) * Math.log(1 - after)
        );
      };
      const { at } = changeInterval(
        Int32Array.from(sequence),
        2,
        { before: undefined, after: [1 - after, after] },
        0.95,
      );
      const most = Math.max(...sequence.map((_, own) => plain(own + 1)));
      expect(plain(at)).toBeCloseTo(most, 9);
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
