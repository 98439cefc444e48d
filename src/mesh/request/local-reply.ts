import type { Simulation } from '../../kernel/simulation.ts';
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

  send(row: number, status: number, flag: number, nowUs: number): void {
    const rows = this.#rows;
    this.#holding.endRetry(row);
    rows.status[row] = status;
    rows.flags[row]! |= flag;
    rows.stage[row] = stage.local;
    if (rows.attempts[row] === 0) this.#page.chosen(row, nowUs);
    this.#simulation.schedule(nowUs + this.#takesUs, this.#answered, row);
  }
}
