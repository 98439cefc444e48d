import { copyColumns, growColumns, nextLength } from '../kernel/columns.ts';
import { refill } from '../kernel/copies.ts';
import type { Histogram } from '../stats/histogram.ts';

export interface Quantiles {
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
}

/** In place of a key: the pages. */
export const pagesKey = -1;

/** Quantiles of latencies, window by window: of the keys that were answered in it alone. Columns, as windows may be many. */
export class WindowLatencies {
  key = new Int32Array(0);
  p50Us = new Int32Array(0);
  p95Us = new Int32Array(0);
  p99Us = new Int32Array(0);
  /** Where the rows of each window end. */
  readonly #ends: number[] = [];
  #rows = 0;

  /** Of a key, in the window that is open; what nobody answered has none. */
  note(key: number, latency: Histogram): void {
    if (latency.count === 0) return;
    const row = this.#rows++;
    if (row === this.key.length) growColumns(this, nextLength(row));
    this.key[row] = key;
    this.p50Us[row] = latency.quantile(0.5);
    this.p95Us[row] = latency.quantile(0.95);
    this.p99Us[row] = latency.quantile(0.99);
  }

  /** The window ends, and the next begins. */
  close(): void {
    this.#ends.push(this.#rows);
  }

  /** @param window by number, from 0. */
  of(window: number, key: number): Quantiles | undefined {
    const { p50Us, p95Us, p99Us } = this;
    for (let row = this.#ends[window - 1] ?? 0; row < this.#ends[window]!; row++) {
      if (this.key[row] === key) return { p50Us: p50Us[row]!, p95Us: p95Us[row]!, p99Us: p99Us[row]! };
    }
    return undefined;
  }

  copyFrom(other: WindowLatencies): void {
    copyColumns(this, other);
    refill(this.#ends, other.#ends);
    this.#rows = other.#rows;
  }
}
