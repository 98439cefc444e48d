import { binomInterval } from '../../stats/index.ts';
import { percentTo } from '../../words/number.ts';
import { logUnknownDraws } from './likelihood.ts';
import type { Mechanism } from './mechanism.ts';

/** Fitted: `shares` observed, their Wilson `intervals`, and `round`, the roundest weights within all of them (null for none). */
export const otherWeights: Mechanism = {
  because: 'independent draws, but not at the configured weights: another rule is in force',
  common: 1,
  needs: 'tally',
  spansRules: true,
  settledBy:
    'the rule that the proxies hold (istioctl proxy-config routes): until a new one has arrived, or where it was refused, the old weights apply',
  logLikelihood: ({ counts }) => logUnknownDraws(counts),
  describe: ({ keys, counts }, conf) => {
    const n = counts.reduce((sum, count) => sum + count, 0);
    const shares = counts.map((count) => count / n);
    const intervals = counts.map((k) => binomInterval({ k, n, conf, method: 'wilson' }));
    const round = roundest(shares, intervals);
    const fits = keys
      .map((key, own) => `${key}=${percentTo(intervals[own]![0], 1)} to ${percentTo(intervals[own]![1], 1)}`)
      .join(', ');
    const simple =
      round === null
        ? ''
        : `; the roundest weights among them are ${round.map((own) => Number((own * 100).toFixed(0))).join('/')}`;
    return { sentence: `weights of ${fits} would fit${simple}`, fitted: { shares, intervals, round } };
  },
};

/** Weights in steps of 50, 25, 10, 5 or 1 per cent that sum to 1 and lie within the intervals. */
function roundest(
  shares: readonly number[],
  intervals: readonly (readonly [number, number])[],
): number[] | null {
  for (const step of [50, 25, 10, 5, 1]) {
    const rounded = shares.map((share) => Math.round((share * 100) / step) * step);
    const fits = rounded.every(
      (own, key) => own / 100 >= intervals[key]![0] && own / 100 <= intervals[key]![1],
    );
    if (fits && rounded.reduce((sum, own) => sum + own, 0) === 100) return rounded.map((own) => own / 100);
  }
  return null;
}
