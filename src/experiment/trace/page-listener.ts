import type { FaultDecision, FaultRule } from '../../mesh/envoy/fault.ts';
import { nameOfReset } from '../../mesh/envoy/reset-reason.ts';
import { flagText } from '../../mesh/envoy/response-flag.ts';
import type { RetryDecision, WouldRetry } from '../../mesh/envoy/retry.ts';
import { tcpMethod } from '../../mesh/envoy/route-match.ts';
import { role } from '../../mesh/request/role.ts';
import { silentProbe, type Probe } from '../../mesh/telemetry/probe.ts';
import type { World } from '../../mesh/world.ts';
import type { HopTry } from '../../record/page-trace.ts';
import {
  breakerOf,
  decisionOf,
  newHop,
  newTry,
  nextOf,
  plainTry,
  type Draft,
  type HopDraft,
} from './told.ts';

const ms = (us: number): number => us / 1000;

/** Second pass: hears of one page, and notes it hop by hop in the order in which it is heard. */
export class PageListener {
  readonly probe: Probe;
  /** The page at its gateway, or at its client; undefined before it is asked for. */
  root: HopDraft | undefined;
  /** Its entry of the traffic, and which of that entry's pages it is, from 0; -1: not yet. */
  source = -1;
  page = -1;
  readonly #number: number;
  readonly #world: () => World;
  #opened = 0;
  #pushedUs = -1;
  readonly #heldUs = new Map<number, number>();
  readonly #hops = new Map<number, HopDraft>();
  /** By the row that a try travels in. */
  readonly #tries = new Map<number, { readonly hop: HopDraft; readonly one: Draft<HopTry> }>();
  /** By the row of a call beside others, or that nobody waits for. */
  readonly #branches = new Map<number, HopDraft>();

  /**
   * @param number of the page, counted from 1 over all traffic
   * @param world which is made with this probe
   */
  constructor(number: number, world: () => World) {
    this.#number = number;
    this.#world = world;
    this.probe = {
      ...silentProbe,
      opened: (row, nowUs) => this.#onOpened(row, nowUs),
      branched: (branch, row) => {
        const hop = this.#tries.get(row)?.hop;
        if (hop === undefined) this.#branches.delete(branch);
        else this.#branches.set(branch, hop);
      },
      routed: (row) => {
        const hop = this.#hops.get(row);
        if (hop === undefined) return;
        hop.decision = decisionOf(world(), row, this.#heldUs, this.#pushedUs);
        if (world().tables.routes[world().rows.route[row]!]!.isTcp) {
          hop.method = tcpMethod;
          hop.path = '';
        }
      },
      faulted: (row, rule, decision) => this.#onFaulted(row, rule, decision),
      picked: (row, endpoints, pod, nowUs) => {
        this.#hops.get(row)?.tries.push(newTry(world(), row, endpoints, pod, nowUs));
        world().proxies.compared!.length = 0;
      },
      sent: (row, sent, nowUs) => this.#onSent(row, sent, nowUs),
      arrived: (row, nowUs) => {
        const own = this.#tries.get(row);
        if (own !== undefined) own.one.arrivedMs = ms(nowUs);
      },
      begun: (row, nowUs) => {
        const own = this.#tries.get(row);
        if (own !== undefined) own.one.begunMs = ms(nowUs);
      },
      replied: (row, nowUs) => {
        const own = this.#tries.get(row);
        if (own === undefined) return;
        own.one.repliedMs = ms(nowUs);
        own.one.status = world().rows.status[row]!;
        this.#tries.delete(row);
      },
      tryRefused: (row, nowUs) => {
        const one = this.#hops.get(row)?.tries.at(-1);
        if (one === undefined) return;
        one.endedMs = ms(nowUs);
        one.breaker = breakerOf(world(), row);
        one.next = 'refused';
      },
      tryEnded: (row, would, decision, waitUs, nowUs) =>
        this.#onTryEnded(row, would, decision, waitUs, nowUs),
      answered: (row, nowUs) => this.#onAnswered(row, nowUs),
      pushStarted: (_snapshot, _changes, _firstUs, _lastUs, nowUs) => (this.#pushedUs = nowUs),
      held: (proxy, _snapshot, nowUs) => this.#heldUs.set(proxy, nowUs),
    };
  }

  /** What the page has caused may go on after its end. */
  get hasHeardAll(): boolean {
    const isOver = this.root !== undefined && this.root.endedMs !== null;
    return isOver && this.#hops.size + this.#tries.size === 0;
  }

  #onOpened(row: number, nowUs: number): void {
    const { rows } = this.#world();
    const isPage = rows.isOpenPage(row);
    const caller = isPage ? undefined : this.#callerOf(row);
    const isOfOurs = isPage ? ++this.#opened === this.#number : caller !== undefined;
    if (!isOfOurs) {
      this.#hops.delete(row);
      return;
    }
    const hop = newHop(this.#world(), row, nowUs);
    this.#hops.set(row, hop);
    if (!isPage) {
      caller!.calls.push(hop);
      return;
    }
    this.root = hop;
    this.source = rows.source[row]!;
    this.page = rows.page[row]!;
  }

  #callerOf(row: number): HopDraft | undefined {
    const { rows } = this.#world();
    const parent = rows.parent[row]!;
    return rows.role[parent] === role.branch ? this.#branches.get(parent) : this.#tries.get(parent)?.hop;
  }

  #onFaulted(row: number, rule: FaultRule, decision: FaultDecision): void {
    const faults = this.#hops.get(row)?.faults;
    const percent = (numerator: number): number => (100 * numerator) / rule.denominator;
    if (rule.delayUs > 0)
      faults?.push({
        kind: 'delay',
        percent: percent(rule.delayNumerator),
        delayMs: ms(rule.delayUs),
        status: null,
        hit: decision.delayUs > 0,
      });
    if (rule.abortStatus > 0)
      faults?.push({
        kind: 'abort',
        percent: percent(rule.abortNumerator),
        delayMs: null,
        status: rule.abortStatus,
        hit: decision.abortStatus > 0,
      });
  }

