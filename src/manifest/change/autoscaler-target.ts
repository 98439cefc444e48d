import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { listOf, mapOf, nameOf, resourcesOf, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('autoscaler-target'),
  autoscaler: z.string(),
  percent: z.int().positive().describe('Of the CPU requests.'),
});
type AutoscalerTarget = z.infer<typeof schema>;

/** At which share of the CPU requests an autoscaler asks for more pods. */
export const autoscalerTarget: ChangeKind<AutoscalerTarget> = {
  schema,
  text: ({ autoscaler, percent }) =>
    `Lower the target of autoscaler ${autoscaler} to ${percent} % of the CPU requests.`,
  apply({ autoscaler, percent }, written) {
    const found = resourcesOf(written, 'HorizontalPodAutoscaler').filter((own) => nameOf(own) === autoscaler);
    for (const own of found) {
      const spec = specOf(own);
      const targets = listOf(spec['metrics']).flatMap(({ resource }) =>
        mapOf(resource)['name'] === 'cpu' ? [mapOf(mapOf(resource)['target'])] : [],
      );
      for (const target of targets) target['averageUtilization'] = percent;
      if (targets.length === 0) spec['targetCPUUtilizationPercentage'] = percent;
    }
    return found.length === 0 ? `no manifest has autoscaler ${autoscaler}` : undefined;
  },
};
