import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { Chance } from '../../src/kernel/chance.ts';
import { meanOf, sampler, slowOf, type Distribution } from '../../src/kernel/distribution.ts';
import { normalQuantile } from '../../src/kernel/normal-quantile.ts';

test('a stream depends on its seed and its name alone', () => {
  const draws = (seed: string, ...names: string[]): number[] => {
    const chance = new Chance(seed);
    const streams = names.map((name) => chance.stream(name));
    return Array.from({ length: 3 }, () => streams[streams.length - 1]!.uniform());
  };
  expect(draws('42', 'a')).toEqual(draws('42', 'other', 'a'));
  expect(draws('42', 'a')).not.toEqual(draws('42', 'b'));
  expect(draws('42', 'a')).not.toEqual(draws('7', 'a'));
});

test('a name is given out once', () => {
  const chance = new Chance('42');
  chance.stream('a');
  expect(() => chance.stream('a')).toThrow('"a" is in use already');
});

test('a stream is the Alea of seedrandom: 53 bits, 32 bits, and 32 bits modulo a count', () => {
  const stream = new Chance('42').stream('a/b');
  const alea = seedrandom.alea('42/a/b');
  for (let i = 0; i < 10_000; i++) {
    expect(stream.uniform()).toBe(alea.double());
    expect(stream.uint32()).toBe(alea.int32() >>> 0);
    expect(stream.below(1000)).toBe((alea.int32() >>> 0) % 1000);
  }
});

test('a list that a stream fills is the Alea of seedrandom, too, and the stream goes on behind it', () => {
  const stream = new Chance('42').stream('a/b');
  const alea = seedrandom.alea('42/a/b');
  const drawn = new Float64Array(5);
  for (let i = 0; i < 1000; i++) {
    stream.fill(drawn);
    expect([...drawn]).toEqual(Array.from({ length: 5 }, () => alea.double()));
    expect(stream.uniform()).toBe(alea.double());
  }
});

test('streams of a copy go on where those of the original stand, and stay apart', () => {
  const [one, other] = [new Chance('42'), new Chance('42')];
  const [a, b] = [one.stream('a'), one.stream('b')];
  const copy = other.stream('a');
  a.uniform();
  expect(() => other.copyFrom(one)).toThrow('nobody in the copy of a run uses stream of chance "b"');
  const copyOfB = other.stream('b');
  other.copyFrom(one);
  const next = Array.from({ length: 5 }, () => [a.uniform(), b.uniform()]);
  expect(Array.from({ length: 5 }, () => [copy.uniform(), copyOfB.uniform()])).toEqual(next);
  other.stream('c');
  expect(() => other.copyFrom(one)).toThrow('stream of chance "c" is not of the run that is copied');
});

test('two named streams are not correlated', () => {
  const chance = new Chance('42');
  const [a, b] = [chance.stream('a'), chance.stream('b')];
  const n = 100_000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
  // Correlation = mean / (1/12); its standard error is 1/sqrt(n). Five of them.
  expect(Math.abs((sum / n) * 12)).toBeLessThan(5 / Math.sqrt(n));
});

