import { nice, tickStep, ticks } from 'd3-array';

/** A quantitative scale: where a value stands, in pixels. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  readonly isLog: boolean;
}

const transforms = {
  linear: (value: number) => value,
  // eslint-disable-next-line no-restricted-properties -- vega asks the engine, and the bytes are to be the same
  log: Math.log,
  sqrt: (value: number) => (value < 0 ? -Math.sqrt(-value) : Math.sqrt(value)),
};

export type ScaleType = keyof typeof transforms;

/** @param isNice ends at round numbers. */
export function scaleOf(
  type: ScaleType,
  given: readonly [number, number],
  range: readonly [number, number],
  isNice: boolean,
): Scale {
  const domain = isNice ? nice(given[0], given[1], 10) : ([given[0], given[1]] as [number, number]);
  const transform = transforms[type];
  const [from, to] = [transform(domain[0]), transform(domain[1])];
  const length = to - from;
  const place = (value: number): number => {
    const t = length === 0 ? 0.5 : (transform(value) - from) / length;
    return range[0] * (1 - t) + range[1] * t;
  };
  return Object.assign(place, { domain, range, isLog: type === 'log' });
}

/** How many ticks an axis asks for: no finer than a least step. */
export function tickCount({ domain, isLog }: Scale, wanted: number, minStep: number | undefined): number {
  if (minStep === undefined) return wanted;
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  let count = Math.min(wanted, Math.floor((high - low) / minStep || 1) + 1);
  if (!isLog && low < high) while (count > 1 && tickStep(low, high, count) < minStep) count -= 1;
  return count;
}

export const ticksOf = ({ domain }: Scale, count: number): number[] => ticks(domain[0], domain[1], count);

/** Of given values those within the range, in its order, every second left out as long as they are too many. */
export function validTicks(scale: Scale, values: readonly number[], count: number): number[] {
  const [start, end] = scale.range;
  const sign = start > end ? -1 : 1;
  const [low, high] = [Math.floor(Math.min(start, end)), Math.ceil(Math.max(start, end))];
  const placed = values.map((value) => [value, scale(value)] as const);
  let valid = placed
    .filter(([, at]) => low <= at && at <= high)
    .sort((a, b) => sign * (a[1] - b[1]))
    .map(([value]) => value);
  if (count > 0 && valid.length > 1) {
    const ends = [valid[0]!, valid.at(-1)!];
    while (valid.length > count && valid.length >= 3) valid = valid.filter((_, i) => i % 2 === 0);
    if (valid.length < 3) valid = ends;
  }
  return valid;
}
