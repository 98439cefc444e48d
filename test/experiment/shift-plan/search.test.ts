import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/experiment/shift-plan/judge.ts';
import { standing, type SearchSettings } from '../../../src/experiment/shift-plan/search.ts';
import { trialKey, type Trial } from '../../../src/experiment/shift-plan/trial.ts';
import type { TrialFacts } from '../../../src/record/plan-run.ts';
import { parseObjective, type Objective } from '../../../src/scenario/objective.ts';

/** Plans that cost what they are numbered, and runs that are given. */
const facts = (
  p99: number,
  podHours = 1,
  shiftSeconds = 600,
  stoppedAtSeconds: number | null = null,
): TrialFacts => ({
  windows: [
    { atSeconds: 30, pages: 100, failed: 0, late: 0, p50: 10, p95: 20, p99: 50 },
    { atSeconds: 60, pages: 100, failed: 0, late: 0, p50: 10, p95: 20, p99 },
  ],
  steps: [],
  podHours,
  peakPods: 10,
  overSeconds: 0,
  shiftSeconds,
  stoppedAtSeconds,
  laws: [],
});
const objectives = [parseObjective('p99 < 400ms') as Objective];
const settings: SearchSettings = {
  candidates: 3,
  leaner: [[], [], []],
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
  known: ReadonlyMap<string, TrialFacts> = new Map(),
) {
  const results = new Map(known);
  for (;;) {
    const now = standing(own, results);
    if (now.next.length === 0) return { ...now, results };
    const trial = order(now.next)[0]!;
    results.set(trialKey(trial), play(trial));
  }
}

