import type { LatencySummary } from '../../record/record.ts';
import type { Histogram } from '../../stats/histogram.ts';

/** A histogram of microseconds as a record tells it, in milliseconds. */
export function summarise(key: string, histogram: Histogram | undefined): LatencySummary {
  if (histogram === undefined || histogram.count === 0) {
    return { key, count: 0, meanMs: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, maxMs: 0, bins: [] };
  }
  const at = (q: number): number => histogram.quantile(q) / 1000;
  return {
    key,
    count: histogram.count,
    meanMs: Number((histogram.sum / histogram.count / 1000).toFixed(4)),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    maxMs: histogram.max / 1000,
    bins: histogram.filled().map(([upperUs, count]) => [upperUs / 1000, count] as const),
  };
}
