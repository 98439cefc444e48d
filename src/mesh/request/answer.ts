import type { Simulation } from '../../kernel/simulation.ts';
import { resetReason, resets } from '../envoy/reset-reason.ts';
import { wouldRetryAfter } from '../envoy/resolved-retry.ts';
import { responseFlag, withFlag } from '../envoy/response-flag.ts';
import { withOutcome } from '../envoy/response-outcome.ts';
import { decideRetry, type RetryQuestion } from '../envoy/retry.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { Holding } from './holding.ts';
import type { LetGo } from './let-go.ts';
import type { Mirror } from './mirror.ts';
import type { Page } from './page.ts';
import type { Pick } from './pick.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import { role } from './role.ts';
import type { Serve } from './serve.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * An answer is back at the caller's proxy: outlier detection learns of it, the retry policy is asked, and the application
 * that called, or the visitor, goes on.
 *
 *   answered | try timed out | no connection -> the try is over -> back-off and another try
 *                                                              \-> finished: the script goes on, or the page is over
 */
export class Answer {
  /** Retries so far of requests that had been tried again very many times before. */
  stubborn = 0;
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #probe: Probe;
  readonly #backedOff: number;
  readonly #page: Page;
  readonly #holding: Holding;
  readonly #letGo: LetGo;
  readonly #pick: Pick;
  readonly #mirror: Mirror;
  readonly #serve: Serve;
  /** Filled anew for each try that has failed. */
  readonly #question: RetryQuestion = { wouldRetry: false, retriesLeft: 0, breakerOpen: false };

  constructor(
    around: Surroundings,
    probe: Probe,
    events: RequestEvents,
    page: Page,
    holding: Holding,
    letGo: LetGo,
    pick: Pick,
    mirror: Mirror,
    serve: Serve,
  ) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#probe = probe;
    this.#backedOff = events.backedOff;
    this.#page = page;
    this.#holding = holding;
    this.#letGo = letGo;
    this.#pick = pick;
    this.#mirror = mirror;
    this.#serve = serve;
  }

  onAnswered(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) {
      if (rows.role[row] === role.copy) this.#mirror.answered(row, nowUs);
      else rows.close(row);
      return;
    }
    const stream = rows.stream[row]!;
    if (stream >= 0) {
      rows.status[stream] = rows.status[row]!;
      rows.reset[stream] = rows.reset[row]!;
      rows.attempt[stream] = -1;
      rows.close(row);
      this.#tryEnded(stream, nowUs);
    } else if (rows.stage[row] === stage.local) {
      this.#finish(row, nowUs);
    } else {
      this.#tryEnded(row, nowUs);
    }
  }

  /** The proxy waited long enough for this try: it goes on without it, and may try again. */
  onPerTryTimeout(attempt: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[attempt] !== 0) return;
    const row = rows.stream[attempt]!;
    this.#letGo.attempt(attempt, nowUs);
    rows.attempt[row] = -1;
    rows.status[row] = 504;
    rows.reset[row] = resetReason.perTryTimeout;
    this.#tryEnded(row, nowUs);
  }

  /** No connection came about for this try. */
  failed(row: number): void {
    this.#tryEnded(row, this.#simulation.nowUs);
  }

  #tryEnded(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.caller[row]! >= 0) {
      const reset = rows.reset[row]!;
      const answered = reset === resetReason.none;
      if (rows.stage[row] === stage.upstream) this.#holding.release(row, answered);
      if (rows.upstream[row]! >= 0) this.#holding.judge(row, nowUs);
      this.#holding.endRetry(row);
      if (answered && rows.status[row] === 200) this.#probe.tryEnded?.(row, undefined, undefined, 0, nowUs);
      else if (this.#triesAgain(row, nowUs)) return;
      if (!answered) this.#flag(row, reset);
    } else {
      this.#probe.tryEnded?.(row, undefined, undefined, 0, nowUs);
    }
    this.#finish(row, nowUs);
  }

  #flag(row: number, reset: number): void {
    const rows = this.#rows;
    const { flag } = resets[reset]!.outcome;
    rows.flags[row] = withFlag(rows.flags[row]!, responseFlag[flag]);
    // A TCP proxy has one attempt to connect, and says that it is used up (tcp_proxy.cc, onConnectMaxAttempts).
    if (flag === 'UF' && this.#around.tables.routes[rows.route[row]!]!.isTcp) {
      rows.flags[row] = withOutcome(rows.flags[row]!, 'retries-exhausted');
    }
  }

  /** What the retry policy makes of a failed try: back-off and another, or the end. */
  #triesAgain(row: number, nowUs: number): boolean {
    const rows = this.#rows;
    const { retry } = this.#around.tables.routes[rows.route[row]!]!;
    if (retry === undefined) {
      this.#probe.tryEnded?.(row, undefined, undefined, 0, nowUs);
      return false;
    }
    const made = rows.attempts[row]! - 1;
    const upstream = rows.upstream[row]! < 0 ? undefined : this.#around.upstreams.all[rows.upstream[row]!]!;
    const would = wouldRetryAfter(retry, rows.status[row]!, rows.reset[row]!);
    const question = this.#question;
    question.wouldRetry = would.retry;
    question.retriesLeft = retry.retries - made;
    question.breakerOpen = upstream !== undefined && !upstream.breaker.mayRetry();
    const decision = decideRetry(question);
    const waitUs =
      decision.verdict === 'retry' ? this.#around.proxies.backOffUs(rows.caller[row]!, made, retry) : 0;
    this.#probe.tryEnded?.(row, would, decision, waitUs, nowUs);
    if (decision.verdict === 'final-URX') {
      rows.flags[row] = withOutcome(rows.flags[row]!, 'retries-exhausted');
    } else if (decision.verdict === 'final-UO') {
      upstream!.breaker.retryOverflows += 1;
      rows.flags[row] = withOutcome(rows.flags[row]!, 'overflow');
    }
    if (decision.verdict !== 'retry') return false;
    if (upstream !== undefined) {
      upstream.breaker.retries += 1;
      upstream.retries += 1;
      rows.retrying[row] = upstream.row;
    }
    if (made >= this.#around.manyRetries) this.stubborn += 1;
    if (retry.avoidsTried) this.#pick.avoid(row, made === 0);
    rows.stage[row] = stage.backOff;
    this.#simulation.schedule(nowUs + waitUs, this.#backedOff, row);
    return true;
  }

  copyFrom(other: Answer): void {
    this.stubborn = other.stubborn;
  }

  /** The answer goes on to the application that asked, or to the visitor. */
  #finish(row: number, nowUs: number): void {
    const rows = this.#rows;
    const parent = rows.parent[row]!;
    const ok = rows.status[row] === 200;
    this.#around.telemetry.answered(row, nowUs);
    this.#probe.answered(row, nowUs);
    if (parent < 0) {
      // A client inside the mesh asks for the focus itself.
      if (ok && rows.service[row] === this.#around.focusRow) rows.shownKey[row] = rows.key[row]!;
      this.#page.over(row, nowUs);
      rows.close(row);
    } else {
      this.#page.note(row, ok);
      const status = rows.status[row]!;
      rows.close(row);
      this.#serve.callEnded(parent, status, nowUs);
    }
  }
}
