/**
 * A column that nobody writes any more, in as few bytes as give back each number: none for numbers that are all alike, and for
 * whole ones how far they are above the least.
 */
export class PackedColumn {
  readonly #least: number;
  readonly #above: Float64Array | Uint32Array | Uint16Array | Uint8Array | undefined;

  constructor(numbers: Float64Array) {
    const isWhole = numbers.every((number) => Number.isSafeInteger(number));
    const least = numbers.reduce((a, b) => Math.min(a, b));
    const span = numbers.reduce((a, b) => Math.max(a, b)) - least;
    const Narrow = isWhole ? narrow.find(({ most }) => span <= most)?.of : undefined;
    this.#least = Narrow !== undefined || span === 0 ? least : 0;
    if (span !== 0) this.#above = new (Narrow ?? Float64Array)(numbers.map((number) => number - this.#least));
  }

  at(row: number): number {
    return this.#above === undefined ? this.#least : this.#least + this.#above[row]!;
  }
}

const narrow = [
  { most: 0xff, of: Uint8Array },
  { most: 0xffff, of: Uint16Array },
  { most: 0xffffffff, of: Uint32Array },
];
