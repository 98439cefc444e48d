/** A set of whole numbers from 1 to 2^53 - 1 whose low bits are as good as drawn: eight bytes a place, twice as many places as numbers. */
export class NumberSet {
  size = 0;
  /** A power of two of places; 0: free. */
  #places: Float64Array;

  /** @param expected so many it takes without growing */
  constructor(expected: number) {
    let length = 16;
    while (length < 2 * expected) length *= 2;
    this.#places = new Float64Array(length);
  }

  has(number: number): boolean {
    return this.#places[this.#placeOf(number)] === number;
  }

  /** @returns whether it is new */
  add(number: number): boolean {
    const place = this.#placeOf(number);
    if (this.#places[place] === number) return false;
    this.#places[place] = number;
    this.size += 1;
    if (this.size * 2 > this.#places.length) this.#grow();
    return true;
  }

  clear(): void {
    this.#places.fill(0);
    this.size = 0;
  }

  /** In no order that means anything. */
  forEach(take: (number: number) => void): void {
    const places = this.#places;
    for (let place = 0; place < places.length; place += 1) if (places[place] !== 0) take(places[place]!);
  }

  /** Where the number stands, or the free place where it would. */
  #placeOf(number: number): number {
    const places = this.#places;
    const last = places.length - 1;
    let place = (number >>> 0) & last;
    for (let own = places[place]; own !== 0 && own !== number; own = places[place])
      place = (place + 1) & last;
    return place;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Float64Array(old.length * 2);
    for (const number of old) if (number !== 0) this.#places[this.#placeOf(number)] = number;
  }
}
