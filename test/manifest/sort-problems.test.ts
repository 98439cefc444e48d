import { expect, test } from 'vitest';
import { sortProblems } from '../../src/manifest/sort-problems.ts';
import type { Problem } from '../../src/manifest/problem.ts';

const problem = (file: string, line?: number, column?: number, message = 'm'): Problem => ({
  severity: 'error',
  code: 'X',
  message,
  file,
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
});

test('files keep their order, places ascend in them, and a problem without a place comes first', () => {
  const given = [
    problem('b', 2, 1),
    problem('a', 9, 1),
    problem('b', 1, 7),
    problem('b', 1, 3),
    problem('b'),
  ];
  expect(sortProblems(given)).toEqual([given[4], given[3], given[2], given[0], given[1]]);
});

test('what is said twice of one place is said once; other words of the same place stay', () => {
  const given = [problem('a', 1, 1), problem('a', 1, 1, 'other'), problem('a', 1, 1)];
  expect(sortProblems(given)).toEqual([given[0], given[1]]);
});
