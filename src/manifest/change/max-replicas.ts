import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { nameOf, resourcesOf, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('max-replicas'),
  autoscaler: z.string(),
  replicas: z.int().positive(),
});
type MaxReplicas = z.infer<typeof schema>;

/** An autoscaler may have more pods. */
export const maxReplicas: ChangeKind<MaxReplicas> = {
  schema,
  text: ({ autoscaler, replicas }) => `Raise maxReplicas of autoscaler ${autoscaler} to ${replicas}.`,
  apply({ autoscaler, replicas }, written) {
    const found = resourcesOf(written, 'HorizontalPodAutoscaler').filter((own) => nameOf(own) === autoscaler);
    for (const own of found) specOf(own)['maxReplicas'] = replicas;
    return found.length === 0 ? `no manifest has autoscaler ${autoscaler}` : undefined;
  },
};
