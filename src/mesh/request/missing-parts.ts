import { grown, numberOf } from '../../kernel/columns.ts';

/**
 * Parts that are missing from the pages under way: a bit per service, 32 services a column, and as many columns as there are
 * services that ever failed. Rows are those of `RequestColumns`.
 */
export class MissingParts {
  #words: Int32Array[] = [new Int32Array(0)];

  grow(rows: number): void {
    this.#words = this.#words.map((word) => grown(word, rows));
  }

  /** Nothing is missing (any more) from the page of this row. */
  clear(row: number): void {
    for (let place = 0; place < this.#words.length; place++) this.#words[place]![numberOf(row)] = 0;
  }

  add(row: number, service: number): void {
    const place = service >> 5;
    while (place >= this.#words.length) this.#words.push(new Int32Array(this.#words[0]!.length));
    this.#words[place]![numberOf(row)]! |= 1 << (service & 31);
  }

  remove(row: number, service: number): void {
    const word = this.#words[service >> 5];
    if (word !== undefined) word[numberOf(row)]! &= ~(1 << (service & 31));
  }

  /** Nothing is missing from the page: the usual case, asked first. */
  isNone(row: number): boolean {
    const number = numberOf(row);
    for (let place = 0; place < this.#words.length; place++)
      if (this.#words[place]![number] !== 0) return false;
    return true;
  }

  /** Rows of the services whose part is missing, ascending. */
  of(row: number): number[] {
    return this.#words.flatMap((word, place) =>
      Array.from({ length: 32 }, (_, bit) => bit)
        .filter((bit) => ((word[numberOf(row)]! >>> bit) & 1) === 1)
        .map((bit) => place * 32 + bit),
    );
  }

  copyFrom(other: MissingParts): void {
    this.#words = other.#words.map((word) => word.slice());
  }
}
