import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationsIn, isVersion } from './destinations.ts';
import { mapOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('rename-subset'),
  service: z.string(),
  from: z.string(),
  to: z.string(),
});
type RenameSubset = z.infer<typeof schema>;

/** A rule names the subset that was meant. */
export const renameSubset: ChangeKind<RenameSubset> = {
  schema,
  text: ({ service, from, to }) => `Write subset ${to} in place of ${from} in the rules for ${service}.`,
  apply({ service, from, to }, written) {
    const found = destinationsIn(written).filter((own) => isVersion(own, { service, version: from }));
    for (const { entry } of found) mapOf(entry['destination'])['subset'] = to;
    return found.length === 0 ? `no rule names subset ${from} of ${service}` : undefined;
  },
};
