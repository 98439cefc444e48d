import type { LatencySummary, RunRecord, ServiceSplit } from '../../record/record.ts';
import { count, milliseconds, missing } from '../../words/number.ts';
import { keyLabel } from '../words.ts';
import { left, right, type Table } from './table.ts';

const columns = [
  left('What'),
  right('Count'),
  right('Mean'),
  right('p50'),
  right('p90'),
  right('p95'),
  right('p99'),
  right('p99.9'),
  right('Longest'),
];

/** Latency per version of one service, as the callers' proxies saw it. */
export function latencyTable(split: ServiceSplit): Table {
  return {
    caption: `Latency of ${split.service} per version, at the callers' proxies`,
    columns,
    rows: split.latency.map((row) =>
      latencyCells(keyLabel(row.key, split.marks[split.keys.indexOf(row.key)]), row),
    ),
  };
}

/** Latency of whole pages, then of every split service. */
export function allLatencyTable(record: RunRecord): Table {
  return {
    caption: 'Latency of pages at the client, and of each version at its callers’ proxies',
    columns,
    rows: [
      latencyCells('page', record.pages.latency),
      ...record.splits.flatMap((split) =>
        split.latency.map((row) =>
          latencyCells(
            `${split.service} ${keyLabel(row.key, split.marks[split.keys.indexOf(row.key)])}`,
            row,
          ),
        ),
      ),
    ],
  };
}

function latencyCells(what: string, row: LatencySummary): string[] {
  // A percentile needs enough values beyond it to be more than the longest one again.
  const quantile = (ms: number, needs: number) => (row.count >= needs ? milliseconds(ms) : missing);
  return [
    what,
    count(row.count),
    quantile(row.meanMs, 1),
    quantile(row.p50, 1),
    quantile(row.p90, 10),
    quantile(row.p95, 20),
    quantile(row.p99, 100),
    quantile(row.p999, 1000),
    quantile(row.maxMs, 1),
  ];
}
