import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import type { Proxies } from '../envoy/proxies.ts';
import { resetReason } from '../envoy/reset-reason.ts';
import type { Ahead } from './ahead.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { RequestColumns } from './request-columns.ts';
import { role } from './role.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';
import type { TimerLanes } from '../../kernel/timer-lanes.ts';

/** What leaves for a pod: its endpoint and its connection are found. */
export class Send {
  readonly #rows: RequestColumns;
  readonly #proxies: Proxies;
  readonly #probe: Probe;
  readonly #perTryTimeouts: TimerLanes;
  readonly #ahead: Ahead;

  constructor(around: Surroundings, probe: Probe, perTryTimeouts: TimerLanes, ahead: Ahead) {
    this.#rows = around.rows;
    this.#proxies = around.proxies;
    this.#probe = probe;
    this.#perTryTimeouts = perTryTimeouts;
    this.#ahead = ahead;
  }

  /** The try leaves; where it may outlive the proxy's patience with it, it gets a row of its own. */
  attempt(row: number, route: ResolvedRoute, nowUs: number): void {
    const rows = this.#rows;
    rows.stage[row] = stage.upstream;
    rows.reset[row] = resetReason.none;
    rows.sentUs[row] = nowUs;
    this.#proxies.opened(rows.caller[row]!, rows.pod[row]!);
    let sent = row;
    const perTryUs = route.retry?.perTryTimeoutUs ?? 0;
    if (perTryUs > 0) {
      sent = rows.openFor(row, role.attempt, nowUs);
      rows.stream[sent] = row;
      rows.attempt[row] = sent;
      this.#perTryTimeouts.set(sent, perTryUs);
    } else {
      rows.step[row] = 0;
    }
    this.#probe.sent?.(row, sent, nowUs);
    this.#ahead.sends(sent, nowUs);
  }

  copy(copy: number, nowUs: number): void {
    this.#rows.stage[copy] = stage.upstream;
    this.#rows.sentUs[copy] = nowUs;
    this.#proxies.opened(this.#rows.caller[copy]!, this.#rows.pod[copy]!);
    this.#ahead.sends(copy, nowUs);
  }

  /** A call without a sidecar: over a connection to the pod itself. */
  plain(row: number, nowUs: number): void {
    this.#probe.sent?.(row, row, nowUs);
    this.#ahead.sends(row, nowUs);
  }

  copyFrom(other: Send): void {
    this.#perTryTimeouts.copyFrom(other.#perTryTimeouts);
  }
}
