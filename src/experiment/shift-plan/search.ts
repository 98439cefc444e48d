import type { TrialFacts } from '../../record/plan-run.ts';
import { brackets as bracketsOf, halvings, type Bracket } from './bracket.ts';
import { firstLook, isBroken, judge, type Rule } from './judge.ts';
import { missing, runsOf, trialKey, type Results, type Trial } from './trial.ts';

export interface SearchSettings extends Rule {
  readonly candidates: number;
  /** Per candidate: those that are the same but for fewer pods. While one of them may hold, it is not played. */
  readonly leaner: readonly (readonly number[])[];
  /** Rungs of each input. */
  readonly rungs: readonly number[];
}

/** Where the search stands. */
export interface Standing {
  /**
   * Candidates by the cost of their first run, cheapest first; of equal ones the shorter shift, then the earlier one. Those that
   * have no cost, as they were stopped or not played, come last.
   */
  readonly order: readonly number[];
  /** Those that are known not to hold, or not known to hold after all their runs. */
  readonly out: ReadonlySet<number>;
  /** undefined: not found yet; null: none was shown to hold. */
  readonly best: number | null | undefined;
  /** Of those that have kept to everything until now the cheapest, or the best; null: none has been played to its end. */
  readonly ahead: number | null;
  /** Per input: rungs known to hold and to break; -1 and rungs: none. */
  readonly brackets: readonly Bracket[];
  /** What to play next, all at once; empty: the search is over. */
  readonly next: readonly Trial[];
  /** About how many runs come after those. */
  readonly later: number;
}

/**
 * The search, as a function of what has been played: whoever plays the trials of `next` and asks again gets to the same answer,
 * in whatever order and however often it was interrupted.
 *
 * It is a race. Every candidate is played once, up to where it breaks an objective; one that does so in three runs is out. A
 * candidate that only adds pods to another waits until that one is out: it can hardly be cheaper. Who is left has a cost (runs
 * share their chance, so costs differ by the plans and hardly by luck), and from the cheapest on each is replicated until it is
 * shown to hold, or to fail. The first that holds is the answer. Then each input is put off by bisection over its rungs, until the
 * smallest change that breaks the plan is known.
 */
export function standing(settings: SearchSettings, results: Results): Standing {
  const order = byCost(settings.candidates, results);
  const { best, out, next } = race(settings, order, results);
  const after =
    typeof best === 'number' ? bracketsOf(settings, best, results) : { brackets: [], next, later: 0 };
  const steps = settings.rungs.reduce((sum, count) => sum + halvings(count), 0);
  const ahead = order.find((own) => !out.has(own) && isUnbroken(settings, runsOf(own, results)));
  return {
    order,
    out,
    best,
    ahead: best ?? ahead ?? null,
    ...after,
    later: best === undefined ? firstLook - 1 + steps : after.later,
  };
}

const isUnbroken = ({ objectives }: Rule, runs: readonly TrialFacts[]): boolean =>
  runs.length > 0 && !runs.some((own) => own.stoppedAtSeconds !== null || isBroken(objectives, own));

/** Those with a cost by that, and then the others. */
function byCost(count: number, results: Results): number[] {
  const first = (candidate: number): TrialFacts | undefined =>
    results.get(trialKey({ candidate, off: null, replication: 0 }));
  const hasCost = (candidate: number): boolean => first(candidate)?.stoppedAtSeconds === null;
  const all = Array.from({ length: count }, (_, candidate) => candidate);
  return [
    ...all
      .filter(hasCost)
      .sort(
        (a, b) =>
          first(a)!.podHours - first(b)!.podHours || first(a)!.shiftSeconds - first(b)!.shiftSeconds || a - b,
      ),
    ...all.filter((own) => !hasCost(own)),
  ];
}

interface RaceStanding {
  readonly best: number | null | undefined;
  readonly out: ReadonlySet<number>;
  readonly next: readonly Trial[];
}

function race(settings: SearchSettings, order: readonly number[], results: Results): RaceStanding {
  const out = new Set<number>();
  for (;;) {
    const next = heats(settings, results, out);
    if (next.length > 0) return { best: undefined, out, next };
    const runs = order.filter((own) => !out.has(own) && mayRun(settings, own, out));
    const [cheapest] = runs;
    if (cheapest === undefined) return { best: null, out, next: [] };
    const look = looks(settings, cheapest, results);
    if (look === 'holds') return { best: cheapest, out, next: [] };
    if (look !== 'out') return { best: undefined, out, next: look };
    out.add(cheapest);
  }
}

/** Whether all that ask for fewer pods are out. */
const mayRun = ({ leaner }: SearchSettings, candidate: number, out: ReadonlySet<number>): boolean =>
  leaner[candidate]!.every((own) => out.has(own));

/** First runs that are missing: of every candidate that may run, and two more of one that broke an objective. Who fails goes `out`. */
function heats(settings: SearchSettings, results: Results, out: Set<number>): Trial[] {
  for (;;) {
    const before = out.size;
    const wanted: Trial[] = [];
    for (let candidate = 0; candidate < settings.candidates; candidate++) {
      if (out.has(candidate) || !mayRun(settings, candidate, out)) continue;
      const first = trialsOf(candidate, 1, false);
      wanted.push(...missing(settings, first, results));
      if (wanted.at(-1)?.candidate === candidate || !breaks(settings, first[0]!, results)) continue;
      const three = trialsOf(candidate, firstLook, false);
      wanted.push(...missing(settings, three, results));
      if (wanted.at(-1)?.candidate === candidate) continue;
      if (three.every((own) => breaks(settings, own, results))) out.add(candidate);
      // Broken now and then: what it costs must be known after all.
      else wanted.push(...missing(settings, trialsOf(candidate, 1, true), results));
    }
    if (out.size === before) return wanted;
  }
}

/** What is to be played to judge a candidate, or what is known. */
function looks(
  settings: SearchSettings,
  candidate: number,
  results: Results,
): readonly Trial[] | 'holds' | 'out' {
  const { replications } = settings;
  // Judged after three runs and when all are in, never between: a search that was stopped there must not know more.
  const three = trialsOf(candidate, firstLook, false);
  const heat = missing(settings, three, results);
  if (heat.length > 0) return heat;
  const broken = three.filter((own) => breaks(settings, own, results)).length;
  if (broken === firstLook) return 'out';
  if (broken === 0) {
    const { verdict } = judge(settings, runsOf(candidate, results).slice(0, firstLook));
    if (verdict !== 'unsure') return verdict === 'holds' ? 'holds' : 'out';
  }
  const next = missing(settings, trialsOf(candidate, replications, true), results);
  if (next.length > 0) return next;
  const { verdict } = judge(settings, runsOf(candidate, results).slice(0, replications));
  return verdict === 'holds' ? 'holds' : 'out';
}

const trialsOf = (candidate: number, count: number, whole: boolean): Trial[] =>
  Array.from({ length: count }, (_, replication) => ({ candidate, off: null, replication, whole }));

const breaks = ({ objectives }: Rule, trial: Trial, results: Results): boolean =>
  isBroken(objectives, results.get(trialKey(trial))!);