describe('distributions', () => {
  const laws: { law: Distribution; mean: number; variance: number; because: string }[] = [
    { law: { dist: 'constant', value: 5000 }, mean: 5000, variance: 0, because: 'it is constant' },
    {
      law: { dist: 'uniform', min: 1000, max: 4000 },
      mean: 2500,
      variance: 3000 ** 2 / 12,
      because: '(b-a)^2/12',
    },
    {
      law: { dist: 'exponential', mean: 2000 },
      mean: 2000,
      variance: 2000 ** 2,
      because: 'mean = deviation',
    },
    {
      law: { dist: 'lognormal', mean: 4000, cv: 0.5 },
      mean: 4000,
      variance: 2000 ** 2,
      because: 'cv is deviation over mean',
    },
    {
      law: {
        dist: 'mixture',
        parts: [
          { weight: 80, dist: 'exponential', mean: 1000 },
          { weight: 20, dist: 'exponential', mean: 5000 },
        ],
      },
      mean: 1800,
      variance: 0.8 * 2 * 1000 ** 2 + 0.2 * 2 * 5000 ** 2 - 1800 ** 2,
      because: 'moments of a hyperexponential law are those of its parts, weighted',
    },
  ];
  test.each(laws)('$law.dist has its mean and variance: $because', ({ law, mean, variance }) => {
    const draw = sampler(law, new Chance('1').stream('draws'));
    const n = 200_000;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += draw();
    expect(meanOf(law)).toBeCloseTo(mean, 6);
    expect(Math.abs(sum / n - mean)).toBeLessThanOrEqual(5 * Math.sqrt(variance / n));
  });

  test('a lognormal law given by quantiles has them', () => {
    const draw = sampler({ dist: 'lognormal', p50: 10_000, p99: 100_000 }, new Chance('1').stream('draws'));
    const n = 100_000;
    let [below50, below99] = [0, 0];
    for (let i = 0; i < n; i++) {
      const value = draw();
      if (value < 10_000) below50 += 1;
      if (value < 100_000) below99 += 1;
    }
    expect(Math.abs(below50 / n - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / n));
    expect(Math.abs(below99 / n - 0.99)).toBeLessThan(5 * Math.sqrt(0.0099 / n));
  });

  test('a mixture draws from each part as often as its share of the weights, and never from one without weight', () => {
    const draw = sampler(
      {
        dist: 'mixture',
        parts: [
          { weight: 3, dist: 'uniform', min: 0, max: 10 },
          { weight: 1, dist: 'constant', value: 50 },
          { weight: 0, dist: 'constant', value: 99 },
        ],
      },
      new Chance('1').stream('draws'),
    );
    const n = 100_000;
    let [low, constant, never] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const value = draw();
      if (value < 5) low += 1;
      if (value === 50) constant += 1;
      if (value === 99) never += 1;
    }
    expect(never).toBe(0);
    expect(Math.abs(constant / n - 1 / 4)).toBeLessThan(5 * Math.sqrt(3 / 16 / n));
    expect(Math.abs(low / n - 3 / 8)).toBeLessThan(5 * Math.sqrt(15 / 64 / n));
  });

  test('a draw of a mixture takes one number, so that other weights leave the next draws in step', () => {
    const numbers = (weight: number): number => {
      let taken = 0;
      const parts = [
        { weight, dist: 'constant' as const, value: 1 },
        { weight: 1, dist: 'lognormal' as const, p50: 1, p99: 9 },
      ];
      const draw = sampler({ dist: 'mixture', parts }, { uniform: () => (taken += 1) / 101 });
      for (let i = 0; i < 100; i++) draw();
      return taken;
    };
    expect([numbers(0), numbers(0.5), numbers(30)]).toEqual([100, 100, 100]);
  });

  test.each([
    {
      parts: [
        { weight: 1, dist: 'constant' as const, value: 1 },
        { weight: 1, dist: 'exponential' as const, mean: 1000 },
      ],
      p99: 1000 * Math.log(50),
      because: '1 - exp(-x / 1000) / 2 = 0.99',
    },
    {
      parts: [
        { weight: 995, dist: 'constant' as const, value: 10 },
        { weight: 5, dist: 'constant' as const, value: 50 },
      ],
      p99: 10,
      because: 'one in 200 is no hundredth',
    },
    {
      parts: [{ weight: 2, dist: 'lognormal' as const, p50: 10, p99: 40 }],
      p99: 40,
      because: 'it is its only part',
    },
  ])('the 99th percentile of a mixture is where the weighted shares of its parts say: $because', (row) => {
    expect(slowOf({ dist: 'mixture', parts: row.parts })).toBeCloseTo(row.p99, 4);
  });

  test('an empirical law stays within its values and interpolates between them', () => {
    const draw = sampler({ dist: 'empirical', values: [30, 10, 20] }, new Chance('1').stream('draws'));
    const values = Array.from({ length: 1000 }, draw);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...values)).toBeLessThanOrEqual(30);
    expect(meanOf({ dist: 'empirical', values: [30, 10, 20] })).toBe(20);
    expect(sampler({ dist: 'empirical', values: [7] }, new Chance('1').stream('one'))()).toBe(7);
  });

  // Quantiles of the standard normal; the last by erfc(37.0470962993612 / sqrt 2) / 2 = 1e-300.
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.99, 2.326347874040841],
    [0.025, -1.959963984540054],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470962993612],
  ])('normal quantile at %s is %s', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 10);
  });
});
