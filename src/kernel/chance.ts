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
  readonly #named = new Map<string, Alea>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** @throws if the name was given out before: two users of one stream would disturb each other. */
  stream(name: string): Stream {
    if (this.#named.has(name)) throw new Error(`stream of chance "${name}" is in use already`);
    const stream = new Alea(`${this.#seed}/${name}`);
    this.#named.set(name, stream);
    return stream;
  }

  /**
   * Every stream goes on where that of `other` stands.
   * @throws if the same streams have not been given out: whoever copies a run makes all users of chance again before this.
   */
  copyFrom(other: Chance): void {
    for (const name of this.#named.keys()) {
      if (!other.#named.has(name))
        throw new Error(`stream of chance "${name}" is not of the run that is copied`);
    }
    for (const [name, stream] of other.#named) {
      const own = this.#named.get(name);
      if (own === undefined) throw new Error(`nobody in the copy of a run uses stream of chance "${name}"`);
      own.copyFrom(stream);
    }
  }
}

/** Three fractions and a carry, as seedrandom calls them. */
interface AleaState {
  s0: number;
  s1: number;
  s2: number;
  c: number;
}

/**
 * J. Baagøe's Alea (2010), as seedrandom has it, which also makes its first state of the seed: the same numbers, from a
 * state that can be copied.
 */
class Alea implements Stream {
  /** A plain object: its doubles are written in place, where fields of a class would be boxed anew. */
  readonly #state: AleaState;

  constructor(seed: string) {
    this.#state = seedrandom.alea(seed, { state: true }).state() as AleaState;
  }

  uniform(): number {
    // 32 bits above, 21 below.
    const high = next(this.#state);
    return high + ((next(this.#state) * 0x200000) | 0) * 1.1102230246251565e-16;
  }

  uint32(): number {
    return (next(this.#state) * 0x100000000) >>> 0;
  }

  below(count: number): number {
    return this.uint32() % count;
  }

  copyFrom(other: Alea): void {
    Object.assign(this.#state, other.#state);
  }
}

function next(state: AleaState): number {
  const sum = 2091639 * state.s0 + state.c * 2.3283064365386963e-10;
  state.s0 = state.s1;
  state.s1 = state.s2;
  state.c = sum | 0;
  state.s2 = sum - state.c;
  return state.s2;
}
