import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf, policiesIn } from './destinations.ts';
import { mapOf } from './written.ts';

const schema = z.strictObject({ kind: z.literal('no-hash'), service: z.string() });
type NoHash = z.infer<typeof schema>;

/** No hash keeps a client with one pod. */
export const noHash: ChangeKind<NoHash> = {
  schema,
  text: ({ service }) => `Leave consistentHash out of the DestinationRule for ${service}, if it has one.`,
  apply({ service }, written) {
    const found = destinationRulesOf(written, service)
      .flatMap(policiesIn)
      .filter((own) => mapOf(own['loadBalancer'])['consistentHash'] !== undefined);
    for (const own of found) delete mapOf(own['loadBalancer'])['consistentHash'];
    return found.length === 0 ? `no DestinationRule of ${service} has a consistentHash` : undefined;
  },
};
