import { extent, max, sum } from 'd3-array';
import type {
  AutoscalerRecord,
  Capacity,
  CapacityWindow,
  RollbackMeter,
  ShareTest,
  SyncRecord,
  WorkloadCapacity,
} from '../../record/capacity.ts';
import { lengthOf, overSpans } from '../../verdict/over-capacity.ts';
import { count, milliseconds, missing, moment, pValue, percent, plural } from '../../words/number.ts';
import { left, merged, right, type Table } from './table.ts';

/** What each workload had and used over the whole run. */
export function workloadTable({ workloads }: Capacity): Table {
  return {
    caption: 'Pods: how many there were, what they used, and how long they were at their limit',
    columns: [
      left('Workload'),
      ...[
        'Replicas',
        'CPU of requests, mean and most',
        'Most of limits',
        'At the limit',
        'Turned away',
        'Pod-hours',
      ].map(right),
    ],
    rows: workloads.map((own) => [
      own.name,
      rangeText(own.windows.map((window) => window.wanted)),
      utilizationText(own),
      mostText(own.windows.map((window) => window.saturation)),
      `${Number(lengthOf(overSpans(own)).toFixed(1))} s`,
      count(sum(own.windows, (window) => window.turnedAway)),
      own.podHours.toFixed(2),
    ]),
  };
}

function rangeText(values: readonly number[]): string {
  const [least, most] = extent(values);
  if (least === undefined) return missing;
  return least === most ? count(least) : `${values[0]!} → ${values.at(-1)!} (${least} to ${most})`;
}

const whole = (share: number): string => `${(share * 100).toFixed(0)} %`;

function utilizationText({ windows }: WorkloadCapacity): string {
  const known = windows.filter((own) => own.utilization !== null);
  if (known.length === 0) return missing;
  // What was used of what all pods asked for: a window counts by its pods and its length.
  const weight = (own: CapacityWindow): number => own.readyMean * (own.toSeconds - own.fromSeconds);
  const used = sum(known, (own) => own.utilization! * weight(own));
  const asked = sum(known, weight);
  return `${whole(used / asked)}, ${whole(max(known, (own) => own.utilization!)!)}`;
}

function mostText(values: readonly (number | null)[]): string {
  const most = max(values, (own) => own);
  return most === undefined ? missing : whole(most);
}

/** A decision of an autoscaler that changed something, or one of several alike that did not. */
interface Shown {
  readonly sync: SyncRecord;
  /** How many syncs in a row decided the same for the same reason. */
  readonly alike: number;
}

/** Every sync that changed something; those between that did not, one line for as many as are alike. */
function folded(syncs: readonly SyncRecord[]): Shown[] {
  const shown: { sync: SyncRecord; alike: number }[] = [];
  for (const sync of syncs) {
    const last = shown.at(-1);
    const isAlike =
      last !== undefined &&
      last.sync.after === last.sync.before &&
      sync.after === sync.before &&
      outcomeOf(last.sync) === outcomeOf(sync);
    if (isAlike) last.alike += 1;
    else shown.push({ sync, alike: 1 });
  }
  return shown;
}

/** What held a sync back, told apart from its numbers. */
const outcomeOf = (sync: SyncRecord): string =>
  `${sync.before} ${sync.steps.map((own) => own.step).join()} ${sync.blind === null}`;

/** Every decision of an autoscaler with its numbers: what it read, what it wanted, what it was held to. */
export function decisionTable(autoscaler: AutoscalerRecord, which: 'all' | 'changes' = 'all'): Table {
  const { name, target, minReplicas, maxReplicas, metrics, syncs } = autoscaler;
  const shown =
    which === 'all'
      ? folded(syncs)
      : syncs.filter((own) => own.after !== own.before).map((sync) => ({ sync, alike: 1 }));
  return {
    caption: `Autoscaler ${name} of ${target}: ${metrics.join(', ')}, ${minReplicas} to ${maxReplicas} replicas, ${plural(syncs.length, 'sync')}`,
    columns: [right('At'), right('Replicas'), left('Read'), left('Decision'), right('Alike')],
    rows: shown.map(({ sync, alike }) => [
      moment(sync.atSeconds),
      sync.after === sync.before ? `${sync.before}` : `${sync.before} → ${sync.after}`,
      sync.readings.join('; '),
      decisionText(sync, which === 'all' ? 'whole' : 'telling'),
      alike === 1 ? '' : `${count(alike)} syncs`,
    ]),
  };
}

