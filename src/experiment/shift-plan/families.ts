import type { TimelineStep } from '../../scenario/scenario.ts';
import type { PlayablePlan } from './play-candidate.ts';

/** The first instant at which two timelines do not do the same; Infinity: they are the same. */
export function partingUs(one: readonly TimelineStep[], other: readonly TimelineStep[]): number {
  const most = Math.max(one.length, other.length);
  for (let row = 0; row < most; row++) {
    const [a, b] = [one[row], other[row]];
    if (a === b || JSON.stringify(a) === JSON.stringify(b)) continue;
    return Math.min(a?.atUs ?? Infinity, b?.atUs ?? Infinity);
  }
  return Infinity;
}

/** Plans that are the same for less than this share of the time are played by themselves: two workers are better than one. */
const worthwhile = 1 / 4;

/**
 * Which plans are worth playing together: those that begin with the same actions and go on alike for a while.
 * @returns per plan the first of its family.
 */
export function familiesOf(plans: readonly PlayablePlan[], fromUs: number, untilUs: number): number[] {
  const leastUs = fromUs + worthwhile * (untilUs - fromUs);
  return plans.map((own) =>
    plans.findIndex(
      (other) =>
        other === own ||
        (other.startUs === own.startUs &&
          own.startUs < leastUs &&
          partingUs(own.scenario.timeline, other.scenario.timeline) >= leastUs),
    ),
  );
}
