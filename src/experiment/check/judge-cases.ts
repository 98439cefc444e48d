import { holmStepDown } from '../../stats/index.ts';
import { judge } from '../../verdict/judge.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import type { Sighting, Weights } from '../../verdict/sighting.ts';
import type { Amounts } from './amounts.ts';
import type { Case } from './cases.ts';
import type { Question } from './question.ts';

export interface Judged {
  readonly case: Case;
  readonly judgement: Judgement;
  /** What the judge was asked to hold, stricter than the question's where several services are judged at once. */
  readonly conf: number;
}

/** A judgement for each case. Several at once would find a fault in luck more often than one: Holm's step-down levels them. */
export function judgeCases(cases: readonly Case[], { conf, looks, within, power, pods }: Question): Judged[] {
  const judged = new Map<Case, Judged>();
  const judgeAt = (own: Case, level: number): Judged => ({
    case: own,
    conf: level,
    judgement: judge(sightingOf(own), weightsOf(own), {
      conf: level,
      looks,
      ...(power === undefined ? {} : { power }),
      ...(within === undefined ? {} : { within }),
      ...(own.past === undefined ? {} : { past: own.past }),
      ...(pods === undefined
        ? {}
        : { podCounts: own.tally.keys.map((key) => pods.values[pods.keys.indexOf(key)] ?? 0) }),
    }),
  });
  const alpha = 1 - conf;
  holmStepDown(cases, alpha, (own, level) => {
    const found = judgeAt(own, level === alpha ? conf : 1 - level);
    judged.set(own, found);
    return found.judgement.kind === 'fault';
  });
  return cases.map((own) => judged.get(own)!);
}

/**
 * What was seen. Where weights changed, which of them a request was drawn by is known only for the requests whose order is
 * kept, so that only those are judged.
 */
function sightingOf({ tally, changes }: Case): Sighting {
  const sighting = tally.sighting();
  if (changes.length === 0 || sighting.truncated !== true) return sighting;
  const { truncated: _, ...kept } = sighting;
  const counts = tally.keys.map(() => 0);
  for (const row of sighting.sequence!) counts[row]! += 1;
  return { ...kept, counts };
}

/** The weights over the versions that were seen or named; a version without a weight has 0. */
export function weightsOf({ tally, weights, changes }: Case): Weights {
  const align = ({ keys, values }: Amounts): number[] =>
    tally.keys.map((key) => values[keys.indexOf(key)] ?? 0);
  return {
    keys: tally.keys,
    weights: align(weights),
    ...(changes.length === 0
      ? {}
      : {
          changes: changes.map(({ atIndex, atUs, weights: own }) => ({
            ...(atIndex === undefined ? {} : { atIndex }),
            ...(atUs === undefined ? {} : { atUs }),
            weights: align(own),
          })),
        }),
  };
}
