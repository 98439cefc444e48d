import { resetReason } from '../envoy/reset-reason.ts';
import type { Upstream } from '../envoy/upstream.ts';
import type { RequestColumns } from './request-columns.ts';
import { role } from './role.ts';
import type { Surroundings } from './surroundings.ts';

/** What a try holds at its caller's proxy until it is over: an endpoint, a connection to it, a place in the breaker of retries. */
export class Holding {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#rows = around.rows;
  }

  /** The try holds its endpoint and its connection no longer; one that broke off takes an HTTP/1 connection with it. */
  release(row: number, answered: boolean): void {
    const rows = this.#rows;
    this.#around.proxies.ended(rows.caller[row]!, rows.pod[row]!);
    const connection = rows.connection[row]!;
    if (connection < 0) return;
    rows.connection[row] = -1;
    const pool = this.#around.pools.of(connection);
    const shared =
      this.#around.upstreams.all[rows.upstream[row]!]!.settings.cluster.http2_protocol_options !== undefined;
    if (answered || shared) pool.streamEnded(connection);
    else pool.connectionClosed(connection);
  }

  /** A retry counts until its own outcome is known, in the breaker that let it pass, though its cluster be replaced meanwhile. */
  endRetry(row: number): void {
    const rows = this.#rows;
    const counted = rows.retrying[row]!;
    if (counted < 0) return;
    rows.retrying[row] = -1;
    this.#around.upstreams.all[counted]!.breaker.retries -= 1;
  }

  /** How a try ended, to the judge of outliers, and to a balancer that hears. */
  judge(row: number, nowUs: number): void {
    const rows = this.#rows;
    const { upstreams } = this.#around;
    const upstream = upstreams.all[rows.upstream[row]!]!;
    const pod = rows.pod[row]!;
    const isTcp = rows.role[row] !== role.copy && this.#around.tables.routes[rows.route[row]!]!.isTcp;
    if (isTcp) upstreams.recordConnection(upstream, pod, rows.reset[row]!, nowUs);
    else upstreams.record(upstream, pod, rows.status[row]!, rows.reset[row]!, nowUs);
    this.#tell(upstream, row, rows.reset[row] === resetReason.none ? rows.status[row]! : 0, nowUs);
  }

  /** The proxy has waited for a try long enough: to both, a failure of its endpoint. */
  judgeTimeout(row: number, nowUs: number): void {
    const { upstreams } = this.#around;
    const upstream = upstreams.all[this.#rows.upstream[row]!]!;
    upstreams.record(upstream, this.#rows.pod[row]!, 0, resetReason.perTryTimeout, nowUs);
    this.#tell(upstream, row, 0, nowUs);
  }

  /** The caller waits no longer: no failure of the endpoint, and to a balancer that hears an answer that took longer than this. */
  leaveUnjudged(row: number, nowUs: number): void {
    this.#tell(this.#around.upstreams.all[this.#rows.upstream[row]!]!, row, 0, nowUs);
  }

  #tell(upstream: Upstream, row: number, status: number, nowUs: number): void {
    if (upstream.settings.policy.hears !== true) return;
    const { worker, pod, sentUs } = this.#rows;
    upstream.tryEnded(worker[row]!, pod[row]!, nowUs - sentUs[row]!, status, nowUs);
  }
}
