/** After so many notes another history begins with all numbers as they are then, so that a note is found quickly. */
const mostNotes = 1024;

/**
 * Rows of numbers as they stood from time to time: the first one, and of each number the notes at which it had become another.
 * What stays costs nothing, and what was noted is never altered, so that the copies of a run can share it.
 */
export class History {
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  /** By place: note and value, note and value, ascending. */
  readonly #changes: (number[] | undefined)[];
  #notes = 0;

  /** @param first the numbers, of which there are as many in every note. */
  constructor(first: Float64Array) {
    this.#first = first.slice();
    this.#last = first.slice();
    this.#changes = Array.from({ length: first.length });
  }

  get isFull(): boolean {
    return this.#notes === mostNotes;
  }

  /** @returns which note it is, for `at`. */
  note(numbers: Float64Array): number {
    const note = ++this.#notes;
    const last = this.#last;
    for (let place = 0; place < last.length; place++) {
      const value = numbers[place]!;
      if (value === last[place]) continue;
      last[place] = value;
      (this.#changes[place] ??= []).push(note, value);
    }
    // Lists are kept without the room in which they grew.
    if (this.isFull) this.#changes.forEach((own, place) => (this.#changes[place] = own?.slice()));
    return note;
  }

  /** What a number was at a note. */
  at(note: number, place: number): number {
    const changes = this.#changes[place] ?? [];
    let [low, high] = [0, changes.length / 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (changes[2 * middle]! > note) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? this.#first[place]! : changes[2 * low - 1]!;
  }
}
