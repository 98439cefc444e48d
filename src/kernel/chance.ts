import seedrandom from 'seedrandom';

/**
 * Streams of chance. Each purpose of each entity has one of its own, named `purpose/entity`, so that asking for more
 * chance in one place disturbs no other, and two variants of a scenario share their arrivals (common random numbers).
 */
export interface Stream {
  /** Uniform on [0, 1) with 53 bits; may be 0, never 1. */
  uniform(): number;
  /** Uniform on 0 .. 2^32-1. */
  uint32(): number;
  /** Uniform on 0 .. count-1 by modulo, as Envoy picks hosts (bias below count / 2^32). */
  below(count: number): number;
}

/** The streams of one run. The seed is text: 42 and "42" are the same seed. */
export class Chance {
  readonly #seed: string;
  readonly #named = new Set<string>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** @throws if the name was given out before: two users of one stream would disturb each other. */
  stream(name: string): Stream {
    if (this.#named.has(name)) throw new Error(`stream of chance "${name}" is in use already`);
    this.#named.add(name);
    const generator = seedrandom.alea(`${this.#seed}/${name}`);
    return {
      uniform: generator.double,
      uint32: () => generator.int32() >>> 0,
      below: (count) => (generator.int32() >>> 0) % count,
    };
  }
}
