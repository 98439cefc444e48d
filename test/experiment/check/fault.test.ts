import { expect, test } from 'vitest';
import { isFailing, unroutedOf } from '../../../src/experiment/check/fault.ts';
import type { Judged } from '../../../src/experiment/check/judge-cases.ts';
import type { Reading } from '../../../src/experiment/check/reading.ts';
import { failingOf } from '../../../src/verdict/failing.ts';

/** A split whose requests number so many, of which so many of v3 failed. */
const judgedOf = (requests: number, failed = 0): Judged[] => {
  const own = failingOf('v3', requests, new Map([['503', failed]]), 0.01);
  return [
    {
      judgement: { requests, failing: own === null ? [] : [own], together: null, differing: [] },
    } as unknown as Judged,
  ];
};
const readingOf = (unrouted: number): Reading =>
  ({ unrouted: new Map(unrouted === 0 ? [] : [['404 NR', unrouted]]) }) as unknown as Reading;

// Clopper and Pearson's 99 % interval of 1 in 1,000 begins at 0.005 / 1,000, below the one in a thousand that a run tolerates; that of
// 30 in 100 at 19 %.
test.each([
  { unrouted: 30, chosen: 70, failed: 0, fails: true, because: 'no version was chosen for many' },
  { unrouted: 1, chosen: 999, failed: 0, fails: false, because: 'one in a thousand is tolerated' },
  { unrouted: 0, chosen: 100, failed: 30, fails: true, because: 'a version fails' },
  {
    unrouted: 0,
    chosen: 1000,
    failed: 1,
    fails: false,
    because: 'one in a thousand is tolerated of it, too',
  },
  { unrouted: 0, chosen: 100, failed: 0, fails: false, because: 'all were answered' },
])('$unrouted requests without a version beside $chosen, $failed of them failed: $because', (row) => {
  const judged = judgedOf(row.chosen, row.failed);
  const unrouted = unroutedOf(judged, readingOf(row.unrouted), 0.95);
  expect(unrouted?.requests).toBe(row.unrouted === 0 ? undefined : row.unrouted + row.chosen);
  expect(isFailing(judged, unrouted)).toBe(row.fails);
});
