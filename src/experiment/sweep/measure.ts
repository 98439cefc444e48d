import { rollup } from 'd3-array';
import type { RunRecord } from '../../record/record.ts';
import type { SweepMeasure, SweepRun } from '../../record/sweep.ts';
import { overCapacity } from '../../verdict/over-capacity.ts';

interface Measured extends SweepMeasure {
  readonly value: number;
}

/** All that many runs are compared by, read off a record. A run has no measure of what it did not have. */
function measuresOf(record: RunRecord): Measured[] {
  const { pages, capacity, expectations, diagnosis } = record;
  const { latency } = pages;
  const broken = pages.failed + pages.withErrorInBody.reduce((sum, own) => sum + own.pages, 0);
  // Those that are late before they come are asked for, too.
  const late = ((pages.late ?? 0) + pages.overdue) / Math.max(1, pages.pages + pages.overdue);
  const share = (name: string, text: string, value: number): Measured => ({
    name,
    unit: 'share',
    text,
    value,
  });
  const yes = (name: string, text: string, is: boolean): Measured => ({
    name,
    unit: 'yes',
    text,
    value: Number(is),
  });
  const ms = (name: string, text: string, value: number): Measured => ({ name, unit: 'ms', text, value });
  return [
    ...(diagnosis === null
      ? []
      : [yes('holds', 'whether the shift holds', diagnosis.answer !== 'does not hold')]),
    ...(expectations.length === 0
      ? []
      : [
          yes(
            'expected',
            'whether all expectations are met',
            expectations.every(({ ok }) => ok),
          ),
        ]),
    { name: 'pages', unit: 'count', text: 'pages that came', value: pages.pages },
    ...(pages.pages === 0
      ? []
      : [
          share('broken', 'pages that failed or told an error in their body, of all', broken / pages.pages),
          share(
            'late',
            `pages that took longer than ${pages.lateMs ?? '?'} ms, of all that came or should have`,
            late,
          ),
        ]),
    ...(latency.count === 0
      ? []
      : [
          ms('mean', 'time of the pages that came, mean', latency.meanMs),
          ms('p50', 'time of the pages that came, half of them below', latency.p50),
          ms('p99', 'time of the pages that came, 99 % of them below', latency.p99),
        ]),
    ...sharesOf(record),
    ...(capacity === null
      ? []
      : [
          {
            name: 'pods',
            unit: 'count' as const,
            text: 'most pods of all workloads at the end of a window',
            value: mostPods(capacity),
          },
          {
            name: 'pod-hours',
            unit: 'count' as const,
            text: 'pod-hours of all workloads',
            value: capacity.workloads.reduce((sum, own) => sum + own.podHours, 0),
          },
          {
            name: 'overload',
            unit: 's' as const,
            text: 'time in which some workload was at its limit',
            value: overCapacity(capacity, 0).overSeconds,
          },
        ]),
  ];
}

function mostPods({ workloads }: NonNullable<RunRecord['capacity']>): number {
  const pods = rollup(
    workloads.flatMap((own) => own.windows),
    (own) => own.reduce((sum, window) => sum + window.pods, 0),
    (own) => own.fromSeconds,
  );
  return Math.max(0, ...pods.values());
}

/** Of the service in focus: what each version got of the requests that came to one. */
function sharesOf({ splits, focus }: RunRecord): Measured[] {
  const split = splits.find(({ service }) => service === focus);
  if (split === undefined) return [];
  const observed = split.keys.map((_, key) =>
    split.phases.reduce((sum, own) => sum + (own.observed[key] ?? 0), 0),
  );
  const total = observed.reduce((sum, own) => sum + own, 0);
  if (total === 0) return [];
  return split.keys.map((key, place) => ({
    name: `share ${key}`,
    unit: 'share',
    text: `requests for ${focus} that came to ${key}, over the whole run`,
    value: observed[place]! / total,
  }));
}

/** What is kept of a run, and what its measures are. */
export interface RunFacts {
  readonly run: Omit<SweepRun, 'replication'>;
  readonly measures: readonly SweepMeasure[];
}

export function factsOf(record: RunRecord): RunFacts {
  const measured = measuresOf(record);
  return {
    run: {
      values: Object.fromEntries(measured.map(({ name, value }) => [name, Number(value.toPrecision(12))])),
      answer: record.diagnosis?.answer ?? 'holds',
      worst: record.diagnosis?.findings[0]?.code ?? null,
      ended: record.ended?.sentence ?? null,
    },
    measures: measured.map(({ name, unit, text }) => ({ name, unit, text })),
  };
}
