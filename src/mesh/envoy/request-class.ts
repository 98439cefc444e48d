import { refill } from '../../kernel/copies.ts';
import type { RequestHead } from './route-match.ts';

/**
 * Requests that no proxy could tell apart, as one row: head and port. A run meets few of them, so the route of a class
 * is resolved once per configuration and a request carries a number.
 */
export class RequestClasses {
  readonly heads: RequestHead[] = [];
  readonly ports: number[] = [];
  readonly #rows = new Map<string, number>();

  get count(): number {
    return this.heads.length;
  }

  of(head: RequestHead, port: number): number {
    const key = JSON.stringify([
      port,
      head.method,
      head.authority,
      head.path,
      Object.entries(head.headers).sort(),
    ]);
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.heads.push(head) - 1;
    this.ports.push(port);
    this.#rows.set(key, row);
    return row;
  }

  copyFrom(other: RequestClasses): void {
    refill(this.heads, other.heads);
    refill(this.ports, other.ports);
    refill(this.#rows, other.#rows);
  }
}
