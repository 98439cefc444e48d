import { refill } from '../kernel/copies.ts';
import type { World } from '../mesh/world.ts';

/** Answers of one route of one class of requests, at the proxies that hold it. */
export interface RedirectCount {
  readonly caller: number;
  readonly requestClass: number;
  readonly source: number;
  /** The first page that it happened to. */
  readonly page: number;
  readonly firstUs: number;
  lastUs: number;
  requests: number;
  /** Pages that the answer itself is. */
  pages: number;
}

/** Answers by which a rule sends the client elsewhere: nobody here follows them. */
export class Redirects {
  /** By row of the route, and traffic entry. */
  readonly counts = new Map<string, RedirectCount>();

  /** @param row a request that its caller's proxy answered with a status from 300 to 399. */
  note({ rows, tables }: World, row: number, nowUs: number): void {
    const route = rows.route[row]!;
    if (route < 0 || tables.routes[route]?.route?.redirect === undefined) return;
    const root = rows.root[row]!;
    // What nobody waits for may outlive its page.
    const hasPage = rows.generation[root] === rows.rootGeneration[row];
    const source = hasPage ? rows.source[root]! : -1;
    const key = `${route} ${source}`;
    let count = this.counts.get(key);
    if (count === undefined) {
      count = {
        caller: rows.caller[row]!,
        requestClass: rows.requestClass[row]!,
        source,
        page: hasPage ? rows.page[root]! : -1,
        firstUs: nowUs,
        lastUs: nowUs,
        requests: 0,
        pages: 0,
      };
      this.counts.set(key, count);
    }
    count.requests += 1;
    if (root === row) count.pages += 1;
    count.lastUs = nowUs;
  }

  copyFrom(other: Redirects): void {
    refill(this.counts, new Map(Array.from(other.counts, ([key, own]) => [key, { ...own }])));
  }
}
