import { sentHeaders } from '../envoy/header-operations.ts';
import type { RequestClasses } from '../envoy/request-class.ts';
import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import { rewrittenPath } from '../envoy/rewritten-path.ts';

/** Classes of requests as they leave a proxy that changes their path or headers, found once per route and destination. */
export class SentClasses {
  readonly #classes: RequestClasses;
  /** By row of the route, which is one class's. */
  readonly #known: (number | undefined)[][] = [];

  constructor(classes: RequestClasses) {
    this.#classes = classes;
  }

  of(requestClass: number, route: ResolvedRoute, destination: number): number {
    const own = (this.#known[route.row] ??= []);
    return (own[destination] ??= this.#make(requestClass, route, destination));
  }

  #make(requestClass: number, { route }: ResolvedRoute, destination: number): number {
    const head = this.#classes.heads[requestClass]!;
    const headers = sentHeaders(route!, destination, head.headers);
    const path = rewrittenPath(route!, head.path);
    return this.#classes.of({ ...head, path, headers }, this.#classes.ports[requestClass]!);
  }
}
