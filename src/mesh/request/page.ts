import { intervalOf, moduloTotal } from '../envoy/weighted-cluster.ts';
import type { Probe } from '../telemetry/probe.ts';
import { resetReason } from '../envoy/reset-reason.ts';
import type { NewCookies } from './new-cookies.ts';
import type { RequestColumns } from './request-columns.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * What a page will show, noted on its root row while the requests that it causes come and go:
 *
 *   opened -> chosen (once per request) -> note (once per answer) -> over
 */
export class Page {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #probe: Probe;
  readonly #newCookies: NewCookies;
  /** Pages asked for and not complete. */
  open = 0;
  #done: (row: number, nowUs: number) => void = () => {};

  constructor(around: Surroundings, probe: Probe, newCookies: NewCookies) {
    this.#newCookies = newCookies;
    this.#around = around;
    this.#rows = around.rows;
    this.#probe = probe;
  }

  /** Who is told when a page is complete, before its row is free again. */
  onDone(listener: (row: number, nowUs: number) => void): void {
    this.#done = listener;
  }

  /** The caller of a request knows where it goes, or that it goes nowhere. */
  chosen(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.service[row] === this.#around.focusRow && this.#rootLives(row)) {
      const root = rows.root[row]!;
      rows.focusVariant[root] = rows.variant[row]!;
      rows.focusConfigured[root] = rows.configuredVariant[row]!;
      rows.focusSnapshot[root] = rows.snapshot[row]!;
      rows.focusFlags[root] = rows.flags[row]!;
    }
    this.#probe.chosen(row, nowUs);
  }

  /** What an answer means for the page, while its caller is known: which version it shows, or that a part is missing (a later try may bring it). */
  note(row: number, ok: boolean): void {
    const rows = this.#rows;
    const parent = rows.parent[row]!;
    if (!this.#rootLives(row) || (parent >= 0 && rows.isNobodys(parent))) return;
    const root = rows.root[row]!;
    const service = rows.service[row]!;
    if (service < 0) return;
    if (ok) rows.missing.remove(root, service);
    else rows.missing.add(root, service);
    if (service === this.#around.focusRow) rows.shownKey[root] = ok ? rows.key[row]! : -1;
  }

  over(row: number, nowUs: number): void {
    this.#rows.leavesUs[row] = -1;
    this.open -= 1;
    // Who has left gets no answer.
    if (this.#rows.status[row] !== 0) this.#setCookies(row, nowUs);
    this.#done(row, nowUs);
  }

  /** Whoever asked keeps what the answer sets, whether a pod answered or a proxy (router.cc; filter_manager.cc for local replies). */
  #setCookies(row: number, nowUs: number): void {
    const rows = this.#rows;
    const { cookies } = this.#around.clients[rows.source[row]!]!;
    const route = rows.route[row]!;
    if (cookies === undefined || route < 0) return;
    const { setCookies, newCookies, total, cumulative } = this.#around.tables.routes[route]!;
    // With the hash of such a cookie its endpoint was chosen; an answer of the proxy's own does not carry it.
    if (newCookies.length > 0 && this.#isPodsAnswer(row)) {
      const value = this.#newCookies.valueFor(row);
      const lines = newCookies.map(({ name, attributes }) => `${name}=${value}${attributes}`);
      cookies.answered(rows.client[row]!, rows.requestClass[row]!, lines, nowUs);
    }
    if (setCookies.length === 0) return;
    // The destination that was drawn: two of a route may be one cluster.
    const choice =
      total === 0 ? 0 : intervalOf(cumulative, moduloTotal(rows.high[row]!, rows.low[row]!, total));
    cookies.answered(rows.client[row]!, rows.requestClass[row]!, setCookies[choice]!, nowUs);
  }

  #isPodsAnswer(row: number): boolean {
    const { abandoned, stage: at, reset } = this.#rows;
    return abandoned[row] === 0 && at[row] !== stage.local && reset[row] === resetReason.none;
  }

  copyFrom(other: Page): void {
    this.open = other.open;
  }

  /** A page may be over, timed out, while work that it caused still runs. */
  #rootLives(row: number): boolean {
    const rows = this.#rows;
    return rows.generation[rows.root[row]!] === rows.rootGeneration[row];
  }
}
