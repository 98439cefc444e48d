import type { Stream } from '../../kernel/chance.ts';
import { refill } from '../../kernel/copies.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { histogramQuantile } from './view/histogram-quantile.ts';
import { increase, type Sample } from './rate.ts';
import { durationBuckets, durationEdgesMs, type RequestSeries, type SeriesKey } from './request-series.ts';

/** Whose proxy counted: the caller's, or the one beside the pod. */
export type Reporter = 'source' | 'destination';

export interface PrometheusSettings {
  /** From one scrape of a proxy to its next, in microseconds. Istio's addon: 15 s. */
  readonly scrapeUs: number;
  /** Samples older than this are forgotten. */
  readonly retentionUs: number;
}

export const prometheusDefaults: PrometheusSettings = { scrapeUs: 15_000_000, retentionUs: 600_000_000 };

/** What a query over series comes to. */
export interface QueryResult {
  /** undefined: an empty vector. */
  readonly value: number | undefined;
  /** Series that fit, and those of them with two samples in the window. */
  readonly series: number;
  readonly told: number;
  /** `no-series`: none fits, or none has two samples in the window. */
  readonly reason: 'summed' | 'no-series';
}

/** One read of a proxy: its series of both sides in the order in which they appeared, as they stood. */
interface Scrape {
  readonly atUs: number;
  readonly counts: Readonly<Record<Reporter, Float64Array>>;
  readonly buckets: Readonly<Record<Reporter, Float64Array>>;
}

/**
 * A Prometheus in the mesh: reads the request counters of each proxy on a schedule, every proxy in a phase of its own, and
 * answers rates over a window from what it has read. What a controller sees is therefore up to a scrape old, begins a
 * window ago, and misses the first requests of a series, which is born with them.
 *
 * Simplifications: a scrape takes no time and never fails; a proxy that is gone is not marked stale, so its last samples
 * count until they leave the window.
 */
export class Prometheus {
  readonly settings: PrometheusSettings;
  readonly #simulation: Simulation;
  readonly #series: Readonly<Record<Reporter, RequestSeries>>;
  readonly #proxyOfPod: readonly number[];
  readonly #chance: Stream;
  readonly #kind: number;
  /** Per proxy: its series, by reporter, and its scrapes, oldest first. */
  readonly #own: Record<Reporter, number[][]> = { source: [], destination: [] };
  readonly #seen: Record<Reporter, number> = { source: 0, destination: 0 };
  readonly #scrapes: Scrape[][] = [];
  readonly #isGone: boolean[] = [];
  #began = false;

  /** @param proxyOfPod row of the proxy beside each pod; -1: it has none, and nobody counts there. */
  constructor(
    simulation: Simulation,
    settings: PrometheusSettings,
    series: Readonly<Record<Reporter, RequestSeries>>,
    proxyOfPod: readonly number[],
    chance: Stream,
  ) {
    this.settings = settings;
    this.#simulation = simulation;
    this.#series = series;
    this.#proxyOfPod = proxyOfPod;
    this.#chance = chance;
    this.#kind = simulation.kind('Prometheus scrapes', (proxy, nowUs) => this.#onScrape(proxy, nowUs));
  }

