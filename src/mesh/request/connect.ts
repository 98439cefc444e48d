import type { Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import {
  connectionState,
  type ConnectionPoolEffects,
  type ConnectionTable,
} from '../envoy/connection-pool.ts';
import { resetReason } from '../envoy/reset-reason.ts';
import type { ConnectionPools } from '../envoy/connection-pools.ts';
import type { Upstream } from '../envoy/upstream.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';

/** What becomes of a try that waits for a connection. */
export interface Waiting {
  /** It has one: it goes out now. */
  connected(row: number): void;
  /** A circuit breaker is open. */
  refused(row: number): void;
  /** The connection did not come about; how is in `rows.reset`. */
  failed(row: number): void;
}

/**
 * Connections from a worker to a pod, where they are counted: a try waits for one, a handshake makes one, an idle one is
 * closed.
 *
 *   queue -> [handshake] -> connected | failed        refused at once, where a breaker is open
 */
export class Connect {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #table: ConnectionTable;
  readonly #pools: ConnectionPools;
  readonly #handshake: Sampler;
  readonly #events: RequestEvents;
  /** Why the connection failed that streams are told about now; see `resetReason`. */
  #failure: number = resetReason.connectFailure;

  constructor(around: Surroundings, handshake: Sampler, events: RequestEvents) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#table = around.connections;
    this.#pools = around.pools;
    this.#handshake = handshake;
    this.#events = events;
  }

  /**
   * The try asks for a connection of this worker to the pod. True: none is counted, it goes at once. False: `effects` tell
   * what becomes of it, perhaps within this call.
   */
  goesAtOnce(row: number, upstream: Upstream, worker: number, pod: number, isTcp: boolean): boolean {
    const rows = this.#rows;
    const pool = upstream.pool(worker, pod, isTcp);
    rows.upstream[row] = upstream.row;
    rows.sentUs[row] = this.#simulation.nowUs;
    if (pool === undefined) return true;
    rows.stage[row] = stage.waiting;
    rows.pool[row] = pool.id;
    pool.newStream(row);
    return false;
  }

  /**
   * The try goes to a silent pod, over a connection that nobody counts: it fails when the first packet of a new one has had no
   * answer for so long. Simplification: where connections are counted, those that stand already are used on, and what goes out
   * on them is lost; here each try is taken to open one.
   */
  waitInVain(row: number, connectUs: number): void {
    this.#rows.stage[row] = stage.inVain;
    this.#simulation.schedule(this.#simulation.nowUs + connectUs, this.#events.inVain, row);
  }

  onInVain(row: number, waiting: Waiting): void {
    if (this.#rows.isUnwanted(row)) {
      this.#rows.close(row);
      return;
    }
    this.#rows.status[row] = 503;
    this.#rows.reset[row] = resetReason.connectTimeout;
    waiting.failed(row);
  }

  /** Who waits gives up. */
  cancel(row: number): void {
    this.#pools.at(this.#rows.pool[row]!).cancelPending(row);
  }

  /** What pools do to the world. */
  effects(waiting: Waiting): ConnectionPoolEffects {
    return {
      attach: (row, connection) => {
        this.#rows.connection[row] = connection;
        waiting.connected(row);
      },
      overflow: (row) => waiting.refused(row),
      fail: (row) => {
        this.#rows.status[row] = 503;
        this.#rows.reset[row] = this.#failure;
        waiting.failed(row);
      },
      openConnection: (connection) => {
        const { nowUs } = this.#simulation;
        const isSilent = this.#around.stations.isSilent(this.#pools.podOf(connection));
        const takesUs = isSilent ? Infinity : this.#handshake();
        const { connectUs } = this.#pools.timeoutsOf(connection);
        const { connected, connectTimedOut } = this.#events;
        const inTime = takesUs <= connectUs;
        const dueUs = Math.round(nowUs + (inTime ? takesUs : connectUs));
        this.#table.connectDueUs[connection] = dueUs;
        this.#simulation.schedule(dueUs, inTime ? connected : connectTimedOut, connection);
      },
      closeConnection: () => {},
      connectionIdle: (connection) => {
        this.#table.idleSinceUs[connection] = this.#simulation.nowUs;
        if (this.#table.idleDueUs[connection] === -Infinity) this.#setIdleTimer(connection);
      },
    };
  }

  /** The connection stands, or the pod's host takes none. */
  onConnected(connection: number, nowUs: number): void {
    if (!this.#isAwaited(connection, nowUs)) return;
    const { stations, proxyOfPod } = this.#around;
    const pod = this.#pools.podOf(connection);
    const refusal = stations.refuses(pod, nowUs);
    if (refusal === 'silent') {
      // Lost during the handshake: it has as long as one that begins now.
      const dueUs = nowUs + this.#pools.timeoutsOf(connection).connectUs;
      this.#table.connectDueUs[connection] = dueUs;
      this.#simulation.schedule(dueUs, this.#events.connectTimedOut, connection);
      return;
    }
    const fails = refusal === 'unreachable' || (refusal === 'refuse' && proxyOfPod[pod]! < 0);
    if (fails) this.#fail(connection, resetReason.connectFailure);
    else this.#pools.of(connection).connected(connection);
  }

  onTimeout(connection: number, nowUs: number): void {
    if (this.#isAwaited(connection, nowUs)) this.#fail(connection, resetReason.connectTimeout);
  }

  /** A pool whose pod is gone gives a connection up before it stands, if nobody waits for it any more. */
  #isAwaited(connection: number, nowUs: number): boolean {
    const { state, connectDueUs } = this.#table;
    return state[connection] === connectionState.connecting && connectDueUs[connection] === nowUs;
  }

  /** A connection has one timer at most, and it is set anew where the connection was used meanwhile. */
  onIdle(connection: number, nowUs: number): void {
    const table = this.#table;
    // The timer of an earlier connection in this row.
    if (table.idleDueUs[connection] !== nowUs) return;
    table.idleDueUs[connection] = -Infinity;
    if (table.state[connection] !== connectionState.ready || table.active[connection]! > 0) return;
    const { idleUs } = this.#pools.timeoutsOf(connection);
    if (table.idleSinceUs[connection]! + idleUs > nowUs) this.#setIdleTimer(connection);
    else this.#pools.of(connection).idleTimeout(connection, table.uses[connection]!);
  }

  copyFrom(other: Connect): void {
    this.#failure = other.#failure;
  }

  /** All that wait for a connection of this pool are told the same. */
  #fail(connection: number, why: number): void {
    this.#failure = why;
    this.#pools.of(connection).connectFailed(connection);
  }

  #setIdleTimer(connection: number): void {
    const dueUs = this.#table.idleSinceUs[connection]! + this.#pools.timeoutsOf(connection).idleUs;
    if (dueUs === Infinity) return;
    this.#table.idleDueUs[connection] = dueUs;
    this.#simulation.schedule(dueUs, this.#events.connectionIdle, connection);
  }
}
