import type { World } from '../../mesh/world.ts';
import type { RunRecord } from '../../record/record.ts';
import type { EjectionRow, Recorder } from '../recorder.ts';
import { seconds } from './seconds.ts';

/** Ejections and returns in order of time. */
export function buildEjections(world: World, recorder: Recorder): RunRecord['ejections'] {
  const told = (kind: 'ejected' | 'returned') => (row: EjectionRow) => ({
    atSeconds: seconds(row.atUs),
    kind,
    proxy: world.proxies.places[row.proxy]!.pod,
    cluster: row.cluster,
    pod: row.pod,
    reason: row.reason,
  });
  return [...recorder.ejections.map(told('ejected')), ...recorder.returns.map(told('returned'))]
    .sort((a, b) => a.atSeconds - b.atSeconds)
    .slice(0, 1000);
}
