import { describe, expect, test } from 'vitest';
import { inProcessPool, type Pool } from '../../../src/experiment/pool.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { comparisonOf } from '../../../src/experiment/sweep/compare.ts';
import { factsOf, type RunFacts } from '../../../src/experiment/sweep/measure.ts';
import { playSweep, runKey, sweepOf, type SweepQuestion } from '../../../src/experiment/sweep/play-sweep.ts';
import { summaryOf } from '../../../src/experiment/sweep/summary.ts';
import { sweep as sweepSchema } from '../../../src/record/sweep.ts';
import { shipped } from '../../support/scenario.ts';

const silent = { begin: () => {}, take: () => {} };
const values = ['off', 'large'] as const;
const scenarios = await Promise.all(
  values.map((preset) => shipped('fifteen-refreshes', `controlPlane.preset=${preset}`)),
);
const question = (replications: number, more: Partial<SweepQuestion> = {}): SweepQuestion => ({
  scenario: { name: 'fifteen-refreshes', title: '', hash: '', seed: scenarios[0]!.seed, durationSeconds: 60 },
  command: '',
  varied: [{ path: 'controlPlane.preset', values: [...values] }],
  together: false,
  settings: values.map((own) => ({ values: [own], set: [`controlPlane.preset=${own}`] })),
  replications,
  ...more,
});

test('the most pods of a run are counted over all workloads at one time', async () => {
  // Its Deployments ask for 20, 2 and 4; with hardly any load they only shrink, after five minutes.
  const { record } = runOnce(await shipped('planners-ramp', 'traffic[0].rps=1'));
  expect(factsOf(record).run.values['pods']).toBe(26);
});

describe('a sweep', () => {
  test('has for each setting and replication the run that would be played by itself', async () => {
    const sweep = await playSweep(question(3), new Map(), inProcessPool(scenarios), silent);
    expect(sweep.points.map(({ runs }) => runs.map(({ replication }) => replication))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const { seed } = scenarios[1]!;
    const alone = factsOf(runOnce({ ...scenarios[1]!, seed: `${seed}/2` }).record).run;
    expect(sweep.points[1]!.runs[2]).toEqual({ replication: 2, ...alone });
    expect(sweepSchema.safeParse(sweep).error?.issues ?? []).toEqual([]);
  });

  test('is the same whoever plays it, in whatever order, from parts that were stopped', async () => {
    const whole = await playSweep(question(4), new Map(), inProcessPool(scenarios), silent);
    const done = new Map<string, RunFacts>();
    let left = 3;
    const stopped = await playSweep(
      question(4),
      done,
      inProcessPool(scenarios, () => left-- <= 0),
      silent,
    );
    expect(stopped.missing).toBe(5);
    const backwards: Pool = {
      run: async (jobs, onAnswer) => {
        const pool = inProcessPool(scenarios);
        for (const index of [...jobs.keys()].reverse())
          await pool.run([jobs[index]!], (answer) => onAnswer(answer, index));
        return [];
      },
    };
    expect(await playSweep(question(4), done, backwards, silent)).toEqual(whole);
  });

  test('of shards put together is the sweep of all, whatever their number', async () => {
    const whole = await playSweep(question(5), new Map(), inProcessPool(scenarios), silent);
    for (const n of [2, 3, 7]) {
      const union = new Map<string, RunFacts>();
      for (let i = n - 1; i >= 0; i--) {
        const own = new Map<string, RunFacts>();
        await playSweep(question(5, { shard: { i, n } }), own, inProcessPool(scenarios), silent);
        for (const [key, facts] of own) {
          expect(union.has(key)).toBe(false);
          union.set(key, facts);
        }
      }
      expect(sweepOf(question(5), 5, union, true)).toEqual(whole);
    }
  });

  test('goes on until a measure is known as well as asked for', async () => {
    const precision = { measure: 'mean', relative: 0.03 };
    const sweep = await playSweep(question(3, { precision }), new Map(), inProcessPool(scenarios), silent);
    expect(sweep.replications).toBeGreaterThan(3);
    expect(sweep.precision?.reached).toBe(true);
    const place = sweep.measures.findIndex(({ name }) => name === 'mean');
    for (const { summaries } of sweep.points) {
      const { low, high, mean } = summaries[place]!;
      expect((high! - low!) / 2 / mean).toBeLessThanOrEqual(0.03);
    }
  });
});

describe('a summary', () => {
  const of = (unit: 'ms' | 'yes', data: readonly number[]) =>
    summaryOf(
      { name: 'x', unit, text: '' },
      data.map((x) => ({ values: { x } })),
    )!;

  test('has the interval of Student: 4 ± 3.182 x 2.582 / 2 for 1, 3, 5, 7', () => {
    const { mean, low, high, least, most } = of('ms', [1, 3, 5, 7]);
    // t(0.975, 3) = 3.1824, sd = sqrt(20 / 3).
    expect({ mean, least, most }).toEqual({ mean: 4, least: 1, most: 7 });
    expect(low).toBeCloseTo(4 - (3.18245 * Math.sqrt(20 / 3)) / 2, 4);
    expect(high).toBeCloseTo(4 + (3.18245 * Math.sqrt(20 / 3)) / 2, 4);
  });

  test('of what runs do or do not has that of Wilson: ten of ten is 72.2 % at least', () => {
    // n / (n + z^2) with z = 1.959964.
    expect(of('yes', Array(10).fill(1)).low).toBeCloseTo(10 / (10 + 1.959964 ** 2), 6);
  });

  test('of one run tells no interval', () => {
    expect(of('ms', [5])).toMatchObject({ mean: 5, low: null, high: null });
  });
});

describe('a comparison', () => {
  const side = { name: '', title: '', hash: '', settings: [] };
  const made = (a: readonly number[], b: readonly number[]) => {
    const runs = new Map<string, RunFacts>();
    [a, b].forEach((own, at) =>
      own.forEach((x, replication) =>
        runs.set(runKey(at, replication), {
          run: { values: { x }, answer: 'holds', worst: null, ended: null },
          measures: [{ name: 'x', unit: 'ms', text: '' }],
        }),
      ),
    );
    return comparisonOf(sweepOf(question(a.length), a.length, runs, true), side, side, '');
  };

  test('looks at pairs: what varies much from seed to seed, and little within a pair, is seen', () => {
    // Differences 1.1, 0.9, 1.0: 1 ± 4.303 x 0.1 / sqrt 3, while the six values lie 0 to 101.
    const { measures, changed } = made([0, 50, 100], [1.1, 50.9, 101]);
    expect(changed).toBe(true);
    expect(measures[0]!.difference.low).toBeCloseTo(1 - (4.30265 * 0.1) / Math.sqrt(3), 3);
  });

  test('finds nothing where nothing differs, and the same in every pair where it does', () => {
    expect(made([1, 2, 3], [1, 2, 3]).changed).toBe(false);
    expect(made([1, 2, 3], [2, 3, 4])).toMatchObject({ changed: true });
    expect(made([1], [9]).changed).toBe(false);
  });
});
