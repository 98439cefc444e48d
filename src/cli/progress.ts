import { performance } from 'node:perf_hooks';
import type { Round, Sink } from '../experiment/pool.ts';
import type { Io } from './io.ts';

/**
 * What is being done, how much of it is done, and how long the rest takes: one line that changes on a terminal. Where stderr goes
 * to a file or a pipe, a line now and then: after ten seconds, and ever more seldom, so that the log of a night stays short.
 */
export class Progress implements Sink<unknown> {
  readonly #io: Io;
  readonly #quiet: boolean;
  readonly #hint: string;
  readonly #nowMs: () => number;
  #round: Round = { what: '', count: 0, unit: '' };
  #done = 0;
  #total = 0;
  #startedMs = 0;
  #nextLineMs = 0;

  /**
   * @param hint stands behind the number of all that were done, over all rounds.
   * @param nowMs a clock that only goes on.
   */
  constructor(io: Io, quiet: boolean, hint = '', nowMs = () => performance.now()) {
    this.#io = io;
    this.#quiet = quiet;
    this.#hint = hint;
    this.#nowMs = nowMs;
  }

  begin(round: Round): void {
    this.#round = round;
    this.#done = 0;
    this.#startedMs = this.#nowMs();
    this.#nextLineMs = this.#startedMs + firstLineMs;
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
    if (this.#io.isTty.stderr) {
      this.#io.status('stderr', this.#text());
      return;
    }
    const nowMs = this.#nowMs();
    if (nowMs < this.#nextLineMs) return;
    this.#io.stderr(`${this.#text()}\n`);
    this.#nextLineMs = nowMs + Math.max(firstLineMs, (nowMs - this.#startedMs) / 4);
  }

  #text(): string {
    const { what, count, unit } = this.#round;
    const secondsEach = (this.#nowMs() - this.#startedMs) / 1000 / Math.max(1, this.#done);
    const left =
      this.#done === 0 ? '' : `, about ${Math.ceil(secondsEach * (count - this.#done))} s left of this step`;
    const hint = this.#hint === '' ? '' : ` (${this.#total} ${unit} in all; ${this.#hint})`;
    return `${what}: ${this.#done} of ${count} ${unit}${left}${hint}`;
  }
}

const firstLineMs = 10_000;
