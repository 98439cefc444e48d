import { expect, test } from 'vitest';
import { histogramQuantile } from '../../../src/mesh/telemetry/view/histogram-quantile.ts';
import { increase } from '../../../src/mesh/telemetry/rate.ts';

const at = (...samples: readonly (readonly [seconds: number, value: number])[]) =>
  samples.map(([seconds, value]) => ({ atUs: seconds * 1e6, value }));

/** Cases of prometheus promql/promqltest/testdata/functions.test and the arithmetic of extrapolatedRate. */
test.each([
  {
    // load 5m http_requests 0+10x10: at 50m over [50m]: 11 samples from 0 to 50m, the one at 0 left out by the open edge.
    samples: at(...Array.from({ length: 11 }, (_, i) => [i * 300, i * 10] as const)),
    window: 3000,
    now: 3000,
    value: 100,
    because: 'samples to both edges: 90 over 45 min, reached by 5 min to the counter’s zero',
  },
  {
    samples: at([15, 100], [30, 130], [45, 160], [60, 190]),
    window: 60,
    now: 60,
    value: 90 * (60 / 45),
    because: 'four scrapes of a minute span 45 s; the first lies a gap behind the edge, which is near enough',
  },
  {
    samples: at([30, 100], [45, 130]),
    window: 60,
    now: 60,
    value: 30 * ((15 + 7.5 + 15) / 15),
    because: 'far from the start (30 s) is half a gap, near the end (15 s) is all of it',
  },
  {
    samples: at([30, 2], [45, 32]),
    window: 60,
    now: 45,
    value: 30 * ((15 + 1) / 15),
    because: 'a counter of 2 that grows by 30 in 15 s was zero 1 s ago: not before that',
  },
  {
    samples: at([30, 0.1], [45, 0.6]),
    window: 60,
    now: 45,
    value: 0.5 * ((15 + 3) / 15),
    because: 'one of fractions, too: 0.1 at 0.5 in 15 s was zero 3 s ago',
  },
  {
    samples: at([30, 4], [45, 4]),
    window: 60,
    now: 45,
    value: 0,
    because: 'what does not grow has no zero to be reached',
  },
  {
    samples: at([15, 50], [30, 60], [45, 5], [60, 15]),
    window: 60,
    now: 60,
    value: 25 * ((45 + 15) / 45),
    because: 'a counter that began anew: 15 - 50 + 60 = 25, at most 15 s to the edge',
  },
])('increase: $because', ({ samples, window, now, value }) => {
  expect(increase(samples, window * 1e6, now * 1e6).value).toBeCloseTo(value, 9);
});

test('a window with fewer than two samples tells nothing, and says why', () => {
  expect(increase(at([0, 1], [60, 2]), 60e6, 60e6)).toEqual({
    value: undefined,
    reason: 'one-sample',
    samples: 1,
  });
  expect(increase([], 60e6, 60e6)).toEqual({ value: undefined, reason: 'no-sample', samples: 0 });
});

/** promql/quantile.go, bucketQuantile. */
test.each([
  { q: 0.5, counts: [0, 10, 0], value: 15, because: 'linear within its bucket: half of 10 to 20' },
  { q: 0.9, counts: [10, 0, 0], value: 9, because: 'the first bucket begins at 0' },
  { q: 0.99, counts: [1, 1, 98], value: 20, because: 'beyond the last edge it is that edge' },
  { q: 0.25, counts: [5, 15, 0], value: 10, because: 'a rank at an edge is that edge' },
])('quantile $q of buckets $counts is $value: $because', ({ q, counts, value }) => {
  expect(histogramQuantile(q, [10, 20], counts)).toBeCloseTo(value, 12);
});

test('a quantile of nothing is not a number', () => {
  expect(histogramQuantile(0.5, [10, 20], [0, 0, 0])).toBeNaN();
});
