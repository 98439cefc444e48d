import type { VerdictKind } from './judgement.ts';
import type { Finding } from './rank.ts';
import type { Sighting } from './sighting.ts';

/**
 * What data would settle more: first what would tell the tied mechanisms apart, then what is missing to speak of others.
 * Nothing where no fault was found.
 */
export function settleOf(sighting: Sighting, kind: VerdictKind, found: readonly Finding[]): string[] {
  if (kind !== 'fault') return [];
  const settle = found.filter((own) => own.tied).map((own) => `${own.name}: ${own.settledBy}`);
  const seen = sighting.counts.filter((count) => count > 0).length;
  if (sighting.sequence === undefined && seen > 1)
    settle.push('the order of the requests: it tells turns, blocks and a change of rules from other weights');
  const known = new Set(sighting.clients?.filter((client) => client >= 0));
  if (known.size < 2)
    settle.push('client addresses: without them stickiness cannot be told from luck or other weights');
  return settle;
}
