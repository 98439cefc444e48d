import { expect, test } from 'vitest';
import { fisherMore } from '../../src/stats/index.ts';

// R. A. Fisher, The Design of Experiments (1935): of eight cups four had the milk first; C(8, 4) = 70 ways to name four.
test.each([
  { k1: 4, k2: 0, p: 1 / 70, because: 'one way names all four' },
  { k1: 3, k2: 1, p: 17 / 70, because: '16 ways name three of them' },
  { k1: 0, k2: 4, p: 1, because: 'none or more is certain' },
])('the lady finds $k1 of 4 cups, and takes $k2 of 4 others for them: $because', ({ k1, k2, p }) => {
  expect(fisherMore({ k1, n1: 4, k2, n2: 4 })).toBeCloseTo(p, 12);
});

test('of nothing nothing is shown', () => {
  expect(fisherMore({ k1: 0, n1: 0, k2: 3, n2: 5 })).toBe(1);
});
