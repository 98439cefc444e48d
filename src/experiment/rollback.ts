import type { RollbackPoint } from '../record/capacity.ts';
import { verbOf } from '../mesh/timeline/index.ts';
import type { Scenario, TimelineStep } from '../scenario/scenario.ts';
import { overCapacity } from '../verdict/over-capacity.ts';
import { Run } from './run.ts';

/** Length of the windows by which seconds over capacity are counted. */
const windowUs = 5_000_000;

/** Instants at which a scenario asks what a revert would do, in microseconds; none where it does not ask. */
export function rollbackInstants({ rollback }: Scenario): number[] {
  if (rollback === undefined) return [];
  const found: number[] = [];
  for (let at = rollback.fromUs; at <= rollback.toUs; at += rollback.everyUs) found.push(at);
  return found;
}

/**
 * The scenario with the shift taken back at an instant, up to the end of the horizon. What operators would have done later
 * they do not do; what befalls the mesh (a crash, a slow version) befalls it all the same.
 */
export function revertedAt(scenario: Scenario, atUs: number): Scenario {
  const { file, resources, horizonUs } = scenario.rollback!;
  const revert: TimelineStep = { atUs, verb: 'apply', file, resources };
  return {
    ...scenario,
    durationUs: atUs + horizonUs,
    windowUs,
    timeline: [
      ...scenario.timeline.filter((step) => step.atUs <= atUs),
      revert,
      ...scenario.timeline.filter((step) => step.atUs > atUs && !verbOf(step).isOperators),
    ],
    expect: [],
  };
}

/**
 * What would have happened had the shift been reverted at an instant, asked for any number of them. One trunk plays the
 * scenario as it is, and each answer is a branch of it: until its instant it is the same run, request by request. The trunk
 * only goes forward, so that ascending instants cost it one run in all, and one that lies behind it another.
 */
export function rollbackPoints(scenario: Scenario): (atUs: number) => RollbackPoint {
  const { toUs, horizonUs, allow } = scenario.rollback!;
  let trunk: Run | undefined;
  let last: Run | undefined;
  return (atUs) => {
    const { timeline, durationUs } = revertedAt(scenario, atUs);
    if (trunk === undefined || trunk.nowUs >= atUs) {
      const settings = { ...scenario, durationUs: Math.max(toUs, atUs) + horizonUs, windowUs, expect: [] };
      trunk = new Run(settings, { mayBranch: true, podsAlone: true });
    }
    // The instant itself is the branch's: the revert comes before all else of it.
    if (atUs > 0) trunk.runUntil(atUs - 1);
    const branch = trunk.branch({ timeline, durationUs });
    if (last !== undefined) branch.moveInto(last);
    last = branch;
    return pointOf(branch.finishCapacity(atUs), atUs, allow);
  };
}

/** As `rollbackPoints`, for one instant. */
export const rollbackPoint = (scenario: Scenario, atUs: number): RollbackPoint =>
  rollbackPoints(scenario)(atUs);

function pointOf(capacity: ReturnType<Run['finishCapacity']>, atUs: number, allow: number): RollbackPoint {
  const atSeconds = atUs / 1e6;
  const { pages } = capacity;
  const [asked, failed, late] = (['pages', 'failed', 'late'] as const).map((what) =>
    pages.reduce((sum, own) => sum + own[what], 0),
  ) as [number, number, number];
  return {
    atSeconds,
    pages: asked,
    failed,
    late,
    unserved: capacity.overdue,
    ...overCapacity(capacity, atSeconds),
    p99Ms: Math.max(0, ...pages.map((own) => own.p99Ms)),
    // Nobody knows what would have come after the end of a budget.
    isSafe: !capacity.overran && failed + late + capacity.overdue <= allow * (asked + capacity.overdue),
  };
}
