import { rowStep } from '../../kernel/columns.ts';
import { responseOutcomes, withOutcome, type FinalCause } from '../envoy/response-outcome.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { Ahead } from './ahead.ts';
import type { LetGo } from './let-go.ts';
import type { Page } from './page.ts';
import type { RequestColumns } from './request-columns.ts';
import type { Serve } from './serve.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';

/** Somebody has waited long enough, or has died: what the pod still does for the request is for nothing. */
export class GiveUp {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #probe: Probe;
  readonly #page: Page;
  readonly #letGo: LetGo;
  readonly #ahead: Ahead;
  readonly #serve: Serve;

  constructor(around: Surroundings, probe: Probe, page: Page, letGo: LetGo, ahead: Ahead, serve: Serve) {
    this.#around = around;
    this.#rows = around.rows;
    this.#probe = probe;
    this.#page = page;
    this.#letGo = letGo;
    this.#ahead = ahead;
    this.#serve = serve;
  }

  /** The proxy, by its route's timeout, unless it has answered itself meanwhile. */
  onRouteTimeout(row: number, nowUs: number): void {
    if (this.#rows.stage[row] !== stage.local) this.#waitNoMore(row, 'timeout', nowUs);
  }

  /** The application that called. */
  onImpatience(row: number, nowUs: number): void {
    this.#waitNoMore(row, 'caller-gone', nowUs);
  }

  /** The visitor of a page, if this is still the page that they wait for. */
  onLeave(row: number, nowUs: number): void {
    if (this.#rows.leavesUs[row] === nowUs) this.#waitNoMore(row, 'caller-gone', nowUs);
  }

  /** Who asked has died. */
  orphan(row: number, nowUs: number): void {
    const comesBack = this.#leaveBehind(row, 'caller-gone', nowUs);
    this.#rows.parent[row] = -1;
    if (!comesBack) this.#rows.close(row);
  }

  /**
   * The gateway's replica that they came through has died, and their connections with it. A simplification where it fell
   * silent: they would wait for nothing, but are told at once.
   */
  visitorsOf(proxy: number, nowUs: number): void {
    const rows = this.#rows;
    for (let row = 0; row < rows.end; row += rowStep) {
      if (rows.caller[row] === proxy && rows.isOpenPage(row)) this.#waitNoMore(row, 'caller-gone', nowUs);
    }
  }

  #waitNoMore(row: number, cause: FinalCause, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) return;
    const parent = rows.parent[row]!;
    const comesBack = this.#leaveBehind(row, cause, nowUs);
    if (parent < 0) {
      this.#page.over(row, nowUs);
    } else {
      this.#page.note(row, false);
      rows.parent[row] = -1;
      this.#serve.callEnded(parent, responseOutcomes[cause].status, nowUs);
    }
    if (!comesBack) rows.close(row);
  }

  /** True if something on its way still refers to the row. */
  #leaveBehind(row: number, cause: FinalCause, nowUs: number): boolean {
    const rows = this.#rows;
    this.#ahead.settle(row, nowUs);
    // Its route is drawn, and it counts there, though a fault's delay has kept it from an endpoint.
    if (rows.stage[row] === stage.delayed) this.#page.chosen(row, nowUs);
    // Of what the proxy has answered itself, though the answer is not there yet, it has written its own status and flag.
    if (rows.stage[row] !== stage.local) {
      rows.status[row] = responseOutcomes[cause].status;
      rows.flags[row] = withOutcome(rows.flags[row]!, cause);
    }
    const comesBack = this.#letGo.of(row, cause === 'timeout');
    this.#around.telemetry.answered(row, nowUs);
    this.#probe.answered(row, nowUs);
    rows.abandoned[row] = 1;
    this.#letGo.passOver(row, nowUs);
    return comesBack;
  }
}
