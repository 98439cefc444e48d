import type { CircuitBreaker } from './circuit-breaker.ts';
import type { ClusterSettings, ConnectionTimeouts } from './cluster-settings.ts';
import { ConnectionPool, type ConnectionPoolEffects, type ConnectionTable } from './connection-pool.ts';

/** The pools of all proxies: their connections share one table, and pools are told by their number. */
export class ConnectionPools {
  readonly #table: ConnectionTable;
  readonly #pools: ConnectionPool[] = [];
  readonly #pods: number[] = [];
  readonly #timeouts: ConnectionTimeouts[] = [];
  readonly #effects: () => ConnectionPoolEffects;

  constructor(table: ConnectionTable, effects: () => ConnectionPoolEffects) {
    this.#table = table;
    this.#effects = effects;
  }

  open({ pool: settings, timeouts }: ClusterSettings, breaker: CircuitBreaker, pod: number): ConnectionPool {
    const pool = new ConnectionPool(this.#pools.length, settings, breaker, this.#table, this.#effects());
    this.#pools.push(pool);
    this.#pods.push(pod);
    this.#timeouts.push(timeouts);
    return pool;
  }

  of(connection: number): ConnectionPool {
    return this.#pools[this.#table.pool[connection]!]!;
  }

  timeoutsOf(connection: number): ConnectionTimeouts {
    return this.#timeouts[this.#table.pool[connection]!]!;
  }

  podOf(connection: number): number {
    return this.#pods[this.#table.pool[connection]!]!;
  }
}