  /** Somebody wants to know: from now on it reads, beginning with these proxies. Nothing is read where nobody asks. */
  begin(proxies: readonly number[], nowUs: number): void {
    if (this.#began) return;
    this.#began = true;
    for (const proxy of proxies) this.started(proxy, nowUs);
  }

  /** A proxy has started, and is found. */
  started(proxy: number, nowUs: number): void {
    if (!this.#began) return;
    const phase = Math.floor(this.#chance.uniform() * this.settings.scrapeUs);
    this.#simulation.schedule(nowUs + phase, this.#kind, proxy);
  }

  /** A proxy is gone with its pod. */
  stopped(proxy: number): void {
    this.#isGone[proxy] = true;
  }

  /** Takes over what another run of the same settings has read; scrapes are never changed, so that both may hold them. */
  copyFrom(other: Prometheus): void {
    this.#began = other.#began;
    for (const reporter of ['source', 'destination'] as const) {
      this.#seen[reporter] = other.#seen[reporter];
      this.#own[reporter] = other.#own[reporter].map((own) => [...own]);
    }
    refill(
      this.#scrapes,
      other.#scrapes.map((own) => [...own]),
    );
    refill(this.#isGone, other.#isGone);
  }

  /** `sum(increase(istio_requests_total{reporter, ...}[window]))`. */
  increase(
    reporter: Reporter,
    fits: (series: SeriesKey) => boolean,
    windowUs: number,
    nowUs: number,
  ): QueryResult {
    let sum = 0;
    let found = 0;
    let told = 0;
    this.#each(reporter, fits, (proxy, place) => {
      found += 1;
      const samples: Sample[] = [];
      for (const { atUs, counts } of this.#scrapes[proxy]!) {
        if (place < counts[reporter].length) samples.push({ atUs, value: counts[reporter][place]! });
      }
      const grown = increase(samples, windowUs, nowUs);
      if (grown.value === undefined) return;
      told += 1;
      sum += grown.value;
    });
    return told === 0
      ? { value: undefined, series: found, told, reason: 'no-series' }
      : { value: sum, series: found, told, reason: 'summed' };
  }

  /** `sum(rate(istio_requests_total{reporter, ...}[window]))`, per second. */
  rate(
    reporter: Reporter,
    fits: (series: SeriesKey) => boolean,
    windowUs: number,
    nowUs: number,
  ): QueryResult {
    const grown = this.increase(reporter, fits, windowUs, nowUs);
    return grown.value === undefined ? grown : { ...grown, value: grown.value / (windowUs / 1e6) };
  }

  /** `histogram_quantile(q, sum(rate(istio_request_duration_milliseconds_bucket{reporter, ...}[window])) by (le))`, in ms. */
  durationQuantileMs(
    q: number,
    reporter: Reporter,
    fits: (series: SeriesKey) => boolean,
    windowUs: number,
    nowUs: number,
  ): QueryResult {
    const perBucket = new Float64Array(durationBuckets);
    let found = 0;
    let told = 0;
    this.#each(reporter, fits, (proxy, place) => {
      found += 1;
      let isTold = false;
      for (let bucket = 0; bucket < durationBuckets; bucket++) {
        const samples: Sample[] = [];
        for (const { atUs, buckets } of this.#scrapes[proxy]!) {
          const at = place * durationBuckets + bucket;
          if (at < buckets[reporter].length) samples.push({ atUs, value: buckets[reporter][at]! });
        }
        const grown = increase(samples, windowUs, nowUs);
        if (grown.value === undefined) continue;
        isTold = true;
        perBucket[bucket]! += grown.value;
      }
      if (isTold) told += 1;
    });
    const value = histogramQuantile(q, durationEdgesMs, perBucket);
    return Number.isNaN(value)
      ? { value: undefined, series: found, told, reason: 'no-series' }
      : { value, series: found, told, reason: 'summed' };
  }

  #each(
    reporter: Reporter,
    fits: (series: SeriesKey) => boolean,
    tell: (proxy: number, place: number) => void,
  ): void {
    const { keys } = this.#series[reporter];
    this.#own[reporter].forEach((own, proxy) => {
      if (this.#scrapes[proxy] === undefined) return;
      own.forEach((series, place) => {
        if (fits(keys[series]!)) tell(proxy, place);
      });
    });
  }

  #onScrape(proxy: number, nowUs: number): void {
    if (this.#isGone[proxy] === true) return;
    const scrapes = (this.#scrapes[proxy] ??= []);
    while (scrapes.length > 0 && scrapes[0]!.atUs < nowUs - this.settings.retentionUs) scrapes.shift();
    const source = this.#read('source', proxy);
    const destination = this.#read('destination', proxy);
    scrapes.push({
      atUs: nowUs,
      counts: { source: source.counts, destination: destination.counts },
      buckets: { source: source.buckets, destination: destination.buckets },
    });
    this.#simulation.schedule(nowUs + this.settings.scrapeUs, this.#kind, proxy);
  }

  #read(
    reporter: Reporter,
    proxy: number,
  ): { readonly counts: Float64Array; readonly buckets: Float64Array } {
    this.#assign(reporter);
    const counted = this.#series[reporter];
    const own = this.#own[reporter][proxy] ?? [];
    const buckets = new Float64Array(own.length * durationBuckets);
    own.forEach((series, place) => buckets.set(counted.bucketsSinceEver(series), place * durationBuckets));
    return { counts: Float64Array.from(own, (series) => counted.countSinceEver(series)), buckets };
  }

  /** Series that are new since the last look, to the proxies that keep them. */
  #assign(reporter: Reporter): void {
    const { keys } = this.#series[reporter];
    const own = this.#own[reporter];
    for (const series of this.#series[reporter].inOrder(this.#seen[reporter])) {
      const { caller, pod } = keys[series]!;
      const proxy = reporter === 'source' ? caller : (this.#proxyOfPod[pod] ?? -1);
      if (proxy >= 0) (own[proxy] ??= []).push(series);
    }
    this.#seen[reporter] = keys.length;
  }
}