describe('a plan', () => {
  test('holds when the upper end of Student’s interval is within the limit, with half of the error for each of two looks', () => {
    // Tables of Student's t with 4 degrees of freedom have 3.4954 for 97.5 %, two-sided; s is 15.81.
    const runs = [280, 290, 300, 310, 320].map((own) => facts(own));
    const { verdict, judged } = judge(settings, runs);
    expect(verdict).toBe('holds');
    expect(judged[0]!.mean).toBe(300);
    expect(judged[0]!.half!).toBeCloseTo((3.4954 * 15.8114) / Math.sqrt(5), 2);
    expect(judged[0]!.margin).toBeCloseTo((400 - 300 - 24.72) / 400, 3);
    expect(judged[0]!.worstAtSeconds).toBe(60);
  });

  test('is looked at once where it has three runs and no more', () => {
    // 4.3027 for 95 % and 2 degrees of freedom; s is 10.
    const runs = [290, 300, 310].map((own) => facts(own));
    const { judged } = judge({ ...settings, replications: 3 }, runs);
    expect(judged[0]!.half!).toBeCloseTo((4.3027 * 10) / Math.sqrt(3), 2);
  });

  test('is unsure while the interval reaches over the limit, or there are fewer than three runs', () => {
    expect(
      judge(
        settings,
        [300, 380, 390, 410, 420].map((own) => facts(own)),
      ).verdict,
    ).toBe('unsure');
    expect(
      judge(
        settings,
        [280, 290].map((own) => facts(own)),
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
  const runsOf = (results: ReadonlyMap<string, TrialFacts>, count = 3): number[] =>
    Array.from(
      { length: count },
      (_, candidate) => [...results.keys()].filter((key) => key.startsWith(`${candidate}//`)).length,
    );

  test('plays every plan once, then takes the cheapest that holds', () => {
    const found = search(settings, play);
    expect(found.order).toEqual([1, 2, 0]);
    expect(found.best).toBe(2);
    // Three runs show that the cheapest fails, and three that the next one holds.
    expect(runsOf(found.results)).toEqual([1, 3, 3]);
  });

  test('of equal cost the shorter shift is first, then the earlier plan', () => {
    const seconds = [600, 300, 300];
    const own = search(settings, ({ candidate }) => facts(200, 1, seconds[candidate]));
    expect(own.order).toEqual([1, 2, 0]);
  });

  test('a plan of which three runs do not show enough has all of them', () => {
    const wide = ({ replication, candidate }: Trial): TrialFacts =>
      facts(candidate === 2 ? 200 + 50 * (replication % 3) : 900, 1);
    // 250 +- 6.2 x 50 / sqrt 3 reaches over 400: two more are played, which make it 240 +- 86.
    const found = search(settings, wide);
    expect(found.best).toBe(2);
    expect(runsOf(found.results)).toEqual([3, 3, 5]);
  });

  test('a run that may stop where it broke an objective is played to its end only where some runs did not', () => {
    const played: Trial[] = [];
    const sometimes = (trial: Trial): TrialFacts => {
      played.push(trial);
      const { candidate, replication, whole } = trial;
      const isBroken = candidate === 1 || (candidate === 0 && replication === 0);
      if (!isBroken) return facts(candidate === 0 ? 100 : 200, cost[candidate]);
      return facts(candidate === 1 ? 900 : 410, cost[candidate], 600, whole ? null : 60);
    };
    const found = search(settings, sometimes);
    expect(found.best).toBe(2);
    const wholes = played.filter((own) => own.whole && own.off === null);
    // What candidate 0 costs is known then; it is dearer than candidate 2, and not looked at again.
    expect(wholes).toEqual([{ candidate: 0, off: null, replication: 0, whole: true }]);
    expect(found.order).toEqual([2, 0, 1]);
  });

  test('a plan that adds pods to another one is played only once that one is out', () => {
    const own: SearchSettings = { ...settings, leaner: [[], [], [1]] };
    const held = search(own, ({ candidate }) => facts(200, cost[candidate]));
    expect(held.best).toBe(1);
    expect(runsOf(held.results)).toEqual([1, 3, 0]);
    const failed = search(own, play);
    expect(failed.best).toBe(2);
    expect(runsOf(failed.results)).toEqual([1, 3, 3]);
  });

  test('knows which plan is the best so far before any is shown to hold', () => {
    const results = new Map<string, TrialFacts>();
    const ahead = (): number | null => standing(settings, results).ahead;
    const add = (candidate: number, replication: number): void => {
      const trial = { candidate, off: null, replication, whole: false };
      results.set(trialKey(trial), play(trial));
    };
    expect(ahead()).toBeNull();
    add(0, 0);
    expect(ahead()).toBe(0);
    add(2, 0);
    expect(ahead()).toBe(2);
    // Cheaper, but it broke an objective.
    add(1, 0);
    expect(ahead()).toBe(2);
  });

  test('a run that another question stopped is played again, unless it broke an objective of this one', () => {
    const stopped = facts(450, 1, 600, 60);
    const results = new Map([[trialKey({ candidate: 0, off: null, replication: 0 }), stopped]]);
    const asksFor0 = (objective: string): boolean => {
      const own = { ...settings, objectives: [parseObjective(objective) as Objective] };
      return standing(own, results).next.some((trial) => trial.candidate === 0 && trial.replication === 0);
    };
    expect(asksFor0('p99 < 400ms')).toBe(false);
    expect(asksFor0('p99 < 500ms')).toBe(true);
  });

  test('finds the smallest change of each input that breaks it, by bisection', () => {
    const { brackets } = search(settings, play);
    expect(brackets).toEqual([
      { holds: 2, breaks: 3 },
      // Three rungs, 0 to 2: none of them breaks it.
      { holds: 2, breaks: 3 },
    ]);
  });

  test.each([
    { p99: [200, 900], breaks: false, runs: 1, because: 'half of the limit is far from it' },
    { p99: [801, 100], breaks: true, runs: 1, because: 'so is more than twice as much' },
    { p99: [450, 300], breaks: false, runs: 2, because: 'near it the mean of two decides: 375' },
    { p99: [350, 470], breaks: true, runs: 2, because: '410' },
  ])('an input put off with $p99 ms breaks the plan: $breaks, as $because', ({ p99, breaks, runs }) => {
    const one: SearchSettings = { ...settings, candidates: 1, leaner: [[]], rungs: [1] };
    const found = search(one, ({ off, replication }) => facts(off === null ? 200 : p99[replication]!));
    expect(found.brackets).toEqual([breaks ? { holds: -1, breaks: 0 } : { holds: 0, breaks: 1 }]);
    expect([...found.results.keys()].filter((key) => key.startsWith('0/0:'))).toHaveLength(runs);
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

  test('comes to the same answer from any part of its runs', () => {
    const { best, brackets, results } = search(settings, play);
    const keys = [...results.keys()];
    for (let kept = 0; kept <= keys.length; kept += 3) {
      const known = new Map(keys.slice(-kept).map((key) => [key, results.get(key)!]));
      const again = search(settings, play, undefined, kept === 0 ? new Map() : known);
      expect(again.best).toBe(best);
      expect(again.brackets).toEqual(brackets);
      expect([...again.results.keys()].sort()).toEqual([...keys].sort());
    }
  });
});
