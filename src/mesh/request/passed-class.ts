import { refill } from '../../kernel/copies.ts';
import type { ConfigTables } from '../envoy/config-tables.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import type { RequestClasses } from '../envoy/request-class.ts';

/**
 * Classes of requests that a gateway passes on: the head that came, at the port of the gateway's Service that it was sent to,
 * which is the one that a server of a Gateway names (gateway.go, its servers by the Service's port).
 */
export class PassedClasses {
  readonly #classes: RequestClasses;
  readonly #tables: ConfigTables;
  readonly #known: (number | undefined)[][] = [];

  constructor(classes: RequestClasses, tables: ConfigTables) {
    this.#classes = classes;
    this.#tables = tables;
  }

  /** @param cluster by which it was sent; -1: by none, as without a sidecar */
  of(requestClass: number, cluster: number): number {
    const own = (this.#known[requestClass] ??= []);
    return (own[cluster + 1] ??= this.#make(requestClass, cluster));
  }

  copyFrom(other: PassedClasses): void {
    refill(
      this.#known,
      other.#known.map((own) => own.slice()),
    );
  }

  #make(requestClass: number, cluster: number): number {
    if (cluster < 0) return requestClass;
    const { port } = clusterParts(this.#tables.clusterNames[cluster]!);
    return this.#classes.of(this.#classes.heads[requestClass]!, port);
  }
}
