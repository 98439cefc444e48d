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
  /** Of this round; of all rounds, and of those that went before. */
  #done = 0;
  #total: number;
  #known: number;
  #startedMs = 0;
  #firstMs: number | undefined;
  #nextLineMs = 0;

  /**
   * @param hint stands behind the number of all that were done, over all rounds.
   * @param nowMs a clock that only goes on.
   * @param known how many were done before.
   */
  constructor(io: Io, quiet: boolean, hint = '', nowMs = () => performance.now(), known = 0) {
    this.#io = io;
    this.#quiet = quiet;
    this.#hint = hint;
    this.#nowMs = nowMs;
    this.#total = known;
    this.#known = known;
  }

  /** Rounds that say how many runs follow are parts of one work: one of the same kind goes on with the count of the last. */
  begin(round: Round): void {
    const goesOn = round.later !== undefined && round.what === this.#round.what;
    this.#round = goesOn ? { ...round, count: this.#done + round.count } : round;
    if (!goesOn) this.#done = 0;
    this.#startedMs = this.#nowMs();
    if (this.#firstMs === undefined || round.later === undefined)
      this.#nextLineMs = this.#startedMs + firstLineMs;
    this.#firstMs ??= this.#startedMs;
    this.#show();
  }

  /** A line that stays. */
  note(line: string): void {
    if (this.#quiet) return;
    this.#io.stderr(`${line}\n`);
    if (this.#io.isTty.stderr) this.#show();
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
    const sinceMs = this.#round.later === undefined ? this.#startedMs : this.#firstMs!;
    this.#nextLineMs = nowMs + Math.max(firstLineMs, (nowMs - sinceMs) / 4);
  }

  #text(): string {
    const { what, count, unit } = this.#round;
    const hint =
      this.#hint === ''
        ? ''
        : ` (${this.#total} ${this.#total === 1 ? unit.replace(/s$/, '') : unit} in all; ${this.#hint})`;
    return `${what}: ${this.#done} of ${count} ${unit}${this.#left()}${hint}`;
  }

  #left(): string {
    const { count, later, unit } = this.#round;
    const nowMs = this.#nowMs();
    if (later === undefined) {
      const secondsEach = (nowMs - this.#startedMs) / 1000 / Math.max(1, this.#done);
      return this.#done === 0
        ? ''
        : `, about ${Math.ceil(secondsEach * (count - this.#done))} s left of this step`;
    }
    const left = count - this.#done + later;
    const played = this.#total - this.#known;
    if (played === 0) return `, about ${left} ${unit} left`;
    const secondsEach = (nowMs - this.#firstMs!) / 1000 / played;
    return `, about ${left} ${unit} and ${roughly(secondsEach * left)} left`;
  }
}

/** "40 s", "3 min". */
const roughly = (seconds: number): string =>
  seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;

const firstLineMs = 10_000;
