import { mapped, refill } from '../../kernel/copies.ts';
import { copyColumns, grown, nextLength } from '../../kernel/columns.ts';

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

/**
 * What the proxies of one side count of requests, as Istio's standard metrics do: `istio_requests_total` and
 * `istio_request_duration_milliseconds` per caller, pod, service, status and flags. Counters only grow. Plain success, which
 * nearly everything is, costs two array reads and four writes; a new series costs an entry of a table, once.
 *
 * As Istio's histogram: a value equal to an edge falls into the next bucket. Unlike it, the sum is exact (Envoy adds
 * the middles of bins of two digits).
 */
export class RequestSeries {
  readonly keys: SeriesKey[] = [];
  /** Requests per series; total duration in microseconds; requests per series and bucket. */
  counts = new Float64Array(64);
  sumUs = new Float64Array(64);
  buckets = new Float64Array(64 * durationBuckets);
  /** The same that were counted before `startOver`. */
  before = new Float64Array(64);
  bucketsBefore = new Float64Array(64 * durationBuckets);
  /** Row of the service of each series. */
  service = new Int32Array(64);
  /** Per caller (row + 1) and pod: the series of plain success; -1: none yet. */
  readonly #plain: number[][] = [];
  readonly #others = new Map<number, Map<number, number>>();
  readonly #outcomes = new Map<number, number>();

  /** @param durationUs from the request at this proxy to its answer. */
  add(caller: number, pod: number, service: number, status: number, flags: number, durationUs: number): void {
    let series = -1;
    if (status === 200 && flags === 0 && pod >= 0) {
      series = this.#plain[caller + 1]?.[pod] ?? -1;
      // A pod may be asked for under the names of two services.
      if (series >= 0 && this.service[series] !== service) series = -1;
    }
    if (series < 0) series = this.#seriesOf(caller, pod, service, status, flags);
    this.counts[series]! += 1;
    this.sumUs[series]! += durationUs;
    this.buckets[series * durationBuckets + bucketOf(durationUs)]! += 1;
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
    for (let series = 0; series < this.counts.length; series++) this.before[series]! += this.counts[series]!;
    for (let at = 0; at < this.buckets.length; at++) this.bucketsBefore[at]! += this.buckets[at]!;
    this.counts.fill(0);
    this.sumUs.fill(0);
    this.buckets.fill(0);
  }

  /** Series that are there. */
  get length(): number {
    return this.keys.length;
  }

  /** Takes over what another run of the same settings has counted. */
  copyFrom(other: RequestSeries): void {
    copyColumns(this, other);
    refill(this.keys, other.keys);
    refill(
      this.#plain,
      other.#plain.map((own) => [...own]),
    );
    refill(
      this.#others,
      mapped(other.#others, (own) => new Map(own)),
    );
    refill(this.#outcomes, other.#outcomes);
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
      this.service[series] = service;
    }
    if (status === 200 && flags === 0 && pod >= 0) {
      const plain = (this.#plain[caller + 1] ??= []);
      while (plain.length <= pod) plain.push(-1);
      plain[pod] = series;
    }
    return series;
  }

  #makeRoom(): void {
    if (this.keys.length <= this.counts.length) return;
    const length = nextLength(this.counts.length);
    this.counts = grown(this.counts, length);
    this.sumUs = grown(this.sumUs, length);
    this.before = grown(this.before, length);
    this.bucketsBefore = grown(this.bucketsBefore, length * durationBuckets);
    this.service = grown(this.service, length);
    this.buckets = grown(this.buckets, length * durationBuckets);
  }
}

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
