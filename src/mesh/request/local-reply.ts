import type { Simulation } from '../../kernel/simulation.ts';
import {
  responseOutcomes,
  withOutcome,
  type FinalCause,
  type OutcomeCause,
} from '../envoy/response-outcome.ts';
import type { Holding } from './holding.ts';
import type { Page } from './page.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';

/** The caller's proxy answers by itself; the request reaches no pod, or no further one. */
export class LocalReply {
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #takesUs: number;
  readonly #answered: number;
  readonly #page: Page;
  readonly #holding: Holding;

  constructor(around: Surroundings, events: RequestEvents, page: Page, holding: Holding) {
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#takesUs = around.localReplyUs;
    this.#answered = events.answered;
    this.#page = page;
    this.#holding = holding;
  }

  /** With the status and the flag of its cause. */
  fail(row: number, cause: FinalCause, nowUs: number): void {
    this.failWith(row, cause, responseOutcomes[cause].status, nowUs);
  }

  /** Where the configuration names the status. */
  failWith(row: number, cause: OutcomeCause, status: number, nowUs: number): void {
    this.#rows.flags[row] = withOutcome(this.#rows.flags[row]!, cause);
    this.answer(row, status, nowUs);
  }

  /** What is no failure of the proxy has no flag. */
  answer(row: number, status: number, nowUs: number): void {
    const rows = this.#rows;
    this.#holding.endRetry(row);
    rows.status[row] = status;
    rows.stage[row] = stage.local;
    if (rows.attempts[row] === 0) this.#page.chosen(row, nowUs);
    this.#simulation.schedule(nowUs + this.#takesUs, this.#answered, row);
  }
}
