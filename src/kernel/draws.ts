import type { Stream } from './chance.ts';
import { lawFiller, type Distribution } from './distribution.ts';

const block = 32;

/**
 * Draws of a law from a stream that nobody else draws from, a block at a time: a short loop fills the block, and reading a draw
 * allocates nothing; a whole number not even where the reader is not compiled together with this.
 */
export class Draws {
  readonly #fill: (drawn: Float64Array) => void;
  readonly #isWhole: boolean;
  #drawn: Float64Array = none;
  #at = block;

  /** @param isWhole whole microseconds are drawn: for times that are added to a moment of the clock. */
  constructor(distribution: Distribution, stream: Pick<Stream, 'uniform' | 'fill'>, isWhole: boolean) {
    this.#fill = lawFiller(distribution, stream);
    this.#isWhole = isWhole;
  }

  /** One draw, in microseconds; never negative. */
  next(): number {
    if (this.#at === block) this.#refill();
    return this.#drawn[this.#at++]!;
  }

  #refill(): void {
    if (this.#drawn === none) this.#drawn = new Float64Array(block);
    const drawn = this.#drawn;
    this.#fill(drawn);
    if (this.#isWhole) for (let i = 0; i < block; i++) drawn[i] = Math.round(drawn[i]!);
    this.#at = 0;
  }

  /** What has been drawn and not been read is part of a run's state. */
  copyFrom(other: Draws): void {
    this.#drawn = other.#drawn === none ? none : other.#drawn.slice();
    this.#at = other.#at;
  }
}

const none = new Float64Array(0);
