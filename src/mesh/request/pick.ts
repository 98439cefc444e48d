import { mapped, refill } from '../../kernel/copies.ts';
import { hashOf, type Hash64 } from '../envoy/balancer/xxhash64.ts';
import type { ClusterEndpoints } from '../envoy/cluster-endpoints.ts';
import { withNewCookies, withSource, type ResolvedRoute } from '../envoy/resolved-route.ts';
import { pickAvoiding } from '../envoy/retry.ts';
import type { NewCookies } from './new-cookies.ts';
import type { RequestColumns } from './request-columns.ts';
import type { Surroundings } from './surroundings.ts';

/** The endpoint of a try, by the balancer of the worker that has the request. */
export class Pick {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #newCookies: NewCookies;
  /** Endpoints that a request has tried, of those that had to try again. */
  readonly #tried = new Map<number, number[]>();
  /** By row of the route: hashes of requests, by the address that the caller's proxy sees. */
  readonly #addressHashes: (Map<string, Hash64 | undefined> | undefined)[] = [];
  /** A retry's question to the balancer, filled anew for each: `pickAvoiding` asks it without a closure of its own. */
  #row = -1;
  #endpoints!: ClusterEndpoints;
  #hash: Hash64 | undefined;
  #asked = 0;
  #nowUs = 0;
  readonly #askAgain = (): number => {
    const { caller, worker } = this.#rows;
    const row = this.#row;
    return this.ask(caller[row]!, worker[row]!, this.#endpoints, this.#hash, this.#asked++, this.#nowUs);
  };
  readonly #wasTried = (pod: number): boolean => this.#tried.get(this.#row)!.includes(pod);

  constructor(around: Surroundings, newCookies: NewCookies) {
    this.#newCookies = newCookies;
    this.#around = around;
    this.#rows = around.rows;
  }

  /** Row of the pod; -1: none may be used. */
  of(row: number, route: ResolvedRoute, endpoints: ClusterEndpoints, nowUs: number): number {
    const caller = this.#rows.caller[row]!;
    const worker = this.#rows.worker[row]!;
    const known = route.sourceTurns.length > 0 ? this.#hashOfAddress(row, route) : route.hash;
    const hash =
      route.newCookies.length === 0
        ? known
        : withNewCookies(known, route, hashOf(this.#newCookies.valueFor(row)));
    if (this.#rows.attempts[row] === 0 || route.retry?.avoidsTried !== true) {
      return this.ask(caller, worker, endpoints, hash, 0, nowUs);
    }
    this.#row = row;
    this.#endpoints = endpoints;
    this.#hash = hash;
    this.#asked = 0;
    this.#nowUs = nowUs;
    return pickAvoiding(this.#askAgain, this.#wasTried, route.retry.hostAttempts);
  }

  /** @param asked how often the balancer was asked for this try before: a hash leads elsewhere then. */
  ask(
    caller: number,
    worker: number,
    endpoints: ClusterEndpoints,
    hash: Hash64 | undefined,
    asked: number,
    nowUs: number,
  ): number {
    return endpoints.managed
      ? this.#around.upstreams
          .of(caller, endpoints, nowUs)
          .pick(worker, endpoints.assignment, hash, asked, nowUs)
      : this.#around.proxies.pick(caller, worker, endpoints);
  }

  /** The endpoint of the try that has failed is to be avoided by the next. */
  avoid(row: number, isFirst: boolean): void {
    const pod = this.#rows.pod[row]!;
    // A list may be left from an earlier life of the row.
    const tried = isFirst ? undefined : this.#tried.get(row);
    if (tried === undefined) this.#tried.set(row, [pod]);
    // Each pod once: a request may try the same few for ever.
    else if (!tried.includes(pod)) tried.push(pod);
  }

  copyFrom(other: Pick): void {
    refill(
      this.#tried,
      mapped(other.#tried, (pods) => [...pods]),
    );
  }

  /** With the address that the caller's proxy sees: of the pod beside it, or of the visitor at the gateway. */
  #hashOfAddress(row: number, route: ResolvedRoute): Hash64 | undefined {
    const rows = this.#rows;
    const caller = rows.caller[row]!;
    const name =
      this.#around.proxies.places[caller]!.identity.type === 'gateway' && rows.parent[row]! < 0
        ? `${rows.source[row]!}/${rows.client[row]!}`
        : this.#around.proxies.places[caller]!.pod;
    const known = (this.#addressHashes[route.row] ??= new Map<string, Hash64 | undefined>());
    let hash = known.get(name);
    if (hash === undefined) known.set(name, (hash = withSource(route, hashOf(name))));
    return hash;
  }
}
