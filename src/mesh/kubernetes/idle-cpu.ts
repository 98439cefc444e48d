import { copyColumns, growColumns, nextLength } from '../../kernel/columns.ts';

/** CPU that containers use for as long as they run, whatever they do: counted, and contended by nobody. */
export class IdleCpu {
  readonly #containers = {
    cores: new Float64Array(0),
    /** Of what it has run before. */
    usedUs: new Float64Array(0),
    /** Since when it runs; Infinity: it does not. */
    sinceUs: new Float64Array(0),
  };
  #count = 0;

  /** One more container, which does not run yet. */
  add(cores: number): void {
    const row = this.#count++;
    const { length } = this.#containers.cores;
    if (row >= length) growColumns(this.#containers, nextLength(length, 16));
    this.#containers.cores[row] = cores;
    this.#containers.sinceUs[row] = Infinity;
  }

  runs(row: number, nowUs: number): void {
    this.ends(row, nowUs);
    this.#containers.sinceUs[row] = nowUs;
  }

  ends(row: number, nowUs: number): void {
    this.#containers.usedUs[row] = this.usedUs(row, nowUs);
    this.#containers.sinceUs[row] = Infinity;
  }

  cores(row: number): number {
    return this.#containers.cores[row]!;
  }

  /** CPU time so far, in microseconds. */
  usedUs(row: number, nowUs: number): number {
    const { usedUs, sinceUs, cores } = this.#containers;
    return usedUs[row]! + cores[row]! * Math.max(0, nowUs - sinceUs[row]!);
  }

  /** After the containers have been added. */
  copyFrom(other: IdleCpu): void {
    copyColumns(this.#containers, other.#containers);
    this.#count = other.#count;
  }
}
