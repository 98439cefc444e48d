import { mapped, refill } from '../../kernel/copies.ts';
import { grown, nextLength } from '../../kernel/columns.ts';

/** Upper edges in ms of the histograms of durations that Istio's proxies keep (Envoy's default buckets). */
export const durationEdgesMs = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
] as const;

/** Buckets of a series: one per edge, and +Inf. */
export const durationBuckets = durationEdgesMs.length + 1;

const edgesUs = Float64Array.from(durationEdgesMs, (edge) => edge * 1000);

/** Who asked whom under which name, and what came of it: the labels of one series, in row numbers of the run. */
export interface SeriesKey {
  /** Row of the caller's proxy; -1: it has none. */
  readonly caller: number;
  /** Row of the pod that was asked last; -1: none was. */
  readonly pod: number;
  /** Row of the service; -1: no route named one. */
  readonly service: number;
  readonly status: number;
  readonly flags: number;
}

/** Places in the numbers of a series: what is counted, whose it is, and after them a number per bucket. */
const CALLER = 0;
const POD = 1;
const SERVICE = 2;
const COUNT = 3;
const SUM_US = 4;
const BUCKETS = 8;
const WIDTH = 32;

/** Series of plain success that were added to last, by caller and pod. */
const RECENT = 1024;

/**
 * What the proxies of one side count of requests, as Istio's standard metrics do: `istio_requests_total` and
 * `istio_request_duration_milliseconds` per caller, pod, service, status and flags. Counters only grow. Plain success, which
 * nearly everything is, costs a look at the numbers of its series, which stand side by side; a new series costs an entry of a
 * table, once.
 *
 * As Istio's histogram: a value equal to an edge falls into the next bucket. Unlike it, the sum is exact (Envoy adds
 * the middles of bins of two digits).
 */
export class RequestSeries {
  readonly keys: SeriesKey[] = [];
  #numbers = new Float64Array(64 * WIDTH);
  /** The same that were counted before `startOver`. */
  #before = new Float64Array(64 * WIDTH);
  #recent = new Int32Array(RECENT).fill(-1);
  readonly #others = new Map<number, Map<number, number>>();
  readonly #outcomes = new Map<number, number>();

  /** @param durationUs from the request at this proxy to its answer. */
  add(caller: number, pod: number, service: number, status: number, flags: number, durationUs: number): void {
    let at = -1;
    if (status === 200 && flags === 0 && pod >= 0) {
      at = this.#recent[(31 * caller + pod) & (RECENT - 1)]!;
      // Another pair may have come into its place, and a pod may be asked for under the names of two services.
      if (at >= 0 && !this.#isOf(at, caller, pod, service)) at = -1;
    }
    if (at < 0) at = this.#find(caller, pod, service, status, flags);
    const numbers = this.#numbers;
    numbers[at + COUNT]! += 1;
    numbers[at + SUM_US]! += durationUs;
    numbers[at + BUCKETS + bucketOf(durationUs)]! += 1;
  }

  #isOf(at: number, caller: number, pod: number, service: number): boolean {
    const numbers = this.#numbers;
    return numbers[at + CALLER] === caller && numbers[at + POD] === pod && numbers[at + SERVICE] === service;
  }

  /** Requests of a series; their total duration in microseconds; how many of them fell into each bucket. */
  count(series: number): number {
    return this.#numbers[series * WIDTH + COUNT] ?? 0;
  }

  sumUs(series: number): number {
    return this.#numbers[series * WIDTH + SUM_US] ?? 0;
  }

