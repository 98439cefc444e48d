import { expect, test } from 'vitest';
import { Chance } from '../../src/kernel/chance.ts';
import { residualSampler, type Distribution } from '../../src/kernel/distribution.ts';

/** First moments m1, m2 and m3 of each law, by hand. A residual life has the mean m2 / (2 m1) and the second moment m3 / (3 m1). */
const laws: readonly { law: Distribution; moments: readonly [number, number, number]; because: string }[] = [
  { law: { dist: 'constant', value: 12 }, moments: [12, 144, 1728], because: 'uniform on 0..12' },
  {
    law: { dist: 'uniform', min: 2, max: 6 },
    // (b^(k+1) - a^(k+1)) / ((k+1) (b - a))
    moments: [4, (216 - 8) / 12, (1296 - 16) / 16],
    because: 'long ones are met more often',
  },
  { law: { dist: 'exponential', mean: 3 }, moments: [3, 18, 162], because: 'it has no memory' },
  {
    // mean 1, cv 1: exp(k mu + k^2 sigma^2 / 2) with sigma^2 = ln 2, mu = -ln(2) / 2: 2^(k (k - 1) / 2)
    law: { dist: 'lognormal', mean: 1, cv: 1 },
    moments: [1, 2, 8],
    because: 'its tail is long',
  },
  {
    law: { dist: 'empirical', values: [10, 0, 20] },
    // uniform on 0..10 and on 10..20, each half the time: uniform on 0..20
    moments: [10, 400 / 3, 2000],
    because: 'it is interpolated',
  },
  {
    law: {
      dist: 'mixture',
      parts: [
        { weight: 3, dist: 'constant', value: 2 },
        { weight: 1, dist: 'exponential', mean: 10 },
      ],
    },
    moments: [4, 0.75 * 4 + 0.25 * 200, 0.75 * 8 + 0.25 * 6000],
    because: 'moments of a mixture are those of its parts, weighted',
  },
  { law: { dist: 'empirical', values: [7] }, moments: [7, 49, 343], because: 'one value is a constant' },
];

test.each(laws)(
  'what is left of a $law.dist time has the mean of renewal theory: $because',
  ({ law, moments }) => {
    const [m1, m2, m3] = moments;
    const mean = m2 / (2 * m1);
    const variance = m3 / (3 * m1) - mean * mean;
    const draw = residualSampler(law, new Chance('1').stream('residual'));
    const n = 100_000;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += draw();
    expect(Math.abs(sum / n - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
  },
);

test('what is left of a constant time is anywhere within it', () => {
  const draw = residualSampler({ dist: 'constant', value: 10 }, new Chance('1').stream('residual'));
  const n = 10_000;
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < n; i++) tenths[Math.floor(draw())]! += 1;
  // Binomial with p = 1/10.
  for (const hits of tenths) expect(Math.abs(hits - n / 10)).toBeLessThan(4.5 * Math.sqrt(n * 0.09));
});
