import type { WorkloadCapacity } from '../../record/capacity.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, plural, seconds, span } from '../../words/number.ts';
import { isFull, overSpans, type OverSpan } from '../over-capacity.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { hotPods } from './hot-pods.ts';
import { harmOfSpans } from './overload-harm.ts';
import { byChange, byHand } from './remedy.ts';

/** A version is offered more than its pods can do. */
export const overloaded: FindingKind = {
  code: 'overloaded',
  seenIn: (record) =>
    (record.capacity?.workloads ?? []).flatMap((own) => {
      // One pod is short, not the workload.
      if (hotPods(record).some((pod) => pod.workload === own.name)) return [];
      const spans = overSpans(own).filter((each) =>
        windowsIn(own, each).some((window) => areFull(own, window)),
      );
      return spans.length === 0 ? [] : [findingOf(record, own, spans)];
    }),
};

/** Pods with which a workload would have kept up in its worst stretches; undefined: it was never short of any. */
export function podsNeeded(own: WorkloadCapacity): number | undefined {
  const windows = overSpans(own).flatMap((each) => windowsIn(own, each));
  return windows.length === 0 ? undefined : podsFor(offered(own, windows) ?? 1, windows);
}

function findingOf(record: RunRecord, own: WorkloadCapacity, spans: readonly OverSpan[]): FindingRecord {
  const windows = spans.flatMap((each) => windowsIn(own, each));
  const harm = harmOfSpans(record, [own], spans);
  const harmed = harm.pages + harm.pagesWithout + harm.pagesLate;
  const load = offered(own, windows);
  const waiting = Math.max(...windows.map(({ inSystem }) => inSystem));
  return {
    code: 'overloaded',
    level: levelOf(harm, record),
    sentence: `${own.name} could not keep up for ${seconds(harm.seconds)} (${span(harm.fromSeconds!, harm.toSeconds!)})${
      load === undefined ? '' : `: it was offered ${Math.round(load * 100)} % of what its pods can do`
    }. ${
      harmed === 0
        ? 'No page failed or came late for it.'
        : `${count(harmed)} of ${plural(record.pages.pages + record.pages.overdue, 'page')} failed, came late or not at all in that time.`
    }`,
    evidence: [
      `Ready pods then: ${podsText(windows.map(({ ready }) => ready))}; requests in them at once: up to ${count(Math.round(waiting))} (mean of the worst window).`,
    ],
    harm,
    why: 'More work comes than its CPU limits or workers can do, so each request waits for all before it; the queue lasts longer than the peak.',
    remedies: [
      byChange({
        kind: 'replicas',
        workload: own.target,
        replicas: podsFor(load ?? 1, windows),
        autoscaler: own.autoscaler,
      }),
      ...(movesWeight(record)
        ? [byHand('Move the weight in smaller steps, and wait for the pods between them.')]
        : []),
    ],
    look: 'capacity',
    trace: harmed > 0 ? '--slowest' : null,
  };
}

/** The weights of some service change within the run. */
const movesWeight = ({ splits }: RunRecord): boolean =>
  splits.some(
    ({ configured }) =>
      new Set(configured.flatMap(({ shares }) => (shares === undefined ? [] : [shares.join()]))).size > 1,
  );

/** So many pods that three quarters of what they can do are used by what was offered. */
const podsFor = (load: number, windows: WorkloadCapacity['windows']): number => {
  const most = Math.max(1, ...windows.map(({ ready }) => ready));
  return Math.max(most + 1, Math.ceil((most * load) / 0.75));
};

/** Its pods, not their absence, were what was short. */
const areFull = (
  { concurrency }: WorkloadCapacity,
  { saturation, inSystem, readyMean }: WorkloadCapacity['windows'][number],
): boolean =>
  readyMean > 0 && isFull(saturation, inSystem, concurrency === null ? null : concurrency * readyMean);

/** Work that came, as a share of what the ready pods can do, in the worst stretch; undefined where none of it was done. */
function offered(
  { cpuLimitCores, concurrency }: WorkloadCapacity,
  windows: WorkloadCapacity['windows'],
): number | undefined {
  const total = (of: (own: WorkloadCapacity['windows'][number]) => number): number =>
    windows.reduce((sum, own) => sum + of(own) * (own.toSeconds - own.fromSeconds), 0);
  const answered = windows.reduce((sum, own) => sum + own.answered, 0);
  const arrived = windows.reduce((sum, own) => sum + own.arrived, 0);
  if (answered === 0) return undefined;
  if (cpuLimitCores !== null) {
    const perAnswer = total(({ appCores }) => appCores) / answered;
    const can = total(({ readyMean }) => readyMean * cpuLimitCores);
    if (can > 0 && total(({ saturation }) => saturation ?? 0) > 0) return (perAnswer * arrived) / can;
  }
  return concurrency === null ? undefined : arrived / answered;
}

const windowsIn = (
  { windows }: WorkloadCapacity,
  { fromSeconds, toSeconds }: OverSpan,
): WorkloadCapacity['windows'] =>
  windows.filter((own) => own.fromSeconds >= fromSeconds && own.toSeconds <= toSeconds);

const podsText = (ready: readonly number[]): string => {
  const [least, most] = [Math.min(...ready), Math.max(...ready)];
  return least === most ? count(most) : `${count(least)} to ${count(most)}`;
};
