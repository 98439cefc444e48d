import { exp, ln } from '../../kernel/math.ts';
import { best, logDraws, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';
import { sharesText } from './words.ts';

/** Fitted: `stale`, how many `clients` hold the other rule, its `shares`, and the `counts` of these clients by key. */
export const staleCallers: Mechanism = {
  because: 'callers differ: the rule has not reached some of them, or does not apply to them',
  common: 1,
  needs: 'clients',
  spansRules: false,
  settledBy:
    "the rule that each caller's proxy holds (istioctl proxy-status, then proxy-config routes of both kinds)",
  logLikelihood: (evidence) => {
    const clients = byClient(evidence);
    if (clients.filter((own) => own.n > 1).length < 2) return -Infinity;
    return logMean(
      otherRules(evidence).map((rule) => logMean(staleShares.map((stale) => logMixed(clients, rule, stale)))),
    );
  },
  describe: (evidence) => {
    const clients = byClient(evidence);
    const rule = best(otherRules(evidence), (own) =>
      logMean(staleShares.map((stale) => logMixed(clients, own, stale))),
    );
    const stale = clients.filter((own) => logDraws(own.counts, rule) > own.logConfigured);
    const counts = evidence.keys.map((_, key) => stale.reduce((sum, own) => sum + own.counts[key]!, 0));
    const rest = evidence.keys.map((_, key) => evidence.counts[key]! - counts[key]!);
    const tally = (own: readonly number[]): string =>
      evidence.keys.map((key, i) => `${own[i]} of ${key}`).join(', ');
    return {
      sentence: `${stale.length} of ${clients.length} clients seem to draw at ${sharesText(evidence.keys, rule)} (${tally(counts)}), the others as configured (${tally(rest)})`,
      fitted: { clients: clients.length, stale: stale.length, shares: rule, counts },
    };
  },
};

/** Shares of callers that may hold another rule, all alike likely. */
const staleShares = [0.1, 0.3, 0.5, 0.7];

interface Client {
  readonly n: number;
  readonly counts: readonly number[];
  /** ln of the probability of its choices under the rule that is said to be in force. */
  readonly logConfigured: number;
}

/** Each client with its choices; a request of nobody known is one of its own. */
function byClient({ keys, sequence, clients, chance }: Evidence): Client[] {
  const found = new Map<number, { n: number; counts: number[]; logConfigured: number }>();
  let nobody = -1;
  sequence.forEach((key, i) => {
    const client = clients![i]! < 0 ? (nobody -= 1) : clients![i]!;
    const own = found.get(client) ?? { n: 0, counts: keys.map(() => 0), logConfigured: 0 };
    found.set(client, own);
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

/** Each client holds the other rule with probability `stale`, and all that do hold the same. */
function logMixed(clients: readonly Client[], rule: readonly number[], stale: number): number {
  return clients.reduce((sum, { counts, logConfigured }) => {
    const [a, b] = [ln(1 - stale) + logConfigured, ln(stale) + logDraws(counts, rule)];
    const top = Math.max(a, b);
    return sum + (top === -Infinity ? -Infinity : top + ln(exp(a - top) + exp(b - top)));
  }, 0);
}
