import type { Copies } from '../../kernel/copies.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { ClusterSettings, ConnectionTimeouts } from './cluster-settings.ts';
import {
  ConnectionPool,
  tcpPool,
  type ConnectionPoolEffects,
  type ConnectionTable,
} from './connection-pool.ts';

/** The pools of all proxies: their connections share one table, and pools are told by their number. */
export class ConnectionPools {
  readonly #table: ConnectionTable;
  readonly #pools: ConnectionPool[] = [];
  readonly #pods: number[] = [];
  readonly #settings: ClusterSettings[] = [];
  readonly #isTcp: boolean[] = [];
  readonly #effects: () => ConnectionPoolEffects;

  constructor(table: ConnectionTable, effects: () => ConnectionPoolEffects) {
    this.#table = table;
    this.#effects = effects;
  }

  open(settings: ClusterSettings, breaker: CircuitBreaker, pod: number, isTcp: boolean): ConnectionPool {
    const own = isTcp ? tcpPool : settings.pool;
    const pool = new ConnectionPool(this.#pools.length, own, breaker, this.#table, this.#effects());
    this.#pools.push(pool);
    this.#pods.push(pod);
    this.#settings.push(settings);
    this.#isTcp.push(isTcp);
    return pool;
  }

  at(pool: number): ConnectionPool {
    return this.#pools[pool]!;
  }

  of(connection: number): ConnectionPool {
    return this.#pools[this.#table.pool[connection]!]!;
  }

  timeoutsOf(connection: number): ConnectionTimeouts {
    return this.#settings[this.#table.pool[connection]!]!.timeouts;
  }

  podOf(connection: number): number {
    return this.#pods[this.#table.pool[connection]!]!;
  }

  /** After the breakers that pools share. */
  copyFrom(other: ConnectionPools, copies: Copies): void {
    other.#pools.forEach((pool, id) => {
      const breaker = copies.of(pool.breaker);
      const opened = this.open(other.#settings[id]!, breaker, other.#pods[id]!, other.#isTcp[id]!);
      copies.note(pool, opened).copyFrom(pool);
    });
  }
}
