import type { Cursor } from '../cursor.ts';
import { parseDurationNs } from '../quantity.ts';

/** Without the fields that are undefined. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** A duration that the field table has found to be one; microseconds. */
export function durationUs(own: Cursor): number | undefined {
  const ns = own.text === undefined ? 'absent' : parseDurationNs(own.text);
  return typeof ns === 'string' ? undefined : Number(ns / 1_000n);
}
