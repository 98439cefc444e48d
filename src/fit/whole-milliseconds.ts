import { exp, ln } from '../kernel/math.ts';
import { normalTail } from '../stats/gamma.ts';
import { meanEstimate, type Estimate } from './estimate.ts';
import type { FittedLaw } from './law.ts';

const z90 = 1.2815515655446004;
const z99 = 2.3263478740408408;
const z975 = 1.959963984540054;

/**
 * The lognormal law of durations that were cut to whole milliseconds, as access logs have them: maximum likelihood over the
 * milliseconds as bins, as each value may be anything from itself up to the next. A law through their middles would be 10 % off at 5 ms.
 * @returns undefined of fewer than 100 values, and where most of them are in one bin: they do not tell how wide the law is.
 */
export function lognormalOfWholeMs(wholeMs: readonly number[], source: string): FittedLaw | undefined {
  const n = wholeMs.length;
  if (n < 100) return undefined;
  const counts = new Map<number, number>();
  for (const value of wholeMs) counts.set(value, (counts.get(value) ?? 0) + 1);
  const bins = [...counts].sort(([one], [other]) => one - other);
  if (bins.some(([, count]) => count > n / 2)) return undefined;
  const logs = wholeMs.map((value) => ln(value + 0.5));
  const center = logs.reduce((sum, value) => sum + value, 0) / n;
  const width = Math.sqrt(logs.reduce((sum, value) => sum + (value - center) * (value - center), 0) / n);
  const [mu, sigma] = summit((at, wide) => likelihood(bins, at, wide), center, Math.max(width, 0.05));
  const at = (z: number): Estimate => {
    const error = sigma * Math.sqrt((1 + (z * z) / 2) / n) * z975;
    const middle = mu + z * sigma;
    return { value: exp(middle), low: exp(middle - error), high: exp(middle + error), n, source };
  };
  const mean = exp(mu + (sigma * sigma) / 2);
  const spread = meanEstimate(wholeMs, source);
  return {
    law: { dist: 'lognormal', p50Ms: exp(mu), p99Ms: exp(mu + z99 * sigma) },
    reason: 'lognormal, by all requests in logs of whole milliseconds',
    p50: at(0),
    p90: at(z90),
    p99: at(z99),
    mean: {
      value: mean,
      low: mean + spread.low - spread.value,
      high: mean + spread.high - spread.value,
      n,
      source,
    },
  };
}

function likelihood(bins: readonly (readonly [number, number])[], mu: number, sigma: number): number {
  return bins.reduce((sum, [value, count]) => {
    const low = value === 0 ? -Infinity : (ln(value) - mu) / sigma;
    const high = (ln(value + 1) - mu) / sigma;
    // In the tail that is the smaller one, so that their difference keeps its digits.
    const part =
      low > 0
        ? normalTail(low) - normalTail(high)
        : normalTail(-high) - (low === -Infinity ? 0 : normalTail(-low));
    return sum + count * ln(Math.max(part, 1e-300));
  }, 0);
}

/** Where a smooth function of two numbers is greatest: steps along each in turn, halved when none helps. */
function summit(of: (x: number, y: number) => number, x: number, y: number): readonly [number, number] {
  let best = of(x, y);
  let step = 0.1;
  while (step > 1e-5) {
    let moved = false;
    for (const [dx, dy] of [
      [step, 0],
      [-step, 0],
      [0, step],
      [0, -step],
    ] as const) {
      if (y + dy <= 0.01) continue;
      const next = of(x + dx, y + dy);
      if (next > best) {
        best = next;
        x += dx;
        y += dy;
        moved = true;
      }
    }
    if (!moved) step /= 2;
  }
  return [x, y];
}
