import { describe, expect, test } from 'vitest';
import {
  judge,
  standing,
  trialKey,
  type SearchSettings,
  type Trial,
} from '../../../src/experiment/shift-plan/search.ts';
import type { TrialFacts } from '../../../src/record/plan-run.ts';
import { parseObjective, type Objective } from '../../../src/scenario/objective.ts';

/** Plans that cost what they are numbered, and runs that are given. */
const facts = (p99: number, podHours = 1, shiftSeconds = 600): TrialFacts => ({
  windows: [
    { atSeconds: 30, pages: 100, failed: 0, late: 0, p50: 10, p95: 20, p99: 50 },
    { atSeconds: 60, pages: 100, failed: 0, late: 0, p50: 10, p95: 20, p99 },
  ],
  steps: [],
  podHours,
  peakPods: 10,
  overSeconds: 0,
  shiftSeconds,
  laws: [],
});
const objectives = [parseObjective('p99 < 400ms') as Objective];
const settings: SearchSettings = {
  candidates: 3,
  objectives,
  rungs: [5, 3],
  replications: 5,
  confidence: 0.95,
};

/** Plays what the search asks for, in whatever order, until it asks for nothing. */
function search(
  own: SearchSettings,
  play: (trial: Trial) => TrialFacts,
  order: (trials: readonly Trial[]) => readonly Trial[] = (trials) => trials,
) {
  const results = new Map<string, TrialFacts>();
  for (;;) {
    const now = standing(own, results);
    if (now.next.length === 0) return { ...now, results };
    const trial = order(now.next)[0]!;
    results.set(trialKey(trial), play(trial));
  }
}

describe('a plan', () => {
  test('holds when the upper end of Student’s interval is within the limit', () => {
    // Five values 300 +- 20: half a width is 2.776 s / sqrt 5 = 19.6 for s = 15.8.
    const runs = [280, 290, 300, 310, 320].map((own) => facts(own));
    const { verdict, judged } = judge(settings, runs);
    expect(verdict).toBe('holds');
    expect(judged[0]!.mean).toBe(300);
    expect(judged[0]!.half!).toBeCloseTo((2.7764 * 15.8114) / Math.sqrt(5), 2);
    expect(judged[0]!.margin).toBeCloseTo((400 - 300 - 19.63) / 400, 3);
    expect(judged[0]!.worstAtSeconds).toBe(60);
  });

  test('is unsure while the interval reaches over the limit, or runs are missing', () => {
    expect(
      judge(
        settings,
        [300, 380, 390, 410, 420].map((own) => facts(own)),
      ).verdict,
    ).toBe('unsure');
    expect(
      judge(
        settings,
        [280, 290, 300].map((own) => facts(own)),
      ).verdict,
    ).toBe('unsure');
  });

  test('fails when the lower end is above, or each of three runs is', () => {
    expect(
      judge(
        settings,
        [500, 510, 520].map((own) => facts(own)),
      ).verdict,
    ).toBe('fails');
    expect(
      judge(
        settings,
        [401, 900, 4000].map((own) => facts(own)),
      ).verdict,
    ).toBe('fails');
    expect(
      judge(
        settings,
        [500, 900].map((own) => facts(own)),
      ).verdict,
    ).toBe('unsure');
  });
});

describe('the search', () => {
  const cost = [3, 1, 2];
  const play = ({ candidate, off }: Trial): TrialFacts =>
    facts(candidate === 1 || (off !== null && off.rung >= 3) ? 900 : 200, cost[candidate]);

  test('plays every plan once, then takes the cheapest that holds', () => {
    const found = search(settings, play);
    expect(found.order).toEqual([1, 2, 0]);
    expect(found.best).toBe(2);
    // Three runs showed that the cheapest fails.
    const runsOf = (candidate: number): number =>
      [...found.results.keys()].filter((key) => key.startsWith(`${candidate}//`)).length;
    expect([runsOf(1), runsOf(2)]).toEqual([3, 5]);
  });

  test('of equal cost the shorter shift is first, then the earlier plan', () => {
    const seconds = [600, 300, 300];
    const own = search(settings, ({ candidate }) => facts(200, 1, seconds[candidate]));
    expect(own.order).toEqual([1, 2, 0]);
  });

  test('finds the smallest change of each input that breaks it, by bisection', () => {
    const { brackets } = search(settings, play);
    expect(brackets).toEqual([
      { holds: 2, breaks: 3 },
      // Three rungs, 0 to 2: none of them breaks it.
      { holds: 2, breaks: 3 },
    ]);
  });

  test('says that none holds where none does', () => {
    const found = search(settings, () => facts(900));
    expect(found.best).toBeNull();
    expect(found.brackets).toEqual([]);
  });

  test('a plan that stays unsure is passed over, not called good', () => {
    const wild = ({ candidate, replication }: Trial): TrialFacts =>
      facts(candidate === 1 ? (replication % 2 === 0 ? 100 : 790) : 200, cost[candidate]);
    expect(search(settings, wild).best).toBe(2);
  });

  test('comes to the same answer in whatever order its runs are played', () => {
    const one = search(settings, play);
    const backwards = search(settings, play, (trials) => [...trials].reverse());
    expect(backwards.best).toBe(one.best);
    expect(backwards.brackets).toEqual(one.brackets);
    expect([...backwards.results.keys()].sort()).toEqual([...one.results.keys()].sort());
  });
});
