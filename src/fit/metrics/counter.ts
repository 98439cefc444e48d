import type { Series } from '../../accesslog/series.ts';

/** A counter, or several that count parts of the same, as one that only grows. Times in seconds since 1970. */
export class Counter {
  /** Moments at which it was read, in order. */
  readonly times: Float64Array;
  /** Grown since the first of them. */
  readonly grown: Float64Array;
  /** Between which readings it was set back: what was counted before that, and not yet read, is lost. */
  readonly resets: readonly { readonly from: number; readonly to: number }[];

  /**
   * @param series of one process: a series that begins later than the first of them began at 0, as a new version or status does.
   * @param sinceSeconds since when such processes were read: one whose series begin later, and near 0, had counted nothing before.
   */
  constructor(series: readonly Series[], sinceSeconds = Infinity) {
    const told = series.map(finite).filter(({ times }) => times.length > 0);
    const known = [...told, ...stillBefore(told, sinceSeconds)];
    const times = [...new Set(known.flatMap((own) => [...own.times]))].sort((a, b) => a - b);
    const places = new Map(times.map((time, place) => [time, place]));
    const grown = new Float64Array(times.length);
    const resets = new Map<number, { from: number; to: number }>();
    for (const own of known) {
      const first = places.get(own.times[0]!)!;
      if (first > 0) add(grown, first - 1, first, own.values[0]!);
      for (let at = 1; at < own.times.length; at += 1) {
        const [before, value] = [own.values[at - 1]!, own.values[at]!];
        const [from, to] = [own.times[at - 1]!, own.times[at]!];
        if (value < before) resets.set(to, { from, to });
        add(grown, places.get(from)!, places.get(to)!, value < before ? value : value - before);
      }
    }
    for (let at = 1; at < grown.length; at += 1) grown[at] = grown[at]! + grown[at - 1]!;
    this.times = Float64Array.from(times);
    this.grown = grown;
    this.resets = [...resets.values()];
  }

  /** As of a moment, linear between readings; NaN before the first and after the last. */
  at(time: number): number {
    const { times, grown } = this;
    const last = times.length - 1;
    if (last < 0 || !(time >= times[0]! && time <= times[last]!)) return Number.NaN;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle]! <= time) low = middle;
      else high = middle;
    }
    const span = times[high]! - times[low]!;
    return span > 0
      ? grown[low]! + ((time - times[low]!) / span) * (grown[high]! - grown[low]!)
      : grown[low]!;
  }

  wasReset(from: number, to: number): boolean {
    return this.resets.some((own) => own.from < to && own.to > from);
  }

  /**
   * Whether readings are missing there, or were only repeated: Prometheus answers with the last one for up to five minutes when it
   * can not read a process.
   */
  hasGap(from: number, to: number): boolean {
    const { times, grown } = this;
    const usual = this.#usualSpan();
    let still = 0;
    for (let at = 1; at < times.length; at += 1) {
      const [before, now] = [times[at - 1]!, times[at]!];
      if (before >= to) break;
      still = grown[at]! > grown[at - 1]! || grown[at] === 0 ? 0 : still + (now - before);
      if (now <= from) continue;
      if (now - before > 1.9 * usual) return true;
      if (still > 1.9 * usual && this.#isBusy()) return true;
    }
    return false;
  }

  #usualSpan(): number {
    const spans = Array.from(this.times.subarray(1), (time, at) => time - this.times[at]!).sort(
      (a, b) => a - b,
    );
    return spans[spans.length >> 1] ?? 0;
  }

  /** Whether a few readings alike would be no chance. */
  #isBusy(): boolean {
    const { times, grown } = this;
    return grown.at(-1)! > 10 * times.length;
  }
}

/** A series that stands at 0 from then until the first of these, where they begin near 0. */
function stillBefore(series: readonly Series[], sinceSeconds: number): readonly Series[] {
  const longest = series.reduce<Series | undefined>(
    (best, own) => (best === undefined || own.times.length > best.times.length ? own : best),
    undefined,
  );
  if (longest === undefined || longest.times.length < 3) return [];
  const first = Math.min(...series.map(({ times }) => times[0]!));
  const step = longest.times[1]! - longest.times[0]!;
  const grows = (longest.values.at(-1)! - longest.values[0]!) / (longest.times.length - 1);
  const atFirst = series.reduce((sum, { times, values }) => sum + (times[0] === first ? values[0]! : 0), 0);
  if (!(first > sinceSeconds + step / 2) || atFirst > 3 * Math.max(1, grows)) return [];
  const times: number[] = [];
  for (let at = first - step; at > sinceSeconds - step / 2; at -= step) times.unshift(at);
  return [{ labels: {}, times: Float64Array.from(times), values: new Float64Array(times.length) }];
}

/** Spread evenly over the readings that other series have in between. */
function add(steps: Float64Array, from: number, to: number, amount: number): void {
  for (let at = from + 1; at <= to; at += 1) steps[at] = steps[at]! + amount / (to - from);
}

function finite({ labels, times, values }: Series): Series {
  const keep = Array.from(times, (_, at) => at).filter(
    (at) => Number.isFinite(times[at]) && Number.isFinite(values[at]),
  );
  return {
    labels,
    times: Float64Array.from(keep, (at) => times[at]!),
    values: Float64Array.from(keep, (at) => values[at]!),
  };
}
