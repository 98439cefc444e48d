import type { RollbackPoint } from '../record/capacity.ts';
import type { RunRecord } from '../record/record.ts';
import { verbOf } from '../mesh/timeline/index.ts';
import type { Scenario, TimelineStep } from '../scenario/scenario.ts';
import { overCapacity } from '../verdict/over-capacity.ts';
import { runOnce } from './run-once.ts';

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
 * What would have happened had the shift been reverted at this instant, found by playing the whole run from its start with
 * the same seed: until then it is the same run, request by request.
 */
export function rollbackPoint(scenario: Scenario, atUs: number): RollbackPoint {
  const { record } = runOnce(revertedAt(scenario, atUs));
  const point = pointOf(record, atUs, scenario.rollback!.allow);
  // Nobody knows what would have come after the end of its budget.
  return record.ended === undefined ? point : { ...point, isSafe: false };
}

function pointOf(record: RunRecord, atUs: number, allow: number): RollbackPoint {
  const atSeconds = atUs / 1e6;
  const capacity = record.capacity!;
  const pages = capacity.pages.filter((own) => own.fromSeconds >= atSeconds);
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
    isSafe: failed + late + capacity.overdue <= allow * (asked + capacity.overdue),
  };
}
