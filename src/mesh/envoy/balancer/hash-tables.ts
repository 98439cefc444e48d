import { refill } from '../../../kernel/copies.ts';
import type { ClusterConfiguration } from '../route.ts';
import type { Balancer, HostSet } from './balancer.ts';
import type { HashedHost } from './hashed-host.ts';

/** A table by which hashes find hosts: how it is built, how large it is, and how it is asked. */
export interface HashTable<Table> {
  build(hosts: readonly HashedHost[]): Table;
  size(table: Table): number;
  pick(table: Table, high: number, low: number, attempt: number): number;
}

/** Slots or points of tables that are kept for later at most; one table may be larger. */
const KEPT_SLOTS = 1 << 24;

/**
 * Tables of one cluster. Envoy builds a table on its main thread and shares it among its workers; here proxies share it, too,
 * as equal hosts make equal tables. The oldest are forgotten first.
 */
class SharedTables<Table> {
  readonly #kind: HashTable<Table>;
  readonly #tables = new Map<string, Table>();
  #slots = 0;

  constructor(kind: HashTable<Table>) {
    this.#kind = kind;
  }

  of(hosts: HostSet): Table {
    const hashed = Array.from({ length: hosts.hosts.length }, (_, place) => ({
      key: hosts.key(place),
      weight: hosts.weight(place),
    }));
    const name = hashed.map(({ key, weight }) => `${key}*${weight}`).join(' ');
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = this.#kind.build(hashed);
      this.#tables.set(name, table);
      this.#slots += this.#kind.size(table);
      for (const [oldest, old] of this.#tables) {
        if (this.#slots <= KEPT_SLOTS || this.#tables.size === 1) break;
        this.#tables.delete(oldest);
        this.#slots -= this.#kind.size(old);
      }
    }
    return table;
  }
}

/** A balancer that asks tables, which are built when a source is first asked after a change. */
class HashingBalancer<Table> implements Balancer {
  readonly #kind: HashTable<Table>;
  readonly #shared: SharedTables<Table>;
  readonly #bySource: (Table | undefined)[] = [];

  constructor(kind: HashTable<Table>, shared: SharedTables<Table>) {
    this.#kind = kind;
    this.#shared = shared;
  }

  refresh(source: number): void {
    this.#bySource[source] = undefined;
  }

  pick(source: number, hosts: HostSet, high: number, low: number, attempt: number): number {
    const table = (this.#bySource[source] ??= this.#shared.of(hosts));
    return this.#kind.pick(table, high, low, attempt);
  }

  /** Tables never change, so both may hold them. */
  copyFrom(other: HashingBalancer<Table>): void {
    refill(this.#bySource, other.#bySource);
  }
}

/** A function that makes a cluster's balancers, which share its tables as long as the cluster lives. */
export function hashing<Table>(
  tableOf: (cluster: ClusterConfiguration) => HashTable<Table>,
): (cluster: ClusterConfiguration) => Balancer {
  const made = new WeakMap<
    ClusterConfiguration,
    { readonly kind: HashTable<Table>; readonly shared: SharedTables<Table> }
  >();
  return (cluster) => {
    let tables = made.get(cluster);
    if (tables === undefined) {
      const kind = tableOf(cluster);
      tables = { kind, shared: new SharedTables(kind) };
      made.set(cluster, tables);
    }
    return new HashingBalancer(tables.kind, tables.shared);
  };
}
