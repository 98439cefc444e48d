import type { AutoscalerChange, Candidate } from '../../record/shift-plan.ts';
import { minutesText } from '../../report/shift-plan/amount.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Shift } from './shift.ts';

/** What may vary; every combination is a plan. */
export interface Vary {
  readonly steps: readonly (readonly number[])[];
  readonly pausesUs: readonly number[];
  readonly autoscalers: readonly AutoscalerVary[];
  /** Pods of the new version for 100 %, its part of them before each step; 0: none beyond what its autoscaler wants. */
  readonly preScale: readonly number[];
  /** Warm-ups of new pods; empty: as it is written. */
  readonly warmUpsUs: readonly number[];
}

export interface AutoscalerVary {
  readonly name: string;
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly target: readonly number[];
}

/** The plan as it is written, and then every combination of what may vary, in the order given. */
export function candidatesOf(vary: Vary): Candidate[] {
  const asWritten: Candidate = { steps: null, pauseSeconds: null, autoscalers: [], preScale: 0 };
  const changes = vary.autoscalers.reduce<AutoscalerChange[][]>(
    (before, own) => before.flatMap((list) => changesOf(own).map((change) => [...list, change])),
    [[]],
  );
  const varied = vary.steps.flatMap((steps) =>
    vary.pausesUs.flatMap((pauseUs) =>
      changes.flatMap((autoscalers) =>
        orNone(vary.warmUpsUs).flatMap((warmUpUs) =>
          vary.preScale.map((preScale): Candidate => ({
            steps,
            pauseSeconds: pauseUs / 1e6,
            autoscalers,
            ...(warmUpUs === undefined ? {} : { warmUpSeconds: warmUpUs / 1e6 }),
            preScale,
          })),
        ),
      ),
    ),
  );
  return [asWritten, ...varied];
}

const orNone = (list: readonly number[]): readonly (number | undefined)[] =>
  list.length === 0 ? [undefined] : list;

function changesOf({ name, min, max, target }: AutoscalerVary): AutoscalerChange[] {
  return orNone(min).flatMap((least) =>
    orNone(max).flatMap((most) =>
      orNone(target).map((aim) => ({
        name,
        ...(least === undefined ? {} : { min: least }),
        ...(most === undefined ? {} : { max: most }),
        ...(aim === undefined ? {} : { target: aim }),
      })),
    ),
  );
}

/** Per candidate: those that are the same but for fewer pods, in number or by limits. */
export const leanerOf = (candidates: readonly Candidate[]): number[][] =>
  candidates.map((own) =>
    candidates.flatMap((other, index) => (other !== own && asksForLess(other, own) ? [index] : [])),
  );

function asksForLess(one: Candidate, other: Candidate): boolean {
  const isAlike =
    one.steps !== null &&
    one.steps.join() === other.steps?.join() &&
    one.pauseSeconds === other.pauseSeconds &&
    one.warmUpSeconds === other.warmUpSeconds &&
    one.autoscalers.length === other.autoscalers.length;
  return (
    isAlike &&
    one.preScale <= other.preScale &&
    one.autoscalers.every((own, index) => {
      const { min, max, target } = other.autoscalers[index]!;
      return (
        (own.min ?? 0) <= (min ?? 0) &&
        (own.max ?? 0) <= (max ?? 0) &&
        // The higher the use that is aimed at, the fewer pods.
        (own.target ?? 0) >= (target ?? 0)
      );
    })
  );
}

/**
 * What varies where the user names nothing: the steps as written, with the largest jump halved, and in quarters; the pause as
 * written, and three fifths of it; the new version's limit of pods as it is, and a third more; without pods beforehand, and with
 * as many as either limit lets it have at 100 %.
 */
export function defaultVary(scenario: Scenario, shift: Shift): Vary {
  const written = shift.steps.map((own) => own.percent);
  const ladders = [written, halved(written), [25, 50, 75, 100]];
  const pauseUs = writtenPauseUs(scenario, shift);
  const autoscaler = scenario.manifests.find(
    (own) => own.kind === 'HorizontalPodAutoscaler' && own.metadata.name === shift.to.autoscaler,
  );
  const max = autoscaler?.kind === 'HorizontalPodAutoscaler' ? autoscaler.spec.maxReplicas : undefined;
  const limits = max === undefined ? [] : [max, Math.ceil((max * 4) / 3)];
  return {
    steps: ladders.filter((own, index) => ladders.findIndex((each) => each.join() === own.join()) === index),
    pausesUs: [pauseUs, Math.round((pauseUs * 0.6) / 1e6) * 1e6],
    autoscalers:
      limits.length === 0 ? [] : [{ name: shift.to.autoscaler!, min: [], max: limits, target: [] }],
    preScale: [0, ...limits],
    warmUpsUs: [],
  };
}

/** Steps with one more in the middle of the largest jump. */
export function halved(steps: readonly number[]): number[] {
  const at = largestJump(steps);
  const middle = Math.round(((steps[at - 1] ?? 0) + steps[at]!) / 2);
  return [...steps.slice(0, at), middle, ...steps.slice(at)];
}

/** Index of the step with the largest jump in weight; of equal ones the last. */
export function largestJump(steps: readonly number[]): number {
  const jumps = steps.map((own, index) => own - (steps[index - 1] ?? 0));
  return jumps.lastIndexOf(Math.max(...jumps));
}

/** Median of the written pauses, the last one up to the end of the run. */
export function writtenPauseUs({ durationUs }: Scenario, { steps }: Shift): number {
  const pauses = steps
    .map((own, index) => (steps[index + 1]?.atUs ?? durationUs) - own.atUs)
    .sort((a, b) => a - b);
  return pauses[Math.floor((pauses.length - 1) / 2)]!;
}

/** "10/25/50/75/100 every 3m, reviews-v3 max 40, pods beforehand for 30 at 100 %". */
export function candidateText({
  steps,
  pauseSeconds,
  autoscalers,
  preScale,
  warmUpSeconds,
}: Candidate): string {
  if (steps === null) return 'as written';
  const changes = autoscalers.map((own) =>
    [
      own.name,
      ...(own.min === undefined ? [] : [`min ${own.min}`]),
      ...(own.max === undefined ? [] : [`max ${own.max}`]),
      ...(own.target === undefined ? [] : [`target ${own.target} %`]),
    ].join(' '),
  );
  const before = preScale === 0 ? [] : [`pods beforehand for ${preScale} at 100 %`];
  const warmUp =
    warmUpSeconds === undefined
      ? []
      : [warmUpSeconds === 0 ? 'no warm-up' : `warm-up ${minutesText(warmUpSeconds)}`];
  return [`${steps.join('/')} every ${minutesText(pauseSeconds!)}`, ...changes, ...before, ...warmUp].join(
    ', ',
  );
}
