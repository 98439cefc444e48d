import { plural } from '../../words/number.ts';
import type { Mechanism } from './mechanism.ts';
import { bestStart, logTurn, wholeWeights } from './turn.ts';
import { turnText } from './words.ts';

/** Fitted: the `turn` as names, `misses` that do not follow it, of `choices`. */
export const smoothRoundRobin: Mechanism = {
  because: 'versions are spread as evenly as their weights allow, which luck is not',
  common: 1,
  needs: 'sequence',
  spansRules: false,
  settledBy:
    'which balancer sits in front: nginx and other weighted round robins do this, a weighted cluster of Envoy does not',
  logLikelihood: ({ sequence, rules, keys, logIndependent }) => {
    const turn = smoothTurn(rules[0]!);
    // A version of weight 0 has no turn.
    return turn === undefined || logIndependent === -Infinity
      ? -Infinity
      : logTurn(sequence, turn, keys.length);
  },
  describe: ({ sequence, rules, keys }) => {
    const turn = smoothTurn(rules[0]!)!;
    const { misses } = bestStart(sequence, turn);
    return {
      sentence: `the turn is ${turnText(keys, turn)}; ${plural(misses, 'choice')} of ${sequence.length} fall out of it`,
      fitted: { turn: turn.map((key) => keys[key]!), misses, choices: sequence.length },
    };
  },
};

/** One turn of smooth weighted round robin (nginx): the key furthest behind its share is next. */
function smoothTurn(shares: readonly number[]): number[] | undefined {
  const weights = wholeWeights(shares);
  if (weights === undefined) return undefined;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const current = weights.map(() => 0);
  return Array.from({ length: total / weights.reduce(gcd) }, () => {
    weights.forEach((weight, key) => (current[key]! += weight));
    const next = current.indexOf(Math.max(...current));
    current[next]! -= total;
    return next;
  });
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
