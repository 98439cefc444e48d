import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf } from './destinations.ts';
import { listOf, mapIn, mapOf, specOf } from './written.ts';

const schema = z.strictObject({ kind: z.literal('no-locality'), service: z.string() });
type NoLocality = z.infer<typeof schema>;

/** Pods are alike, wherever they are. */
export const noLocality: ChangeKind<NoLocality> = {
  schema,
  text: ({ service }) =>
    `Turn localityLbSetting off (enabled: false) in the DestinationRule for ${service}: every pod then counts the same, near or far.`,
  apply({ service }, written) {
    const rules = destinationRulesOf(written, service);
    for (const rule of rules) {
      const spec = specOf(rule);
      const common = mapIn(spec, 'trafficPolicy');
      // A block of a subset or of a port stands in place of the common one, whole.
      const others = [common, ...listOf(spec['subsets']).map((own) => mapOf(own['trafficPolicy']))].flatMap(
        (own) => [own, ...listOf(own['portLevelSettings'])],
      );
      mapIn(common, 'loadBalancer');
      for (const own of others)
        if (own['loadBalancer'] !== undefined)
          mapOf(own['loadBalancer'])['localityLbSetting'] = { enabled: false };
    }
    return rules.length === 0 ? `no DestinationRule is for ${service}` : undefined;
  },
};
