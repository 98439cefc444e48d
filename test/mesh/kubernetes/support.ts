import { hpaRule, type HpaInput, type HpaOutput } from '../../../src/mesh/kubernetes/hpa/hpa-rule.ts';
import type { ObservedPod, PodResourceSample } from '../../../src/mesh/kubernetes/hpa/observed.ts';
import type { MetricSpec } from '../../../src/mesh/kubernetes/hpa/spec.ts';

export const second = 1_000_000;
export const minute = 60 * second;
/** Pods of these tests started at 0 and are past every warm-up. */
export const now = 60 * minute;

/** A pod with one container that has long been ready. */
export function pod(name: string, own: Partial<ObservedPod> = {}): ObservedPod {
  return {
    name,
    phase: 'Running',
    startUs: 0,
    ready: { status: 'True', lastTransitionUs: 0 },
    containers: [{ name: 'app', requestMilli: { cpu: 1000 } }],
    ...own,
  };
}

/** `count` pods alike, named by index. */
export const pods = (count: number, own: Partial<ObservedPod> = {}): ObservedPod[] =>
  Array.from({ length: count }, (_, index) => pod(`pod-${index}`, own));

export const requesting = (cpu: number): Partial<ObservedPod> => ({
  containers: [{ name: 'app', requestMilli: { cpu } }],
});

export function sample(name: string, cpu: number, own: Partial<PodResourceSample> = {}): PodResourceSample {
  return {
    pod: name,
    timestampUs: now,
    windowUs: 15 * second,
    containers: [{ name: 'app', usageMilli: { cpu } }],
    ...own,
  };
}

/** One sample for each pod that uses `cpu` millicores. */
export const using = (names: readonly ObservedPod[], cpu: number): PodResourceSample[] =>
  names.map(({ name }) => sample(name, cpu));

export const cpuTarget = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  name: 'cpu',
  target: { type: 'Utilization', averageUtilization },
});

/** A sync of an HPA that can go anywhere, whose log holds nothing that counts: an entry from the start of time. */
export function sync(own: Partial<HpaInput> & Pick<HpaInput, 'currentReplicas'>): HpaOutput {
  return hpaRule({
    spec: { minReplicas: 1, maxReplicas: 1000 },
    pods: [],
    samples: {},
    logs: { recommendations: [{ replicas: 1, atUs: 0 }], scaleUps: [], scaleDowns: [] },
    nowUs: now,
    ...own,
  });
}

/** The sync of `count` pods that request 1000m and use `cpu` each. */
export function syncAt(count: number, cpu: number, target: number, own: Partial<HpaInput> = {}): HpaOutput {
  const running = pods(count);
  return sync({
    currentReplicas: count,
    pods: running,
    samples: { resource: using(running, cpu) },
    ...own,
    spec: { minReplicas: 1, maxReplicas: 1000, metrics: [cpuTarget(target)], ...own.spec },
  });
}

export const conditionOf = (output: HpaOutput, type: string): string | undefined => {
  const found = output.conditions.find((condition) => condition.type === type);
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
};
