import { expect, test } from 'vitest';
import type { Phase } from '../../../src/record/record.ts';
import { chanceText } from '../../../src/report/table/split.ts';

const thirds = [1 / 3, 1 / 3, 1 / 3];

test.each([
  { effective: [1, 0, 0], says: 'nothing to draw', because: 'one version has all' },
  {
    effective: thirds,
    // Chi-square of 848, 760 and 741 where 783 each are even: 65² + 23² + 42² = 6,518, / 783 = 8.324; exp(-8.324 / 2) = 0.01557.
    says: 'no rule drew: a balancer chose a pod; even choices stray as far in 1.6 % of cases',
    because: 'a balancer chose among the pods of three',
  },
  { effective: null, says: 'no rule drew: kube-proxy chose a pod', because: 'the callers have no sidecar' },
  {
    effective: null,
    observed: [0, 0, 0],
    says: 'nothing to draw',
    because: 'no route fits, and no pod was asked',
  },
])(
  'without a p-value the table says "$says" where $because',
  ({ effective, observed = [848, 760, 741], says }) => {
    const phase = { p: null, test: null, requests: 2349, observed, effective };
    expect(chanceText(phase as unknown as Phase)).toBe(says);
  },
);
