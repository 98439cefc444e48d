import * as z from 'zod';

/** What the fields of a record hold, as zod schemas: they type, they check what is read, and `meshshift schema` prints them. */
export const text = z.string();
export const flag = z.boolean();
export const number = z.number();
/** 0, 1, 2, ... */
export const whole = z.int().nonnegative();

/** A record is never changed: all of it readonly, lists and pairs included. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

/** A list along `keys` has an entry for each of them. */
export const alongKeys = (
  keys: readonly string[],
  lists: Readonly<Record<string, readonly unknown[] | null | undefined>>,
): { readonly path: string; readonly message: string }[] =>
  Object.entries(lists)
    .filter(([, list]) => list !== null && list !== undefined && list.length !== keys.length)
    .map(([path, list]) => ({ path, message: `${list!.length} entries for ${keys.length} keys` }));

/** The resource that a rule is of: a VirtualService, or a route of Gateway API. */
export const ruleOwner = z.strictObject({ kind: text, namespace: text, name: text });