/**
 * The formula with its numbers. `telling` leaves out what only says that nothing interfered; a metric is named where there are
 * several, or it failed: else the column before does.
 */
function decisionText({ steps, blind }: SyncRecord, which: 'whole' | 'telling'): string {
  const shown = which === 'whole' ? steps : steps.filter(isTelling);
  const isOne = new Set(steps.flatMap(({ metric = [] }) => metric)).size < 2;
  const text = shown
    .map((own) =>
      own.metric === undefined || (isOne && own.step !== 'failure') ? own.text : `${own.metric}: ${own.text}`,
    )
    .join('; ');
  return blind === null ? text : `HPA blind: ${blind}; ${text}`;
}

const isTelling = ({ step, isPlain }: SyncRecord['steps'][number]): boolean =>
  isPlain !== true && !['input', 'pods', 'result'].includes(step);

/** Identities of queueing theory: what was counted in two ways. */
export function lawTable({ laws }: Capacity): Table {
  return {
    caption: 'What must hold in every run, or where theory has an answer',
    columns: [
      left('Law'),
      left('Workload'),
      right('Expected'),
      right('Found'),
      left('Holds'),
      left('What is compared'),
    ],
    rows: laws.map((own) => [
      own.law,
      own.workload,
      `${Number(own.expected.toPrecision(6))} ${own.unit}`,
      `${Number(own.found.toPrecision(6))} ${own.unit}`,
      own.ok ? 'yes' : 'no',
      own.text,
    ]),
  };
}

/** What became of the pages after a revert at each instant. */
export function rollbackTable(rollback: RollbackMeter | null): Table {
  const points = rollback?.points ?? [];
  return {
    caption:
      rollback === null
        ? 'No revert was tried'
        : `Had ${rollback.file} been applied then: the ${rollback.horizonSeconds} s after it; safe: at most ${percent(rollback.allowShare)} of the pages fail, are late or not served`,
    columns: [
      right('Reverted at'),
      left('Safe'),
      ...['Pages', 'Failed', 'Late', 'Unserved', 'At the limit', 'Worst p99'].map(right),
      left('Tightest'),
    ],
    rows: points.map((own) => [
      moment(own.atSeconds),
      own.isSafe ? 'yes' : 'no',
      count(own.pages),
      count(own.failed),
      count(own.late),
      count(own.unserved),
      `${own.overSeconds} s`,
      milliseconds(own.p99Ms),
      own.tightest ?? missing,
    ]),
  };
}

/** What happened to pods, each phase in its order. */
export function podTable({ podEvents }: Capacity): Table {
  return {
    caption: 'Lives of pods',
    columns: [merged(right('At')), left('Pod'), left('What')],
    rows: podEvents.map((own) => [moment(own.atSeconds), own.pod, own.what]),
  };
}

/** Whether the split stayed while pods came and went, with the test that says so. */
export function shareTestText(test: ShareTest): string {
  const { version, share, shareIs, windows, level, adjustedP, leastFromSeconds, rejects } = test;
  const expected =
    shareIs === 'configured'
      ? `the configured ${percent(share)}`
      : `${percent(share)}, its part of the pods at the start`;
  const found = rejects
    ? `did not stay at ${expected}: least likely from ${moment(leastFromSeconds!)} on`
    : `stayed at ${expected} in every window`;
  return `The share of ${version} ${found} (${windows} windows tested together by Holm at ${percent(level)}: p ${adjustedP >= 1 ? '= 1' : /^[<>]/.test(pValue(adjustedP)) ? pValue(adjustedP) : `= ${pValue(adjustedP)}`}).`;
}
