import { ln } from '../kernel/math.ts';
import type { Evidence, Fitted } from './mechanism/mechanism.ts';
import { mechanismNames, mechanisms, type MechanismName } from './mechanism/index.ts';
import { logSum } from './mechanism/likelihood.ts';

/** How well one mechanism explains what was seen. */
export interface Ranked {
  readonly name: MechanismName;
  /** Its share of the belief before anything was seen, by how common it is among those that the data can speak of. */
  readonly prior: number;
  /** ln of the likelihood ratio against independent draws at the weights; Infinity where these cannot bring what was seen. */
  readonly logRatio: number;
  /** ln of the odds, how common both are included, by which it trails the first; 0 for that. */
  readonly behind: number;
}

/** A mechanism as a judgement tells of it. */
export interface Finding {
  readonly name: MechanismName;
  /** Why it would look like this. */
  readonly because: string;
  /** ln of the likelihood ratio against independent draws at the weights; null where these cannot bring what was seen. */
  readonly logRatio: number | null;
  /** ln of the odds, how common both are included, by which it trails the first; 0 for that. */
  readonly behind: number;
  /** Whether the data cannot tell it from the likeliest, or, of that, from another. */
  readonly tied: boolean;
  readonly tiedWith: readonly MechanismName[];
  /** What data would tell it from those that it is tied with; also told where it is not. */
  readonly settledBy: string;
  /** What was fitted, in words and as data. */
  readonly sentence: string;
  readonly fitted: Fitted;
}

/** Every mechanism that the data can speak of, the likeliest first. */
export function rank(evidence: Evidence): Ranked[] {
  const { keys, counts, sequence, clients, callers, rules, logIndependent } = evidence;
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n === 0 || keys.length < 2) return [];
  const able = mechanismNames.filter((name) => {
    const { needs, spansRules } = mechanisms[name];
    if (rules.length > 1 && !spansRules) return false;
    if (needs === 'tally') return true;
    if (sequence.length === 0) return false;
    return needs === 'sequence' || (needs === 'clients' ? clients : callers) !== undefined;
  });
  // Also of those that turn out to be impossible: what is believed beforehand may not depend on what comes.
  const total = able.reduce((sum, name) => sum + mechanisms[name].common, 0);
  const weighed = able
    .map((name) => {
      const prior = mechanisms[name].common / total;
      const logLikelihood = mechanisms[name].logLikelihood(evidence);
      return { name, prior, logLikelihood, logBelief: ln(prior) + logLikelihood };
    })
    .filter((own) => own.logBelief > -Infinity)
    .sort((a, b) => b.logBelief - a.logBelief);
  return weighed.map(({ name, prior, logLikelihood, logBelief }) => ({
    name,
    prior,
    logRatio: logLikelihood - logIndependent,
    behind: weighed[0]!.logBelief - logBelief,
  }));
}

/**
 * ln of the mean likelihood ratio over the mechanisms, each counting by its prior. A ratio has mean 1 at most under
 * independent draws at the weights, and so has this: it reaches 1 / alpha with probability alpha at most (Markov).
 */
export const logEvidence = (ranked: readonly Ranked[]): number =>
  logSum(ranked.map((own) => ln(own.prior) + own.logRatio));

/** Mechanisms that are told of at the most, beyond those that are tied for first. */
const mostFindings = 3;

/** Those that explain what was seen better than luck does. */
const betterThanLuck = (ranked: readonly Ranked[]): Ranked[] => ranked.filter((own) => own.logRatio > 0);

/**
 * The likeliest mechanism and those that the data cannot tell from it: within odds of 1 / (1 - conf), which is what is asked
 * of the data against luck, too.
 */
export const leaders = (ranked: readonly Ranked[], conf: number): MechanismName[] =>
  betterThanLuck(ranked)
    .filter((own) => own.behind < -ln(1 - conf))
    .map((own) => own.name);

/** The mechanisms that explain what was seen better than luck does: all that are tied for first, and the next few. */
export function findings(ranked: readonly Ranked[], evidence: Evidence, conf: number): Finding[] {
  const tied = leaders(ranked, conf);
  return betterThanLuck(ranked)
    .slice(0, Math.max(mostFindings, tied.length))
    .map(({ name, logRatio, behind }) => {
      const isTied = tied.length > 1 && tied.includes(name);
      const { because, settledBy } = mechanisms[name];
      return {
        name,
        because,
        logRatio: logRatio === Infinity ? null : logRatio,
        behind,
        tied: isTied,
        tiedWith: isTied ? tied.filter((own) => own !== name) : [],
        settledBy,
        ...mechanisms[name].describe(evidence, conf),
      };
    });
}
