import type { World } from '../../mesh/world.ts';
import type { SplitCounts } from '../../record/record.ts';
import { between, type Totals } from '../counters.ts';
import { seconds } from './seconds.ts';

/** What a service's requests were and were to be between two moments. */
export function countsBetween(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
): SplitCounts {
  const requests = between(from, to, 'requests', service);
  return {
    fromSeconds: seconds(from.atUs),
    toSeconds: seconds(to.atUs),
    requests,
    observed: keys.map((key) => between(from, to, 'observed', key)),
    errors: keys.map((key) => between(from, to, 'errors', key)),
    configured: meanShares(world, service, keys, from, to, 'configured'),
    effective: meanShares(world, service, keys, from, to, 'held'),
  };
}

/** Mean share per key over the requests between two moments, by the variants they were routed (or to be routed) by. */
function meanShares(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
  what: 'held' | 'configured',
): number[] | null {
  const name = world.services[service]!;
  const sums = new Map<number, number>();
  let requests = 0;
  world.tables.variants.forEach((variant, row) => {
    if (variant.service !== name) return;
    const count = between(from, to, what, row);
    requests += count;
    if (count > 0)
      for (const [key, share] of variant.shares) sums.set(key, (sums.get(key) ?? 0) + count * share);
  });
  return requests === 0 ? null : keys.map((key) => (sums.get(key) ?? 0) / requests);
}
