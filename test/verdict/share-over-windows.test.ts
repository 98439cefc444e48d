import { expect, test } from 'vitest';
import { Chance } from '../../src/kernel/chance.ts';
import { shareOverWindows } from '../../src/verdict/share-over-windows.ts';

test('Holm: the smallest p-value times the number of windows', () => {
  // 10 of 10 at a half: 2 / 1024 two-sided; 5 of 10: 1. Windows without requests are none.
  const counts = [
    { requests: 10, got: 5 },
    { requests: 0, got: 0 },
    { requests: 10, got: 10 },
  ];
  const verdict = shareOverWindows({ counts, share: 0.5, level: 0.01 });
  expect(verdict).toMatchObject({ windows: 2, least: 2, rejects: true });
  expect(verdict.smallestP).toBeCloseTo(2 / 1024, 12);
  expect(verdict.adjustedP).toBeCloseTo(4 / 1024, 12);
  expect(shareOverWindows({ counts, share: 0.5, level: 0.003 }).rejects).toBe(false);
});

test('nothing seen rejects nothing', () => {
  expect(shareOverWindows({ counts: [], share: 0.5, level: 0.01 })).toEqual({
    windows: 0,
    rejects: false,
    least: null,
    smallestP: 1,
    adjustedP: 1,
  });
});

test('a version with weight 0 that was seen rejects', () => {
  const verdict = shareOverWindows({ counts: [{ requests: 1000, got: 1 }], share: 0, level: 0.01 });
  expect(verdict).toMatchObject({ rejects: true, smallestP: 0 });
});

test('of 2,000 runs of 20 windows that keep to their share at most 5 % are rejected, and of those that move most', () => {
  const chance = new Chance('windows').stream('draws');
  const rejected = (shareOf: (window: number) => number): number => {
    let count = 0;
    for (let run = 0; run < 2000; run++) {
      const counts = Array.from({ length: 20 }, (_, index) => {
        let got = 0;
        for (let i = 0; i < 50; i++) if (chance.uniform() < shareOf(index)) got += 1;
        return { requests: 50, got };
      });
      if (shareOverWindows({ counts, share: 0.3, level: 0.05 }).rejects) count += 1;
    }
    return count;
  };
  // 5 % of 2,000 and three standard errors: 100 + 3 x 9.7.
  expect(rejected(() => 0.3)).toBeLessThanOrEqual(129);
  expect(rejected((index) => (index < 10 ? 0.1 : 0.5))).toBeGreaterThan(1900);
});
