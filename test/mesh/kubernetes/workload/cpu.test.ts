import { expect, test } from 'vitest';
import { cpuShares } from '../../../../src/mesh/kubernetes/view/cpu-shares.ts';
import { saturatedUtilizationPercent } from '../../../../src/mesh/kubernetes/view/saturated-utilization.ts';
import { quotaUs } from '../../../../src/mesh/kubernetes/workload/cpu.ts';

test.each([
  { limitMilli: 500, us: 50_000, because: 'one thread runs 50 ms and pauses 50 ms' },
  { limitMilli: 2000, us: 200_000, because: 'ten threads use it up in 20 ms' },
  { limitMilli: 10, us: 1_000, because: '10m is exactly the smallest quota' },
  { limitMilli: 1, us: 1_000, because: 'at least 1 ms' },
  { limitMilli: 0, us: undefined, because: 'no limit, no quota' },
])('a limit of $limitMilli m is a quota of $us us per 100 ms: $because', ({ limitMilli, us }) => {
  expect(quotaUs(limitMilli)).toBe(us);
});

test.each([
  { requestMilli: 1000, shares: 1024, because: 'one CPU' },
  { requestMilli: 500, shares: 512, because: 'half' },
  { requestMilli: 100, shares: 102, because: '102.4 is cut' },
  { requestMilli: 1, shares: 2, because: 'at least 2' },
  { requestMilli: 0, shares: 2, because: 'no request' },
  { requestMilli: 1_000_000, shares: 262_144, because: 'the most that the kernel takes' },
])('a request of $requestMilli m weighs $shares: $because', ({ requestMilli, shares }) => {
  expect(cpuShares(requestMilli)).toBe(shares);
});

test.each([
  { limitMilli: 500, requestMilli: 500, percent: 100 },
  { limitMilli: 1000, requestMilli: 500, percent: 200 },
  { limitMilli: 0, requestMilli: 500, percent: undefined },
])('limit $limitMilli m over request $requestMilli m reads at most $percent %', (row) => {
  expect(saturatedUtilizationPercent(row.limitMilli, row.requestMilli)).toBe(row.percent);
});
