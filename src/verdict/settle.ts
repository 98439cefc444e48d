import { percent } from '../words/number.ts';
import type { Judgement } from './judgement.ts';
import type { Finding } from './rank.ts';
import { evidenceLevels } from './rule-of-evidence.ts';
import type { Sighting } from './sighting.ts';

/**
 * What data would settle more: first what would tell the tied mechanisms apart, then what is missing to speak of others.
 * What is suspicious is repeated. Nothing where it is luck.
 */
export function settleOf(
  sighting: Sighting,
  { kind, conf, looks }: Pick<Judgement, 'kind' | 'conf' | 'looks'>,
  found: readonly Finding[],
): string[] {
  if (kind === 'suspicious') {
    const next = evidenceLevels({ conf, looks: looks + 1 });
    return [
      `new requests, judged by themselves as look ${looks + 1}: a fault if draws stray as far in at most ${percent(next.fault)} of cases`,
    ];
  }
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
