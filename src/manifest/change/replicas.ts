import * as z from 'zod';
import { plural } from '../../words/number.ts';
import type { ChangeKind } from './change.ts';
import { mapOf, nameOf, resourcesOf, specOf, stepsOf, type Written } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('replicas'),
  workload: z.string(),
  replicas: z.int().positive(),
  autoscaler: z.string().nullable().describe('Of the workload: then it is its least number.'),
});
type Replicas = z.infer<typeof schema>;

/** More pods from the start: replicas, or the minimum of an autoscaler. */
export const replicas: ChangeKind<Replicas> = {
  schema,
  text: ({ workload, replicas, autoscaler }) =>
    autoscaler === null
      ? `Give ${workload} ${plural(replicas, 'replica')} before the load comes.`
      : `Set minReplicas of autoscaler ${autoscaler} to ${replicas} before the load comes.`,
  apply(own, written) {
    const found =
      own.autoscaler === null ? [] : resourcesOf(written, 'HorizontalPodAutoscaler').filter(isOf(own));
    for (const each of found) {
      const spec = specOf(each);
      spec['minReplicas'] = own.replicas;
      if (Number(spec['maxReplicas']) < own.replicas) spec['maxReplicas'] = own.replicas;
    }
    const workloads = resourcesOf(written, 'Deployment', 'Rollout', 'ReplicaSet', 'StatefulSet').filter(
      (each) => nameOf(each) === own.workload,
    );
    if (workloads.length === 0 || (own.autoscaler !== null && found.length === 0))
      return `no manifest has ${own.autoscaler === null ? own.workload : `autoscaler ${own.autoscaler}`}`;
    for (const each of workloads) {
      const spec = specOf(each);
      if (Number(spec['replicas'] ?? 1) < own.replicas) spec['replicas'] = own.replicas;
    }
    raiseSteps(own, written);
    return undefined;
  },
};

const isOf =
  ({ autoscaler }: Replicas) =>
  (each: Parameters<typeof nameOf>[0]): boolean =>
    nameOf(each) === autoscaler;

/** Who scales to fewer later does not; to none is meant so. */
function raiseSteps({ workload, replicas }: Replicas, written: Written): void {
  for (const { entry, verb } of stepsOf(written)) {
    const scale = mapOf(entry['scale']);
    if (verb !== 'scale' || scale['workload'] !== workload) continue;
    const asked = Number(scale['replicas']);
    if (asked > 0 && asked < replicas) scale['replicas'] = replicas;
  }
}
