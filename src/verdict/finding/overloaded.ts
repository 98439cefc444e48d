import type { WorkloadCapacity } from '../../record/capacity.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, plural, seconds, span } from '../../words/number.ts';
import { isFull, overSpans, windowsIn, type OverSpan } from '../over-capacity.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { hotPods } from './hot-pods.ts';
import { harmOfSpans } from './overload-harm.ts';
import { byChange, byHand } from './remedy.ts';
import { withoutWorkload } from './takes-over.ts';

/** A version is offered more than its pods can do. */
export const overloaded: FindingKind = {
  code: 'overloaded',
  seenIn: (record) =>
    (record.capacity?.workloads ?? []).flatMap((own) => {
      // One pod is short, not the workload.
      if (hotPods(record.pods).some((pod) => pod.workload === own.name)) return [];
      const spans = overSpans(own).filter((each) =>
        windowsIn(own, each).some((window) => areFull(own, window)),
      );
      return spans.length === 0 ? [] : [findingOf(record, own, spans)];
    }),
};

/**
 * Pods with which a workload would have kept up in its worst stretch; undefined: it was never short of any.
 * @param tries requests that came for each that had to: 1, but for retries
 */
export function podsNeeded({ capacity }: RunRecord, own: WorkloadCapacity, tries = 1): number | undefined {
  const windows = overSpans(own).flatMap((each) => windowsIn(own, each));
  return windows.length === 0 ? undefined : podsFor(own, windows, capacity!.lateMs / 1000, tries);
}

/** The most pods that an autoscaler asked for in the run; 0: there is none. Fewer would have been short by its own target. */
export const mostAsked = ({ capacity }: RunRecord, autoscaler: string | null): number =>
  Math.max(
    0,
    ...(capacity?.autoscalers ?? [])
      .filter(({ name }) => name === autoscaler)
      .flatMap(({ syncs }) => syncs.map(({ after }) => after)),
  );

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
        replicas: Math.max(
          mostAsked(record, own.autoscaler),
          podsFor(own, windows, record.capacity!.lateMs / 1000, 1),
        ),
        autoscaler: own.autoscaler,
      }),
      ...withoutWorkload(record, own.name),
      ...(movesWeight(record)
        ? [byHand('Move the weight in smaller steps, and wait for the pods between them.')]
        : []),
    ],
    look: 'capacity',
    trace: harmed > 0 ? '--slowest' : null,
  };
}

/** The weights of some service change within the run. */
export const movesWeight = ({ splits }: RunRecord): boolean =>
  splits.some(
    ({ configured }) =>
      new Set(configured.flatMap(({ shares }) => (shares === undefined ? [] : [shares.join()]))).size > 1,
  );

/** So many pods that there is room for the most that came in a stretch. */
function podsFor(
  own: WorkloadCapacity,
  windows: WorkloadCapacity['windows'],
  lateSeconds: number,
  tries: number,
): number {
  const most = Math.max(1, ...windows.map(({ ready }) => ready));
  const can = rateOfPod(own);
  if (can === undefined) return most + 1;
  const came = stretches(windows).map((each) => sumOf(each, ({ arrived }) => arrived) / secondsOf(each));
  return Math.max(most + 1, Math.ceil(Math.max(...came) / tries / can / usable(own, can, lateSeconds)));
}

/**
 * The part of its capacity that a pod may use: three quarters, and less where requests are long. Requests that share a CPU take
 * 1 / (1 - part) times as long as alone on the average (M/G/1 processor sharing); so that three times that is not yet late.
 */
const usable = ({ concurrency }: WorkloadCapacity, can: number, lateSeconds: number): number =>
  concurrency !== null ? 0.75 : Math.min(0.75, Math.max(0.3, 1 - 3 / can / lateSeconds));

/**
 * Requests a second that one pod can do: of the CPU that one cost over the whole run, those that were not answered taken as half
 * done (pods that are short work on all of them at once), or as many as full pods answered; undefined where they answered none.
 */
function rateOfPod(own: WorkloadCapacity): number | undefined {
  const cores = overTime(own.windows, (each) => each.appCores);
  if (own.cpuLimitCores !== null && overTime(own.windows, (each) => each.saturation ?? 0) > 0) {
    const done = sumOf(own.windows, (each) => (each.arrived - each.turnedAway + each.answered) / 2);
    return (own.cpuLimitCores * done) / cores;
  }
  const full = own.windows.filter((each) => areFull(own, each));
  const done = sumOf(full, (each) => each.answered);
  return done === 0 ? undefined : done / overTime(full, ({ readyMean }) => readyMean);
}

type Window = WorkloadCapacity['windows'][number];

const sumOf = (windows: readonly Window[], of: (own: Window) => number): number =>
  windows.reduce((sum, own) => sum + of(own), 0);

const overTime = (windows: readonly Window[], of: (own: Window) => number): number =>
  sumOf(windows, (own) => of(own) * (own.toSeconds - own.fromSeconds));

const secondsOf = (windows: readonly Window[]): number => overTime(windows, () => 1);

/** Seconds over which an offer is told from the luck of its arrivals. */
const stretchSeconds = 5;

/** Windows by the stretch in which they begin: weights move, so that the mean over all is less than what came at last. */
function stretches(windows: readonly Window[]): Window[][] {
  const by = new Map<number, Window[]>();
  for (const own of windows) {
    const stretch = Math.floor(own.fromSeconds / stretchSeconds);
    by.set(stretch, [...(by.get(stretch) ?? []), own]);
  }
  return [...by.values()];
}

/** Its pods, not their absence, were what was short. */
const areFull = ({ concurrency }: WorkloadCapacity, { saturation, inSystem, readyMean }: Window): boolean =>
  readyMean > 0 && isFull(saturation, inSystem, concurrency === null ? null : concurrency * readyMean);

/** Requests that came, as a share of what the ready pods can do in these windows; undefined where nothing tells what that is. */
function offered(own: WorkloadCapacity, windows: readonly Window[]): number | undefined {
  const can = rateOfPod(own);
  const room = can === undefined ? 0 : can * overTime(windows, ({ readyMean }) => readyMean);
  return room === 0 ? undefined : sumOf(windows, ({ arrived }) => arrived) / room;
}

const podsText = (ready: readonly number[]): string => {
  const [least, most] = [Math.min(...ready), Math.max(...ready)];
  return least === most ? count(most) : `${count(least)} to ${count(most)}`;
};
