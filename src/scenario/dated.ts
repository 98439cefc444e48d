import type { Manifest, WrittenObject } from '../manifest/resource.ts';

/** An object of a kind that is not modelled, with the time in which it is there. */
export interface Dated {
  readonly object: WrittenObject;
  /** -Infinity: since before the run. */
  readonly fromUs: number;
  /** Infinity: to the end. */
  readonly untilUs: number;
}

/** What a file brings, or takes away. */
export interface DatedChange {
  readonly atUs: number;
  readonly verb: 'apply' | 'delete';
  readonly others: Manifest['others'];
}

/** Each object as it is from change to change. @param changes by time. */
export function datedObjects(start: Manifest['others'], changes: readonly DatedChange[]): Dated[] {
  const found: { object: WrittenObject; fromUs: number; untilUs: number }[] = start.map((object) => ({
    object,
    fromUs: -Infinity,
    untilUs: Infinity,
  }));
  for (const { atUs, verb, others } of changes)
    for (const object of others) {
      const last = found.findLast((own) => isSame(own.object, object) && own.untilUs === Infinity);
      if (last !== undefined) last.untilUs = atUs;
      if (verb === 'apply') found.push({ object, fromUs: atUs, untilUs: Infinity });
    }
  return found;
}

/** What is there at a moment. */
export const thereAt = (all: readonly Dated[], atUs: number): WrittenObject[] =>
  all.flatMap(({ object, fromUs, untilUs }) => (fromUs <= atUs && atUs < untilUs ? [object] : []));

const isSame = (one: WrittenObject, other: WrittenObject): boolean =>
  one.kind === other.kind &&
  one.apiVersion === other.apiVersion &&
  one.metadata.name === other.metadata.name &&
  one.metadata.namespace === other.metadata.namespace;
