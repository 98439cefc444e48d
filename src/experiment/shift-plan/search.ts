import { meanCi } from '../../stats/index.ts';
import type { JudgedObjective } from '../../record/shift-plan.ts';
import { measureUnits, type Objective } from '../../scenario/objective.ts';
import { valueOf } from './value-of.ts';
import type { TrialFacts } from '../../record/plan-run.ts';

/** One run that is wanted: of a candidate, with one input put off or none, with the seed of this replication. */
export interface Trial {
  readonly candidate: number;
  /** Index of the input, and of its rung; null: as the scenario says. */
  readonly off: { readonly input: number; readonly rung: number } | null;
  readonly replication: number;
}

/** Trials that are done, by `trialKey`. */
export type Results = ReadonlyMap<string, TrialFacts>;

export const trialKey = ({ candidate, off, replication }: Trial): string =>
  `${candidate}/${off === null ? '' : `${off.input}:${off.rung}`}/${replication}`;

export interface SearchSettings {
  readonly candidates: number;
  readonly objectives: readonly Objective[];
  /** Rungs of each input. */
  readonly rungs: readonly number[];
  /** Replications that it takes to call a plan good, 3 or more. */
  readonly replications: number;
  readonly confidence: number;
}

/** Runs after which a plan that broke the same objective in each of them is given up. */
const rejectAfter = 3;
/** Runs of the best plan with an input put off, by the mean of which it holds or breaks. */
const sensitivityRuns = 2;

export interface Judgement {
  readonly verdict: 'holds' | 'fails' | 'unsure';
  readonly judged: readonly JudgedObjective[];
}

/** Where the search stands. */
export interface Standing {
  /** Candidates by the cost of their first run, cheapest first; of equal ones the shorter shift, then the earlier one. */
  readonly order: readonly number[];
  /** undefined: not found yet; null: none was shown to hold. */
  readonly best: number | null | undefined;
  /** Per input: rungs known to hold and to break; -1 and rungs: none. */
  readonly brackets: readonly { readonly holds: number; readonly breaks: number }[];
  /** What to play next, all at once; empty: the search is over. */
  readonly next: readonly Trial[];
}

/**
 * The search, as a function of what has been played: whoever plays the trials of `next` and asks again gets to the same answer,
 * in whatever order and however often it was interrupted.
 *
 * Every candidate is played once, which tells its cost (runs share their chance, so costs differ by the plans and hardly by
 * luck). From the cheapest on, each is replicated until it is shown to hold, or to fail: `judge`. The first that holds is the
 * answer. Then each input is put off by bisection over its rungs, until the smallest change that breaks the plan is known, and
 * the plan as written (candidate 0) is played often enough to say whether it fails.
 */
export function standing(settings: SearchSettings, results: Results): Standing {
  const all = Array.from({ length: settings.candidates }, (_, candidate) => candidate);
  const first = missing(
    all.map((candidate) => ({ candidate, off: null, replication: 0 })),
    results,
  );
  if (first.length > 0) return { order: [], best: undefined, brackets: [], next: first };
  const order = byCost(all, results);
  for (const candidate of order) {
    // Judged after three runs and when all are in, never between: a search that was stopped there must not know more.
    for (const count of [rejectAfter, settings.replications]) {
      const next = missing(
        Array.from({ length: count }, (_, replication) => ({ candidate, off: null, replication })),
        results,
      );
      if (next.length > 0) return { order, best: undefined, brackets: [], next };
      const { verdict } = judge(settings, runsOf(candidate, results).slice(0, count));
      if (verdict === 'fails') break;
      if (verdict === 'holds') return { order, best: candidate, ...afterwards(settings, candidate, results) };
    }
  }
  return { order, best: null, brackets: [], next: [] };
}

const missing = (trials: readonly Trial[], results: Results): Trial[] =>
  trials.filter((trial) => !results.has(trialKey(trial)));

