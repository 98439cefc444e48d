import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { hostsOf, listOf, mapIn, mapOf, namespaceOf, resourcesOf, specOf, type Data } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('no-warmup'),
  service: z.string(),
  version: z.string().nullable().describe('A subset; null: all of the Service.'),
});
type NoWarmup = z.infer<typeof schema>;

/** New pods get their part of the requests at once. */
export const noWarmup: ChangeKind<NoWarmup> = {
  schema,
  text: ({ service, version }) =>
    `Leave warmup out of the DestinationRule for ${version === null ? service : `${service} ${version}`}, if it has one.`,
  apply({ service, version }, written) {
    const isHost = hostsOf(written);
    let done = false;
    for (const own of resourcesOf(written, 'DestinationRule')) {
      const spec = specOf(own);
      if (!isHost(spec['host'], namespaceOf(own), service)) continue;
      const subset = listOf(spec['subsets']).find((each) => each['name'] === version);
      const common = balancerIn(spec);
      if (subset === undefined) {
        done = withoutWarmup(common) || done;
        continue;
      }
      // A subset's loadBalancer stands in place of the common one, whole.
      const inherited = mapOf(subset['trafficPolicy'])['loadBalancer'] === undefined;
      if (inherited && !hasWarmup(common)) continue;
      const policy = mapIn(subset, 'trafficPolicy');
      if (inherited) policy['loadBalancer'] = structuredClone(common);
      done = withoutWarmup(mapOf(policy['loadBalancer'])) || done;
    }
    return done ? undefined : `no DestinationRule warms up the pods of ${service}`;
  },
};

const fields = ['warmup', 'warmupDurationSecs'];

const balancerIn = (data: Data): Data => mapOf(mapOf(data['trafficPolicy'])['loadBalancer']);
const hasWarmup = (balancer: Data): boolean => fields.some((own) => balancer[own] !== undefined);

function withoutWarmup(balancer: Data): boolean {
  const had = hasWarmup(balancer);
  for (const own of fields) delete balancer[own];
  return had;
}
