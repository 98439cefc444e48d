import { expect, test } from 'vitest';
import { holm, holmStepDown } from '../../src/stats/index.ts';

// R: p.adjust(c(0.01, 0.02, 0.03, 0.04), "holm"), p.adjust(c(0.9, 0.001, 0.04), "holm"), p.adjust(0.2, "holm").
test.each([
  { ps: [0.01, 0.02, 0.03, 0.04], adjusted: [0.04, 0.06, 0.06, 0.06] },
  { ps: [0.9, 0.001, 0.04], adjusted: [0.9, 0.003, 0.08] },
  { ps: [0.2], adjusted: [0.2] },
  { ps: [0.7, 0.8], adjusted: [1, 1] },
  { ps: [], adjusted: [] },
])('p-values $ps adjusted by Holm are $adjusted', ({ ps, adjusted }) => {
  holm({ ps }).forEach((own, index) => expect(own).toBeCloseTo(adjusted[index]!, 14));
  expect(holm({ ps })).toHaveLength(ps.length);
});

test('asked at a level, the tests that reject are those whose adjusted p-value is within it', () => {
  const ps = [0.004, 0.2, 0.011, 0.013, 0.06];
  for (const level of [0.01, 0.02, 0.04, 0.05, 0.07, 0.2]) {
    const { rejected, levelOfRest } = holmStepDown(ps, level, (p, at) => p <= at);
    expect([...rejected].sort()).toEqual(ps.filter((_, at) => holm({ ps })[at]! <= level).sort());
    expect(levelOfRest).toBeGreaterThanOrEqual(level / ps.length);
  }
});

test('what is no probability is refused by its place', () => {
  expect(() => holm({ ps: [0.5, 1.5] })).toThrow('ps[1] must be between 0 and 1, got 1.5');
});
