/** One field of many rows, as a typed array. */
export type Column =
  Float64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

/** A longer copy: what the column holds, and `fill` from there on. A column that is long enough already is returned as it is. */
export function grown<C extends Column>(column: C, length: number, fill = 0): C {
  const before = column.length;
  if (before >= length) return column;
  const longer = new (column.constructor as new (length: number) => C)(length);
  longer.set(column);
  if (fill !== 0) longer.fill(fill, before);
  return longer;
}

/** Twice as long, or as long as is needed: so that rows which come one by one are moved a constant number of times each. */
export const nextLength = (length: number, needed = 0): number => Math.max(8, 2 * length, needed);

/**
 * Makes all columns among the own fields of `table` so long, the new rows being 0; other fields stay. Private fields are
 * not seen: a class that hides its columns keeps them in one object.
 *
 *   readonly #columns = { dueUs: new Float64Array(8), row: new Int32Array(8) };
 */
export function growColumns(table: object, length: number): void {
  const fields = table as Record<string, unknown>;
  for (const name of Object.keys(table)) {
    const field = fields[name];
    if (isColumn(field)) fields[name] = grown(field, length);
  }
}

/** Gives `table` copies of all columns among the own fields of `other`, which must be of the same kind. */
export function copyColumns<T extends object>(table: T, other: T): void {
  const fields = table as Record<string, unknown>;
  for (const [name, field] of Object.entries(other)) if (isColumn(field)) fields[name] = field.slice();
}

const isColumn = (field: unknown): field is Column =>
  ArrayBuffer.isView(field) && !(field instanceof DataView);

/** A ring's rows in their order from `head` on, in a column of twice the length. The length is a power of two. */
export function unrolled<C extends Column>(ring: C, head: number): C {
  const size = ring.length;
  const longer = new (ring.constructor as new (length: number) => C)(2 * size);
  longer.set(ring.subarray(head));
  longer.set(ring.subarray(0, head), size - head);
  return longer;
}
