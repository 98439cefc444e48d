import { Chance } from '../../src/kernel/chance.ts';

/** Choices of one case of a fuzzer: the same name, the same case. */
export class Random {
  readonly #stream;

  constructor(name: string) {
    this.#stream = new Chance(name).stream('fuzz');
  }

  /** A whole number below `count`. */
  below(count: number): number {
    return count <= 1 ? 0 : this.#stream.below(count);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.#stream.uniform() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** Some of them, in their order. */
  some<T>(values: readonly T[], share = 0.5): T[] {
    return values.filter(() => this.chance(share));
  }
}
