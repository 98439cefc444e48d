import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';

/** Something that the manifests say in some of their steps. */
export interface ToldByStep<T> {
  readonly key: string;
  /** As the first of these steps has it. */
  readonly first: T;
  /** As the last of them has it. */
  readonly last: T;
  /** As each of them has it. */
  readonly all: readonly T[];
  /** When the first of them came. */
  readonly fromSeconds: number;
  /** When the last of them gave way to another, or the end of the run. */
  readonly toSeconds: number;
}

/** What steps of a run say, in the order in which they first do. */
export function toldByStep<T>(
  { mesh, scenario }: RunRecord,
  toldIn: (step: MeshFacts) => Iterable<readonly [key: string, own: T]>,
): ToldByStep<T>[] {
  const found = new Map<string, ToldByStep<T>>();
  for (const [index, step] of mesh.entries()) {
    const toSeconds = mesh[index + 1]?.fromSeconds ?? scenario.durationSeconds;
    for (const [key, last] of toldIn(step)) {
      const before = found.get(key);
      found.set(key, {
        key,
        first: before?.first ?? last,
        last,
        all: [...(before?.all ?? []), last],
        fromSeconds: before?.fromSeconds ?? step.fromSeconds,
        toSeconds,
      });
    }
  }
  return [...found.values()];
}
