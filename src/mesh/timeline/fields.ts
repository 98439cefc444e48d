import { z } from 'zod';
import { count } from '../../manifest/field.ts';

/** What several verbs are about. */
export const workload = z.string().min(1).describe('Name of a Deployment, Rollout or ReplicaSet.');

/** Some pods of a workload. */
export const somePods = z.strictObject({
  workload,
  pods: count.default(1).describe('How many of its pods; 1.'),
});
