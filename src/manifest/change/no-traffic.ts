import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationsIn, isVersion, type PlacedDestination } from './destinations.ts';
import { mapOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('no-traffic'),
  service: z.string(),
  version: z.string().describe('A subset of it, or a Service beside it.'),
  to: z.string().nullable().describe('Version that takes over where a route has no other.'),
});
type NoTraffic = z.infer<typeof schema>;

/** Nothing is sent to a version. */
export const noTraffic: ChangeKind<NoTraffic> = {
  schema,
  text: ({ service, version, to }) =>
    `Set the weight of ${version} to 0 in every rule for ${service}${to === null ? '' : `, and send its part to ${to}`}.`,
  apply(own, written) {
    const found = destinationsIn(written).filter((each) => isVersion(each, own));
    if (found.length === 0) return `no rule sends requests to ${own.version} of ${own.service}`;
    for (const each of found) {
      const problem = withdraw(each, own);
      if (problem !== undefined) return problem;
    }
    return undefined;
  },
};

/** Its weight goes to the version that takes over, or to the others by their weights. */
function withdraw(
  { entry, list, subset }: PlacedDestination,
  { version, to }: NoTraffic,
): string | undefined {
  if (list.length === 1) {
    if (to === null) return `a rule has no other destination than ${version}`;
    const destination = entry['destination'] === undefined ? entry : mapOf(entry['destination']);
    if (subset !== undefined) destination['subset'] = to;
    else destination[entry['destination'] === undefined ? 'name' : 'host'] = to;
    return undefined;
  }
  const weight = Number(entry['weight'] ?? (entry['destination'] === undefined ? 1 : 0));
  const others = list.filter((own) => own !== entry);
  const takes =
    others.find((own) => nameOf(own) === to) ?? others.find((own) => Number(own['weight'] ?? 0) > 0);
  entry['weight'] = 0;
  const heir = takes ?? others[0]!;
  heir['weight'] = Number(heir['weight'] ?? 0) + weight;
  return undefined;
}

const nameOf = (entry: PlacedDestination['entry']): unknown => {
  const { subset, host } = mapOf(entry['destination'] ?? { host: entry['name'] });
  return subset ?? host;
};
