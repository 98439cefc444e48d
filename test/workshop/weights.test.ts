import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movedWeight } from '../../src/workshop/weights.ts';

const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 }).map((parts) => {
  // Cut 100 at random places: any list of whole numbers that sums to 100.
  const cuts = [0, ...parts.sort((a, b) => a - b), 100];
  return cuts.slice(1).map((own, place) => own - cuts[place]!);
});

test('whatever slider is moved wherever, the sum stays 100 and a locked one stays where it is', () => {
  fc.assert(
    fc.property(
      weights,
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.nat(5),
      fc.integer({ min: -20, max: 130 }),
      (before, locked, which, to) => {
        const moved = which % before.length;
        const after = movedWeight(before, locked, moved, to);
        expect(after.reduce((sum, own) => sum + own, 0)).toBe(100);
        expect(after.every((own) => Number.isInteger(own) && own >= 0)).toBe(true);
        before.forEach((own, place) => {
          if (locked[place]) expect(after[place]).toBe(own);
        });
      },
    ),
    { numRuns: 500, seed: 1 },
  );
});

test('what one takes the others give in proportion, or alike where they have nothing', () => {
  expect(movedWeight([50, 0, 50], [], 0, 60)).toEqual([60, 0, 40]);
  expect(movedWeight([20, 20, 60], [], 2, 20)).toEqual([40, 40, 20]);
  expect(movedWeight([100, 0, 0], [], 0, 90)).toEqual([90, 5, 5]);
  expect(movedWeight([50, 10, 40], [false, true, false], 0, 100)).toEqual([90, 10, 0]);
  expect(movedWeight([100], [], 0, 30)).toEqual([100]);
});
