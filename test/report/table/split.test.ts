import { expect, test } from 'vitest';
import type { Phase } from '../../../src/record/record.ts';
import { chanceText } from '../../../src/report/table/split.ts';

test.each([
  { effective: [1, 0], says: 'nothing to draw', because: 'one version has all' },
  { effective: [0.5, 0.5], says: 'no rule drew', because: 'a balancer chose among the pods of both' },
  { effective: null, says: 'no rule drew', because: 'the callers have no sidecar' },
])('without a p-value the table says "$says" where $because', ({ effective, says }) => {
  expect(chanceText({ p: null, test: null, requests: 10, effective } as unknown as Phase)).toBe(says);
});