/** Of a candidate, in the order of replications, up to the first that is missing. */
export function runsOf(candidate: number, results: Results, off: Trial['off'] = null): TrialFacts[] {
  const found: TrialFacts[] = [];
  for (let replication = 0; ; replication++) {
    const facts = results.get(trialKey({ candidate, off, replication }));
    if (facts === undefined) return found;
    found.push(facts);
  }
}

function byCost(candidates: readonly number[], results: Results): number[] {
  const first = (candidate: number): TrialFacts =>
    results.get(trialKey({ candidate, off: null, replication: 0 }))!;
  return [...candidates].sort(
    (a, b) => first(a).podHours - first(b).podHours || first(a).shiftSeconds - first(b).shiftSeconds || a - b,
  );
}

/**
 * What some runs of a plan say about its objectives. An objective holds when the upper end of Student's interval for the mean
 * of the runs' worst values is within the limit; it fails when the lower end is above it, or when it was broken in each of at
 * least three runs. A plan holds when every objective does and all runs are in; it fails with the first that fails.
 */
export function judge(
  {
    objectives,
    replications,
    confidence,
  }: Pick<SearchSettings, 'objectives' | 'replications' | 'confidence'>,
  runs: readonly TrialFacts[],
): Judgement {
  const judged = objectives.map((objective) => judgeObjective(objective, runs, confidence));
  if (judged.some((own) => own.verdict === 'fails')) return { verdict: 'fails', judged };
  const isComplete = runs.length >= replications;
  return {
    verdict: isComplete && judged.every((own) => own.verdict === 'holds') ? 'holds' : 'unsure',
    judged,
  };
}

function judgeObjective(
  objective: Objective,
  runs: readonly TrialFacts[],
  confidence: number,
): JudgedObjective {
  const found = runs.map((own) => valueOf(objective, own));
  const values = found.map((own) => own.value);
  const { limit } = objective;
  const { mean, half } =
    values.length < 2 ? { mean: values[0] ?? 0, half: null } : meanCi({ data: values, conf: confidence });
  const upper = mean + (half ?? 0);
  const lower = mean - (half ?? Infinity);
  const isBroken = values.length >= rejectAfter && values.every((own) => own > limit);
  return {
    objective: objective.text,
    mean,
    half,
    limit,
    unit: measureUnits[objective.measure],
    margin: limit === 0 ? -upper : (limit - upper) / limit,
    verdict: isBroken || lower > limit ? 'fails' : half !== null && upper <= limit ? 'holds' : 'unsure',
    worstAtSeconds: found[0]?.atSeconds ?? null,
  };
}

/** Whether the mean of some runs is above a limit, and of which objective. */
export function brokenBy(objectives: readonly Objective[], runs: readonly TrialFacts[]): JudgedObjective[] {
  return objectives
    .map((objective) => judgeObjective(objective, runs, 0.95))
    .filter((own) => own.mean > own.limit);
}

function afterwards(
  { objectives, rungs }: SearchSettings,
  candidate: number,
  results: Results,
): Pick<Standing, 'brackets' | 'next'> {
  const asWritten = Array.from({ length: rejectAfter }, (_, replication) => ({
    candidate: 0,
    off: null,
    replication,
  }));
  const next: Trial[] = missing(asWritten, results);
  const brackets = rungs.map((count, input) => {
    let [holds, breaks] = [-1, count];
    while (breaks - holds > 1) {
      const rung = Math.floor((holds + breaks) / 2);
      const off = { input, rung };
      const wanted = missing(
        Array.from({ length: sensitivityRuns }, (_, replication) => ({ candidate, off, replication })),
        results,
      );
      if (wanted.length > 0) {
        next.push(...wanted);
        break;
      }
      const runs = runsOf(candidate, results, off).slice(0, sensitivityRuns);
      if (brokenBy(objectives, runs).length > 0) breaks = rung;
      else holds = rung;
    }
    return { holds, breaks };
  });
  return { brackets, next };
}
