import type { RollbackMeter, RollbackPoint } from '../record/capacity.ts';
import type { RunRecord } from '../record/record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { diagnose } from '../verdict/finding/index.ts';
import { capacityVerdict } from '../verdict/capacity-verdict.ts';
import type { Pool, Sink } from './pool.ts';
import { rollbackInstants } from './rollback.ts';

/**
 * The record of a run with the safe-rollback meter that its scenario asks for: a run for each instant. Stopped on the way, the
 * record says so and has no meter: part of one could be read as the whole.
 */
export async function measureRollback(
  scenario: Scenario,
  record: RunRecord,
  pool: Pool,
  sink: Sink<RollbackPoint>,
): Promise<RunRecord> {
  if (scenario.rollback === undefined || record.capacity === null || record.interrupted) return record;
  const instants = rollbackInstants(scenario);
  sink.begin({ what: 'reverting', count: instants.length, unit: 'instants' });
  const points = await pool.run(
    instants.map((atUs) => ({ kind: 'rollback' as const, atUs })),
    (point) => sink.take(point),
  );
  if (points === undefined) return { ...record, interrupted: true };
  const capacity = { ...record.capacity, rollback: rollbackMeter(scenario.rollback, points) };
  const measured = { ...record, capacity: { ...capacity, verdict: capacityVerdict(capacity, record.pods) } };
  return { ...measured, diagnosis: diagnose(measured) };
}

/** The meter from its points, in the order of their instants. */
const rollbackMeter = (
  { file, everyUs, horizonUs, allow }: NonNullable<Scenario['rollback']>,
  points: readonly RollbackPoint[],
): RollbackMeter => ({
  file,
  everySeconds: everyUs / 1e6,
  horizonSeconds: horizonUs / 1e6,
  allowShare: allow,
  points,
});