  buckets(series: number): Float64Array {
    return bucketsIn(this.#numbers, series);
  }

  /** Requests since the world began, those before `startOver` too, and how many of them fell into each bucket. */
  countSinceEver(series: number): number {
    return this.count(series) + this.#before[series * WIDTH + COUNT]!;
  }

  bucketsSinceEver(series: number): Float64Array {
    const before = bucketsIn(this.#before, series);
    return this.buckets(series).map((count, bucket) => count + before[bucket]!);
  }

  /**
   * Series from number `from` on, in order of caller, service, pod, status and flags: the order in which they came depends on who
   * has looked at the run meanwhile, as a request that is played ahead is counted no later than that.
   */
  inOrder(from = 0): number[] {
    const { keys } = this;
    const order = (a: SeriesKey, b: SeriesKey): number =>
      a.caller - b.caller ||
      a.service - b.service ||
      a.pod - b.pod ||
      a.status - b.status ||
      a.flags - b.flags;
    return Array.from({ length: keys.length - from }, (_, place) => from + place).sort((a, b) =>
      order(keys[a]!, keys[b]!),
    );
  }

  /** Counts begin at 0 again; what was counted is kept for who has read it already. */
  startOver(): void {
    for (let at = 0; at < this.keys.length * WIDTH; at += WIDTH) {
      for (let place = COUNT; place < WIDTH; place++) {
        this.#before[at + place]! += this.#numbers[at + place]!;
        this.#numbers[at + place] = 0;
      }
    }
  }

  /** Series that are there. */
  get length(): number {
    return this.keys.length;
  }

  /** Takes over what another run of the same settings has counted. */
  copyFrom(other: RequestSeries): void {
    this.#numbers = other.#numbers.slice();
    this.#before = other.#before.slice();
    this.#recent = other.#recent.slice();
    refill(this.keys, other.keys);
    refill(
      this.#others,
      mapped(other.#others, (own) => new Map(own)),
    );
    refill(this.#outcomes, other.#outcomes);
  }

  /** Where the numbers of a series begin. */
  #find(caller: number, pod: number, service: number, status: number, flags: number): number {
    const at = this.#seriesOf(caller, pod, service, status, flags) * WIDTH;
    if (status === 200 && flags === 0 && pod >= 0) this.#recent[(31 * caller + pod) & (RECENT - 1)] = at;
    return at;
  }

  #seriesOf(caller: number, pod: number, service: number, status: number, flags: number): number {
    const outcomeKey = status * 4294967296 + flags;
    let outcome = this.#outcomes.get(outcomeKey);
    if (outcome === undefined) this.#outcomes.set(outcomeKey, (outcome = this.#outcomes.size));
    let own = this.#others.get(caller);
    if (own === undefined) this.#others.set(caller, (own = new Map<number, number>()));
    const key = (outcome * 65536 + service + 1) * 1048576 + pod + 1;
    let series = own.get(key);
    if (series === undefined) {
      series = this.keys.push({ caller, pod, service, status, flags }) - 1;
      own.set(key, series);
      this.#makeRoom();
      this.#numbers[series * WIDTH + CALLER] = caller;
      this.#numbers[series * WIDTH + POD] = pod;
      this.#numbers[series * WIDTH + SERVICE] = service;
    }
    return series;
  }

  #makeRoom(): void {
    if (this.keys.length * WIDTH <= this.#numbers.length) return;
    const length = nextLength(this.#numbers.length);
    this.#numbers = grown(this.#numbers, length);
    this.#before = grown(this.#before, length);
  }
}

const bucketsIn = (numbers: Float64Array, series: number): Float64Array =>
  numbers.slice(series * WIDTH + BUCKETS, series * WIDTH + BUCKETS + durationBuckets);

/** Bucket of a duration of so many steps of 512 us, at its lower end. */
const bucketAt = Uint8Array.from(
  { length: 512 },
  (_, step) => edgesUs.filter((edge) => edge <= step * 512).length,
);

function bucketOf(durationUs: number): number {
  let bucket = durationUs < 512 * 512 ? bucketAt[durationUs >> 9]! : bucketAt[511]!;
  while (bucket < edgesUs.length && durationUs >= edgesUs[bucket]!) bucket += 1;
  return bucket;
}
