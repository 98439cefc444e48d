/**
 * Latencies in log-linear bins: 128 to each power of two, so an edge is at most 0.8 % from any value in its bin, in
 * constant memory however many there are. Values are whole microseconds up to 2^31 - 1 (35 minutes; longer ones count
 * as that).
 */
export class Histogram {
  count = 0;
  sum = 0;
  max = 0;
  readonly #bins = new Uint32Array(binOf(2147483647) + 1);
  #lowest = Infinity;
  #highest = -1;

  add(valueUs: number): void {
    const value = valueUs < 2147483647 ? Math.round(valueUs) : 2147483647;
    const bin = binOf(value);
    this.#bins[bin]! += 1;
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
    if (bin < this.#lowest) this.#lowest = bin;
    if (bin > this.#highest) this.#highest = bin;
  }

  /** Upper edge of the bin that holds the value of rank ceil(q * count), at most the largest value; 0 when empty. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.count));
    let below = 0;
    for (let bin = this.#lowest; bin <= this.#highest; bin++) {
      below += this.#bins[bin]!;
      if (below >= rank) return Math.min(upperEdge(bin), this.max);
    }
    return 0;
  }

  /** Upper edge and count of each bin that is not empty. */
  filled(): [upperUs: number, count: number][] {
    const filled: [number, number][] = [];
    for (let bin = this.#lowest; bin <= this.#highest; bin++) {
      if (this.#bins[bin]! > 0) filled.push([upperEdge(bin), this.#bins[bin]!]);
    }
    return filled;
  }

  /** Gives all that it holds to another, and is empty. */
  moveTo(other: Histogram): void {
    for (let bin = this.#lowest; bin <= this.#highest; bin++) {
      other.#bins[bin]! += this.#bins[bin]!;
      this.#bins[bin] = 0;
    }
    other.count += this.count;
    other.sum += this.sum;
    other.max = Math.max(other.max, this.max);
    other.#lowest = Math.min(other.#lowest, this.#lowest);
    other.#highest = Math.max(other.#highest, this.#highest);
    this.count = 0;
    this.sum = 0;
    this.max = 0;
    this.#lowest = Infinity;
    this.#highest = -1;
  }

  copyFrom(other: Histogram): void {
    this.count = other.count;
    this.sum = other.sum;
    this.max = other.max;
    this.#bins.set(other.#bins);
    this.#lowest = other.#lowest;
    this.#highest = other.#highest;
  }
}

function binOf(value: number): number {
  if (value < 256) return value;
  const shift = 24 - Math.clz32(value);
  return shift * 128 + (value >> shift);
}

function upperEdge(bin: number): number {
  if (bin < 256) return bin;
  const shift = Math.floor(bin / 128) - 1;
  return (bin - shift * 128 + 1) * (1 << shift) - 1;
}
