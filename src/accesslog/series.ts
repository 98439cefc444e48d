/** Samples of one metric with one set of labels, in the order in which they were told. */
export interface Series {
  /** The metric's own name under `__name__`, where it is told. */
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970; NaN where no time is told. */
  readonly times: Float64Array;
  /** As many as times; NaN and infinities as they were told. */
  readonly values: Float64Array;
}

/** `1`, `2.5e3`, `NaN`, `+Inf`, `-inf` as Prometheus writes and reads them; undefined for what is no number. */
export function sampleValue(text: string): number | undefined {
  const special = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (special !== null) return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Gathers samples by their labels, in the order in which these were first seen. */
export class SeriesCollector {
  readonly #bySet = new Map<string, { labels: Record<string, string>; times: number[]; values: number[] }>();

  add(labels: Readonly<Record<string, string>>, seconds: number, value: number): void {
    const key = JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
    let own = this.#bySet.get(key);
    if (own === undefined) {
      own = { labels: { ...labels }, times: [], values: [] };
      this.#bySet.set(key, own);
    }
    own.times.push(seconds);
    own.values.push(value);
  }

  all(): Series[] {
    return [...this.#bySet.values()].map(({ labels, times, values }) => ({
      labels,
      times: Float64Array.from(times),
      values: Float64Array.from(values),
    }));
  }
}
