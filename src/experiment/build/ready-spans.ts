import type { Recorder } from '../recorder.ts';

/** From when to when a pod was there to be asked; undefined: it never was. */
export function readySpans({
  capacity,
  totals,
}: Recorder): (pod: number) => { readonly fromUs: number; readonly toUs: number } | undefined {
  const endUs = totals[totals.length - 1]!.atUs;
  // Of a run in which no pod comes or goes nobody keeps their lives.
  if (capacity === undefined) return () => ({ fromUs: 0, toUs: endUs });
  const [came, ready, gone] = [new Set<number>(), new Map<number, number>(), new Map<number, number>()];
  for (const { row, what, atUs } of capacity.events) {
    if (what === 'created') came.add(row);
    if (what === 'ready' && !ready.has(row)) ready.set(row, atUs);
    if ((what === 'terminating' || what === 'lost' || what === 'gone') && !gone.has(row)) gone.set(row, atUs);
  }
  return (pod) => {
    const fromUs = came.has(pod) ? ready.get(pod) : 0;
    return fromUs === undefined ? undefined : { fromUs, toUs: gone.get(pod) ?? endUs };
  };
}
