import { exp, ln } from '../../kernel/math.ts';
import { best, logDraws, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';
import { sharesText } from './words.ts';

/** Fitted: `stale`, how many `callers` hold the other rule, their `names` where known, its `shares`, and their `counts` by key. */
export const staleCallers: Mechanism = {
  because: 'callers differ: the rule has not reached some of them, or does not apply to them',
  common: 1,
  needs: 'callers',
  spansRules: false,
  settledBy:
    "the rule that each caller's proxy holds (istioctl proxy-status, then proxy-config routes of both kinds)",
  logLikelihood: (evidence) => {
    const callers = byCaller(evidence);
    if (callers.filter((own) => own.n > 1).length < 2) return -Infinity;
    return logMean(
      otherRules(evidence).map((rule) => logMean(staleShares.map((stale) => logMixed(callers, rule, stale)))),
    );
  },
  describe: (evidence) => {
    const callers = byCaller(evidence);
    const rule = best(otherRules(evidence), (own) =>
      logMean(staleShares.map((stale) => logMixed(callers, own, stale))),
    );
    const stale = callers.filter((own) => logDraws(own.counts, rule) > own.logConfigured);
    const names = stale.flatMap(({ who }) => evidence.callerNames?.[who] ?? []).sort();
    const counts = evidence.keys.map((_, key) => stale.reduce((sum, own) => sum + own.counts[key]!, 0));
    const rest = evidence.keys.map((_, key) => evidence.counts[key]! - counts[key]!);
    const tally = (own: readonly number[]): string =>
      evidence.keys.map((key, i) => `${own[i]} of ${key}`).join(', ');
    return {
      sentence: `${stale.length} of ${callers.length} callers${namesText(names)} seem to draw at ${sharesText(evidence.keys, rule)} (${tally(counts)}), the others as configured (${tally(rest)})`,
      fitted: { callers: callers.length, stale: stale.length, names, shares: rule, counts },
    };
  },
};

/** Names that are told; the rest as a number. */
const mostNames = 8;

const namesText = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : ` (${names.slice(0, mostNames).join(', ')}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ''})`;

/** Shares of callers that may hold another rule, all alike likely. */
const staleShares = [0.1, 0.3, 0.5, 0.7];

interface Caller {
  /** Below 0: nobody known. */
  readonly who: number;
  readonly n: number;
  readonly counts: readonly number[];
  /** ln of the probability of its choices under the rule that is said to be in force. */
  readonly logConfigured: number;
}

/** Each caller with its choices; a request of nobody known is one of its own. */
function byCaller({ keys, sequence, callers, chance }: Evidence): Caller[] {
  const found = new Map<number, { who: number; n: number; counts: number[]; logConfigured: number }>();
  let nobody = -1;
  sequence.forEach((key, i) => {
    const who = callers![i]! < 0 ? (nobody -= 1) : callers![i]!;
    const own = found.get(who) ?? { who, n: 0, counts: keys.map(() => 0), logConfigured: 0 };
    found.set(who, own);
    own.n += 1;
    own.counts[key]! += 1;
    own.logConfigured += ln(chance[i]!);
  });
  return [...found.values()];
}

/** The rule from before: all to one version, as a shift begins or ends, or any in steps of 5 %, half of the belief each. */
function otherRules({ keys }: Evidence): readonly (readonly number[])[] {
  const pure = keys.map((_, own) => keys.map((__, key) => (key === own ? 1 : 0)));
  if (keys.length !== 2) return pure;
  const steps = Array.from({ length: 19 }, (_, i) => [(i + 1) / 20, 1 - (i + 1) / 20]);
  return [...Array.from({ length: 9 }, () => pure).flat(), ...steps];
}

/** Each caller holds the other rule with probability `stale`, and all that do hold the same. */
function logMixed(callers: readonly Caller[], rule: readonly number[], stale: number): number {
  return callers.reduce((sum, { counts, logConfigured }) => {
    const [a, b] = [ln(1 - stale) + logConfigured, ln(stale) + logDraws(counts, rule)];
    const top = Math.max(a, b);
    return sum + (top === -Infinity ? -Infinity : top + ln(exp(a - top) + exp(b - top)));
  }, 0);
}
