import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { listOf, mapIn, mapOf, nameOf, resourcesOf, specOf, type Data } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('container-metric'),
  autoscaler: z.string(),
  workload: z.string().describe('That it scales.'),
});
type ContainerMetric = z.infer<typeof schema>;

/** An autoscaler reads the CPU of the application alone. */
export const containerMetric: ChangeKind<ContainerMetric> = {
  schema,
  text: ({ autoscaler, workload }) =>
    `Let autoscaler ${autoscaler} read the CPU of the application’s own container in ${workload} (type ContainerResource).`,
  apply({ autoscaler, workload }, written) {
    const [owner] = resourcesOf(written, 'Deployment', 'Rollout').filter((own) => nameOf(own) === workload);
    const found = resourcesOf(written, 'HorizontalPodAutoscaler').filter((own) => nameOf(own) === autoscaler);
    if (owner === undefined || found.length === 0)
      return `no manifest has autoscaler ${autoscaler} and ${workload}`;
    const pod = mapOf(mapOf(specOf(owner)['template'])['spec']);
    const container = listOf(pod['containers'])[0]?.['name'];
    for (const own of found) {
      const spec = specOf(own);
      own.resource['apiVersion'] = 'autoscaling/v2';
      const percent = spec['targetCPUUtilizationPercentage'];
      delete spec['targetCPUUtilizationPercentage'];
      if (percent !== undefined || spec['metrics'] === undefined) spec['metrics'] = [cpuAt(percent ?? 80)];
      for (const metric of listOf(spec['metrics'])) narrow(metric, container);
    }
    return undefined;
  },
};

const cpuAt = (percent: unknown): Data => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
});

function narrow(metric: Data, container: unknown): void {
  const one = mapOf(metric['containerResource']);
  if (metric['type'] === 'ContainerResource' && one['name'] === 'cpu') one['container'] = container;
  const resource = mapOf(metric['resource']);
  if (metric['type'] !== 'Resource' || resource['name'] !== 'cpu') return;
  delete metric['resource'];
  metric['type'] = 'ContainerResource';
  metric['containerResource'] = {
    name: 'cpu',
    container,
    target: structuredClone(mapIn(resource, 'target')),
  };
}
