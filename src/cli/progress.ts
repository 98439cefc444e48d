import { performance } from 'node:perf_hooks';
import type { Round, Sink } from '../experiment/pool.ts';
import type { Io } from './io.ts';

/** A line on a terminal: what is being done, how much of it is done, and how long the rest takes. */
export class Progress implements Sink<unknown> {
  readonly #io: Io;
  readonly #quiet: boolean;
  readonly #hint: string;
  #round: Round = { what: '', count: 0, unit: '' };
  #done = 0;
  #total = 0;
  #startedMs = 0;

  /** @param hint stands behind the number of all that were done, over all rounds. */
  constructor(io: Io, quiet: boolean, hint = '') {
    this.#io = io;
    this.#quiet = quiet;
    this.#hint = hint;
  }

  begin(round: Round): void {
    this.#round = round;
    this.#done = 0;
    this.#startedMs = performance.now();
    this.#show();
  }

  take(): void {
    this.#done += 1;
    this.#total += 1;
    this.#show();
  }

  end(): void {
    if (!this.#quiet) this.#io.status('stderr', '');
  }

  #show(): void {
    if (this.#quiet) return;
    const { what, count, unit } = this.#round;
    const secondsEach = (performance.now() - this.#startedMs) / 1000 / Math.max(1, this.#done);
    const left =
      this.#done === 0 ? '' : `, about ${Math.ceil(secondsEach * (count - this.#done))} s left of this step`;
    const hint = this.#hint === '' ? '' : ` (${this.#total} ${unit} in all; ${this.#hint})`;
    this.#io.status('stderr', `${what}: ${this.#done} of ${count} ${unit}${left}${hint}`);
  }
}
