import { mapped, refill } from '../../kernel/copies.ts';
import { hashOf } from '../envoy/balancer/xxhash64.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * Values of cookies that proxies make for requests which bring none. Envoy takes the hash of the addresses and ports of the
 * connection (router.cc, addDownstreamSetCookie); here each such request comes over a connection of its own.
 */
export class NewCookies {
  readonly #rows: RequestColumns;
  readonly #made = new Map<number, { readonly generation: number; readonly value: string }>();
  #count = 0;

  constructor(rows: RequestColumns) {
    this.#rows = rows;
  }

  /** The same for all tries of a request. */
  valueFor(row: number): string {
    const generation = this.#rows.generation[row]!;
    const made = this.#made.get(row);
    if (made?.generation === generation) return made.value;
    const { high, low } = hashOf(`connection ${this.#count++}`);
    const value = [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
    this.#made.set(row, { generation, value });
    return value;
  }

  copyFrom(other: NewCookies): void {
    refill(
      this.#made,
      mapped(other.#made, (own) => own),
    );
    this.#count = other.#count;
  }
}
