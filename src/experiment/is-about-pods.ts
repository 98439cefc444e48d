import type { Resource } from '../manifest/resource.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Whether pods can come, go or be short of something in a run; else how they fared is not worth a page. */
export function isAboutPods({ manifests, timeline, app, kubernetes, rollback }: Scenario): boolean {
  const later = timeline.flatMap((step) => ('resources' in step ? step.resources : []));
  const before = new Map(manifests.map((own) => [keyOf(own), own]));
  return (
    rollback !== undefined ||
    [...manifests, ...later].some((own) => own.kind === 'HorizontalPodAutoscaler') ||
    timeline.some((step) => !('resources' in step) && !aboutProxies.has(step.verb)) ||
    timeline.some(
      (step) =>
        'resources' in step &&
        step.resources.some(
          (own) =>
            scalable.has(own.kind) &&
            (step.verb === 'delete' ||
              JSON.stringify(before.get(keyOf(own))?.source) !== JSON.stringify(own.source)),
        ),
    ) ||
    kubernetes.cpuMilli < Infinity ||
    kubernetes.nodes.some(({ room }) => room.cpuMilli < Infinity) ||
    app.workloads.some((own) => own.concurrency < Infinity || own.script.some((step) => step.kind === 'cpu'))
  );
}

/** What befalls proxies alone. */
const aboutProxies = new Set<string>(['stale', 'controlPlane']);

const scalable = new Set<Resource['kind']>([
  'Deployment',
  'ReplicaSet',
  'Rollout',
  'StatefulSet',
  'DaemonSet',
  'BarePod',
]);

const keyOf = ({ kind, metadata }: Resource): string => `${kind}/${metadata.namespace}/${metadata.name}`;
