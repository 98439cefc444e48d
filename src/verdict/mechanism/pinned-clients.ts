import { ln } from '../../kernel/math.ts';
import { clientSpread } from '../client-spread.ts';
import { logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';

/** Fitted: the fields of `ClientSpread`. */
export const pinnedClients: Mechanism = {
  because: 'each client sees one version: sticky sessions, or a hash of the client',
  common: 1,
  needs: 'clients',
  spansRules: true,
  settledBy: 'more clients: with few of them the split strays far, however many requests each sends',
  logLikelihood: (evidence) =>
    repeats(evidence)
      ? logMean([0.7, 0.9, 0.98, 0.999].map((again) => logPinned(evidence, again)))
      : -Infinity,
  describe: ({ sequence, clients, keys }) => {
    const spread = clientSpread(sequence, clients!, keys.length)!;
    return {
      sentence: `${spread.faithful} of ${spread.repeated} clients with two requests or more saw one version only; ${spread.requests} requests tell as much about the split as ${Math.max(1, Math.round(spread.effectiveRequests))} independent ones`,
      fitted: { ...spread },
    };
  },
};

/** The first choice of a client is drawn; each later one is that again with probability `again`, else drawn. */
function logPinned({ sequence, chance, clients }: Evidence, again: number): number {
  const first = new Map<number, number>();
  let sum = 0;
  for (let i = 0; i < sequence.length; i++) {
    const client = clients![i]!;
    const pinned = client < 0 ? undefined : first.get(client);
    if (pinned === undefined) {
      sum += ln(chance[i]!);
      if (client >= 0) first.set(client, sequence[i]!);
    } else sum += ln((1 - again) * chance[i]! + (sequence[i] === pinned ? again : 0));
  }
  return sum;
}

/** Whether some client came twice, so that it can be seen to keep to a version. */
function repeats({ clients }: Evidence): boolean {
  const seen = new Set<number>();
  for (const client of clients ?? []) {
    if (client >= 0 && seen.has(client)) return true;
    seen.add(client);
  }
  return false;
}
