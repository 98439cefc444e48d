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

/** How far apart the rows of a packed table are: they are numbered 0, 8, 16 and so on. */
export const rowStep = 8;

/** Which of the rows of its packed table one is, for whoever keeps something of each. */
export const numberOf = (row: number): number => row >> 3;

/**
 * As `growColumns`, for a table of very many rows that are touched one at a time, with all their fields: packed, so that a row
 * lies in few lines of the cache. Up to eight fields of one size, in the order in which they are declared, share an array and
 * stand side by side in it; each is a view that begins one number after the last, so that `table.field[row]` reads as ever.
 *
 *   [parent root caller ...] [parent root caller ...] [parent root ...
 *    row 0                    row 8                    row 16
 */
export function growPacked(table: object, rows: number): void {
  for (const names of packs(table)) {
    const bytes = new Uint8Array(rows * rowStep * columnOf(table, names[0]!).BYTES_PER_ELEMENT);
    bytes.set(bytesOf(table, names));
    share(table, names, bytes);
  }
}

/** As `copyColumns`, of packed tables. */
export function copyPacked<T extends object>(table: T, other: T): void {
  for (const names of packs(other)) share(table, names, bytesOf(other, names).slice());
}

/** `table` goes on in the arrays of `other`, which are longer, and nobody else's from now on. What stood there stays behind its own rows. */
export function movePacked<T extends object>(table: T, other: T): void {
  for (const names of packs(table)) {
    const bytes = bytesOf(other, names);
    bytes.set(bytesOf(table, names));
    share(table, names, bytes);
  }
}

type Fields = Record<string, unknown>;

/** Names of the columns that share an array, for each array. */
function packs(table: object): string[][] {
  const bySize = new Map<number, string[][]>();
  for (const [name, field] of Object.entries(table)) {
    if (!isColumn(field)) continue;
    const alike = bySize.get(field.BYTES_PER_ELEMENT) ?? [];
    bySize.set(field.BYTES_PER_ELEMENT, alike);
    if (alike.length === 0 || alike.at(-1)!.length === rowStep) alike.push([]);
    alike.at(-1)!.push(name);
  }
  return [...bySize.values()].flat();
}

const columnOf = (table: object, name: string): Column => (table as Fields)[name] as Column;

const bytesOf = (table: object, names: readonly string[]): Uint8Array =>
  new Uint8Array(columnOf(table, names[0]!).buffer);

function share(table: object, names: readonly string[], { buffer }: Uint8Array): void {
  names.forEach((name, place) => {
    const { constructor, BYTES_PER_ELEMENT } = columnOf(table, name);
    const View = constructor as new (buffer: ArrayBufferLike, from: number) => Column;
    (table as Fields)[name] = new View(buffer, place * BYTES_PER_ELEMENT);
  });
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
