import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Sighting } from '../../verdict/sighting.ts';
import type { PlacedChange } from './changes.ts';
import { CallerNames } from './caller-names.ts';
import { ownCopy } from './own-copy.ts';
import { subsetMeant, versionMeant } from './version-name.ts';

/** Beyond this many requests only counts are kept, so that memory does not grow with the log. */
export const sequenceLimit = 200_000;

/** What is asked of a request beside its version. Client and proxy are asked only while the order is kept. */
export type Seen = Pick<RecordedRequest, 'startUs' | 'client' | 'proxy' | 'times'>;

/** The choices made for one service, counted as they are read; the first of them also in their order. */
export class Tally {
  readonly keys: string[];
  readonly counts: number[];
  total = 0;
  /** Counts while each weights were in force: row 0 before the first change. Only where changes were placed before reading. */
  readonly phases: number[][];
  /** Names in the data that stand for a version of the weights under a longer name. */
  readonly standIns = new Map<string, string>();
  /** Versions of the weights: the first of `keys`. */
  readonly planned: readonly string[];
  /** Requests that failed, by version and reason. */
  readonly failures: Map<string, number>[] = [];
  readonly #changes: readonly PlacedChange[];
  readonly #rows = new Map<string, number>();
  readonly #clientRows = new Map<string, number>();
  #sequence = new Int32Array(1024);
  #timesUs = new Float64Array(1024);
  #clients = new Int32Array(1024);
  #callers = new Int32Array(1024);
  readonly #callerNames = new CallerNames();
  #kept = 0;
  #clientsKnown = 0;
  #isOrdered = true;
  #isTimed = true;

  constructor(keys: readonly string[], changes: readonly PlacedChange[] = []) {
    this.keys = [];
    this.counts = [];
    this.phases = [[], ...changes.map(() => [])];
    this.#changes = changes;
    this.planned = keys;
    for (const key of keys) this.#rowOf(key);
  }

  /**
   * @param source the file that tells of it
   * @param failure why it failed, as "503 UH"; undefined where it did not
   * @param subsetOf the service of which the key is a subset, where it is one
   * @returns the row of the key among `keys`
   */
  add(key: string, seen: Seen, source = '', failure?: string, subsetOf?: string): number {
    const { startUs, times = 1 } = seen;
    const row = this.#rowOf(key, subsetOf);
    this.counts[row]! += times;
    this.phases[this.phaseOf(startUs)]![row]! += times;
    if (Number.isNaN(startUs)) this.#isTimed = false;
    if (seen.times !== undefined) this.#isOrdered = false;
    else if (this.#kept < sequenceLimit) this.#keep(row, seen, source);
    if (failure !== undefined)
      this.failures[row]!.set(failure, (this.failures[row]!.get(failure) ?? 0) + times);
    this.total += times;
    return row;
  }

  /** Counts without an order: a tally that somebody else kept. */
  addCounts(keys: readonly string[], counts: readonly number[]): void {
    keys.forEach((key, index) => {
      const row = this.#rowOf(key);
      this.counts[row]! += counts[index]!;
      this.phases[0]![row]! += counts[index]!;
      this.total += counts[index]!;
    });
  }

  /** How many changes were in force for a request that starts now. */
  phaseOf(startUs: number): number {
    let phase = 0;
    if (this.#changes.length === 0) return phase;
    for (const { atUs, atIndex } of this.#changes) {
      if (atUs !== undefined ? startUs >= atUs : this.total >= atIndex!) phase += 1;
    }
    return phase;
  }

  /** What was seen, in the order of the requests' starts where times are known, else in the order read. */
  sighting(): Sighting {
    const all = {
      keys: this.keys,
      counts: this.counts,
      ...(this.failures.some(({ size }) => size > 0) ? { failures: this.failures } : {}),
    };
    if (this.#kept === 0 || !this.#isOrdered) {
      return this.#changes.length === 0 ? all : { ...all, phases: this.phases };
    }
    const timesUs = this.#timesUs;
    const order = [...new Int32Array(this.#kept).keys()];
    // Proxies write a line when a request ends; the choice was made when it began. Equal times stay as they came.
    if (this.#isTimed) order.sort((a, b) => timesUs[a]! - timesUs[b]!);
    const { names, nameOf } = this.#callerNames.told();
    return {
      ...all,
      sequence: new Int32Array(order.map((index) => this.#sequence[index]!)),
      ...(this.#isTimed ? { timesUs: new Float64Array(order.map((index) => timesUs[index]!)) } : {}),
      ...(this.#kept < this.total ? { truncated: true } : {}),
      ...(this.#clientsKnown > 0
        ? {
            clients: new Int32Array(order.map((index) => this.#clients[index]!)),
            clientNames: [...this.#clientRows.keys()],
          }
        : {}),
      ...(names.length > 1
        ? {
            callers: new Int32Array(order.map((index) => nameOf[this.#callers[index]!]!)),
            callerNames: names,
          }
        : {}),
    };
  }

  /** Whether each request is known to be from before or after each change of weights. */
  get isPlaced(): boolean {
    return this.#changes.length === 0 || this.#isTimed || (this.#isOrdered && this.#kept > 0);
  }

  /** How many requests stand in the sequence of the sighting. */
  get kept(): number {
    return this.#isOrdered ? this.#kept : 0;
  }

  #rowOf(key: string, subsetOf?: string): number {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const planned =
      subsetOf === undefined ? versionMeant(key, this.planned) : subsetMeant(key, this.planned, subsetOf);
    const plannedRow = planned === undefined ? undefined : this.#rows.get(planned);
    if (plannedRow !== undefined) {
      this.standIns.set(ownCopy(key), planned!);
      this.#rows.set(ownCopy(key), plannedRow);
      return plannedRow;
    }
    const row = this.keys.push(ownCopy(key)) - 1;
    this.#rows.set(this.keys[row]!, row);
    this.counts.push(0);
    this.failures.push(new Map());
    for (const phase of this.phases) phase.push(0);
    return row;
  }

  #keep(row: number, { startUs, client, proxy = '' }: Seen, source: string): void {
    if (this.#kept === this.#sequence.length) {
      const length = Math.min(sequenceLimit, this.#kept * 2);
      this.#sequence = grown(Int32Array, this.#sequence, length);
      this.#timesUs = grown(Float64Array, this.#timesUs, length);
      this.#clients = grown(Int32Array, this.#clients, length);
      this.#callers = grown(Int32Array, this.#callers, length);
    }
    this.#sequence[this.#kept] = row;
    this.#timesUs[this.#kept] = startUs;
    this.#clients[this.#kept] = client === undefined ? -1 : this.#clientRow(client);
    if (client !== undefined) this.#clientsKnown += 1;
    this.#callers[this.#kept] = this.#callerNames.rowOf(source, proxy);
    this.#kept += 1;
  }

  #clientRow(client: string): number {
    const known = this.#clientRows.get(client);
    if (known !== undefined) return known;
    const row = this.#clientRows.size;
    this.#clientRows.set(ownCopy(client), row);
    return row;
  }
}

function grown<T extends Int32Array | Float64Array>(
  kind: new (length: number) => T,
  old: T,
  length: number,
): T {
  const larger = new kind(length);
  larger.set(old);
  return larger;
}
