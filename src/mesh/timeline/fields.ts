import * as z from 'zod';
import { count } from '../../manifest/field.ts';

/** What several verbs are about. */
export const workload = z
  .string()
  .min(1)
  .describe('Name of a Deployment, StatefulSet, DaemonSet, Rollout, ReplicaSet or Pod.');

export const node = z
  .string()
  .min(1)
  .describe('Name of a node, of `kubernetes.nodes` or of a Node manifest.');

/** Some pods of a workload. @param silence what `silently: true` means to them. */
export const somePods = (silence: string) =>
  z.strictObject({
    workload,
    pods: count.default(1).describe('How many of its pods; 1.'),
    silently: z.boolean().default(false).describe(silence),
  });

/** "2 of reviews-v1, silently" */
export const somePodsText = ({ workload, pods, silently }: z.output<ReturnType<typeof somePods>>): string =>
  `${pods} of ${workload}${silently ? ', silently' : ''}`;
