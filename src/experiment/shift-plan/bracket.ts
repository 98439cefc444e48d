import type { TrialFacts } from '../../record/plan-run.ts';
import type { Objective } from '../../scenario/objective.ts';
import { brokenBy, isBroken } from './judge.ts';
import { clearFactor, missing, runsOf, type Results, type Trial } from './trial.ts';

/** Rungs of an input that are known to hold and to break: the largest and the smallest. -1, and their number: none. */
export interface Bracket {
  readonly holds: number;
  readonly breaks: number;
}

/**
 * How far each input may be off: by bisection over its rungs. One run decides if it is clear, at twice a limit or half of all of
 * them; else the mean of two does.
 */
export function brackets(
  { objectives, rungs }: { readonly objectives: readonly Objective[]; readonly rungs: readonly number[] },
  candidate: number,
  results: Results,
): { readonly brackets: readonly Bracket[]; readonly next: readonly Trial[]; readonly later: number } {
  const next: Trial[] = [];
  let later = 0;
  const found = rungs.map((count, input) => {
    let [holds, breaks] = [-1, count];
    while (breaks - holds > 1) {
      const rung = Math.floor((holds + breaks) / 2);
      const wanted = wantedAt(objectives, { candidate, input, rung }, results);
      if (typeof wanted !== 'boolean') {
        next.push(...wanted);
        later += halvings(breaks - holds - 1) - 1;
        break;
      }
      if (wanted) breaks = rung;
      else holds = rung;
    }
    return { holds, breaks };
  });
  return { brackets: found, next, later };
}

/** How often some rungs can be halved until one is left to be asked. */
export const halvings = (rungs: number): number => 32 - Math.clz32(rungs);

/** Whether a rung breaks the plan, or what is to be played to know. */
function wantedAt(
  objectives: readonly Objective[],
  { candidate, input, rung }: { readonly candidate: number; readonly input: number; readonly rung: number },
  results: Results,
): boolean | readonly Trial[] {
  const off = { input, rung };
  const trials = (count: number, whole: boolean): Trial[] =>
    Array.from({ length: count }, (_, replication) => ({ candidate, off, replication, whole }));
  const first = missing({ objectives }, trials(1, false), results);
  if (first.length > 0) return first;
  const [run] = runsOf(candidate, results, off) as [TrialFacts];
  if (isBroken(objectives, run, clearFactor)) return true;
  if (isFar(objectives, run)) return false;
  const both = missing({ objectives }, trials(2, true), results);
  if (both.length > 0) return both;
  return brokenBy(objectives, runsOf(candidate, results, off).slice(0, 2)).length > 0;
}

/** Whether a run is far within every limit that chance can reach: how long a plan takes is no chance. */
const isFar = (objectives: readonly Objective[], facts: TrialFacts): boolean =>
  !isBroken(
    objectives.filter((own) => own.measure !== 'duration'),
    facts,
    1 / clearFactor,
  );
