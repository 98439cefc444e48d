import seedrandom from 'seedrandom';
import { grown } from './columns.ts';

/**
 * Streams of chance. Each purpose of each entity has one of its own, named `purpose/entity`, so that asking for more
 * chance in one place disturbs no other, and two variants of a scenario share their arrivals (common random numbers).
 */
export interface Stream {
  /** Uniform on [0, 1) with 53 bits; may be 0, never 1. */
  uniform(): number;
  /** Fills a list with what `uniform` would give one after the other. */
  fill(drawn: Float64Array): void;
  /** Uniform on 0 .. 2^32-1. */
  uint32(): number;
  /** Uniform on 0 .. count-1 by modulo, as Envoy picks hosts (bias below count / 2^32). */
  below(count: number): number;
}

/** The streams of one run. The seed is text: 42 and "42" are the same seed. */
export class Chance {
  readonly #seed: string;
  readonly #named = new Map<string, Alea>();
  readonly #states = new States();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** @throws if the name was given out before: two users of one stream would disturb each other. */
  stream(name: string): Stream {
    if (this.#named.has(name)) throw new Error(`stream of chance "${name}" is in use already`);
    const stream = new Alea(`${this.#seed}/${name}`, this.#states);
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

/** As seedrandom tells it. */
interface AleaState {
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  readonly c: number;
}

/** Three fractions and a carry. */
const S1 = 1;
const S2 = 2;
const CARRY = 3;
const WIDTH = 4;

/** The states of all streams of a run, side by side: each is a part of a line of the cache. */
class States {
  numbers = new Float64Array(64 * WIDTH);
  #end = 0;

  /** Where a new one begins. */
  add({ s0, s1, s2, c }: AleaState): number {
    const at = this.#end;
    this.#end += WIDTH;
    if (this.#end > this.numbers.length) this.numbers = grown(this.numbers, 2 * this.numbers.length);
    this.numbers.set([s0, s1, s2, c], at);
    return at;
  }
}

/**
 * J. Baagøe's Alea (2010), as seedrandom has it, which also makes its first state of the seed: the same numbers, from a
 * state that can be copied.
 */
class Alea implements Stream {
  readonly #states: States;
  readonly #at: number;

  constructor(seed: string, states: States) {
    this.#states = states;
    this.#at = states.add(seedrandom.alea(seed, { state: true }).state() as AleaState);
  }

  uniform(): number {
    // 32 bits above, 21 below.
    const { numbers } = this.#states;
    const high = next(numbers, this.#at);
    return high + ((next(numbers, this.#at) * 0x200000) | 0) * 1.1102230246251565e-16;
  }

  /** As `uniform`, with the state in hand from one number to the next. */
  fill(drawn: Float64Array): void {
    const { numbers } = this.#states;
    const at = this.#at;
    let s0 = numbers[at]!;
    let s1 = numbers[at + S1]!;
    let s2 = numbers[at + S2]!;
    let carry = numbers[at + CARRY]!;
    for (let i = 0; i < drawn.length; i++) {
      const sum = 2091639 * s0 + carry * 2.3283064365386963e-10;
      const high = sum - (sum | 0);
      const lower = 2091639 * s1 + (sum | 0) * 2.3283064365386963e-10;
      carry = lower | 0;
      s0 = s2;
      s1 = high;
      s2 = lower - carry;
      drawn[i] = high + ((s2 * 0x200000) | 0) * 1.1102230246251565e-16;
    }
    numbers[at] = s0;
    numbers[at + S1] = s1;
    numbers[at + S2] = s2;
    numbers[at + CARRY] = carry;
  }

  uint32(): number {
    return (next(this.#states.numbers, this.#at) * 0x100000000) >>> 0;
  }

  below(count: number): number {
    return this.uint32() % count;
  }

  copyFrom(other: Alea): void {
    const from = other.#at;
    this.#states.numbers.set(other.#states.numbers.subarray(from, from + WIDTH), this.#at);
  }
}

function next(states: Float64Array, at: number): number {
  const sum = 2091639 * states[at]! + states[at + CARRY]! * 2.3283064365386963e-10;
  const carry = sum | 0;
  states[at] = states[at + S1]!;
  states[at + S1] = states[at + S2]!;
  states[at + CARRY] = carry;
  return (states[at + S2] = sum - carry);
}