  #onSent(row: number, sent: number, nowUs: number): void {
    const hop = this.#hops.get(row);
    if (hop === undefined) {
      this.#tries.delete(sent);
      return;
    }
    const isCopy = sent !== row && this.#world().rows.stream[sent] !== row;
    const picked = isCopy ? undefined : hop.tries.at(-1);
    if (picked?.sentMs === null) {
      picked.sentMs = ms(nowUs);
      this.#tries.set(sent, { hop, one: picked });
    } else {
      const one = plainTry(this.#world(), sent, nowUs);
      (isCopy ? hop.mirrors : hop.tries).push(one);
      this.#tries.set(sent, { hop, one });
    }
  }

  #onTryEnded(
    row: number,
    would: WouldRetry | undefined,
    decision: RetryDecision | undefined,
    waitUs: number,
    nowUs: number,
  ): void {
    const one = this.#hops.get(row)?.tries.at(-1);
    if (one === undefined) return;
    const { rows } = this.#world();
    one.endedMs = ms(nowUs);
    const reset = rows.reset[row]!;
    if (reset === 0) one.status = rows.status[row]!;
    else one.reset = nameOfReset(reset);
    // A try that never came to its pod is heard of no more.
    for (const [sent, own] of this.#tries) {
      if (own.one === one && rows.abandoned[sent] === 0) this.#tries.delete(sent);
    }
    one.next = decision === undefined ? 'done' : nextOf[decision.verdict];
    one.because = would?.reason ?? null;
    one.backOffMs = ms(waitUs);
  }

  #onAnswered(row: number, nowUs: number): void {
    const hop = this.#hops.get(row);
    if (hop === undefined) return;
    const { rows, keys, services } = this.#world();
    hop.endedMs = ms(nowUs);
    hop.status = rows.status[row]!;
    hop.flags = flagText(rows.flags[row]!);
    hop.key = keys.name[rows.key[row]!] ?? null;
    hop.service = services[rows.service[row]!] ?? hop.service;
    this.#hops.delete(row);
  }
}
