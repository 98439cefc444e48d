import type { ObservedPod, PodMetric } from './observed.ts';
import type { HpaControllerSettings } from './spec.ts';

/**
 * - ignored: terminating or failed. Its sample is dropped; it takes no part.
 * - unready: not started, or too young for its CPU to mean anything. Sample dropped; counts as idle when scaling up.
 * - missing: should have a sample and has none. Assumed idle when scaling up, busy when scaling down.
 * - ready: its sample counts.
 */
export type PodClass = 'ignored' | 'unready' | 'missing' | 'ready';

export interface ClassifiedPod {
  readonly podClass: PodClass;
  readonly because: string;
}

/**
 * First rule that fits. A pod without a sample is missing whether ready or not: that is asked before readiness.
 * Source: replica_calculator.go (groupPods). All comparisons of times are strict.
 */
export function classifyPod(
  pod: ObservedPod,
  sample: PodMetric | undefined,
  resource: string | undefined,
  controller: HpaControllerSettings,
  nowUs: number,
): ClassifiedPod {
  if (pod.deletionUs !== undefined) return { podClass: 'ignored', because: 'being deleted' };
  if (pod.phase === 'Failed') return { podClass: 'ignored', because: 'phase Failed' };
  if (pod.phase === 'Pending') return { podClass: 'unready', because: 'phase Pending' };
  if (sample === undefined) return { podClass: 'missing', because: 'no sample' };
  if (resource === 'cpu') {
    const because = whyCpuDoesNotCount(pod, sample, controller, nowUs);
    if (because !== undefined) return { podClass: 'unready', because };
  }
  return { podClass: 'ready', because: 'sample counts' };
}

/** CPU alone has a warm-up: start-up work must not look like load. */
function whyCpuDoesNotCount(
  pod: ObservedPod,
  sample: PodMetric,
  controller: HpaControllerSettings,
  nowUs: number,
): string | undefined {
  const { ready, startUs } = pod;
  if (ready === undefined) return 'no Ready condition';
  if (startUs === undefined) return 'no start time';
  if (startUs + controller.cpuInitialisationUs > nowUs) {
    if (ready.status === 'False') return 'not ready, within the initialisation period';
    if (sample.timestampUs < ready.lastTransitionUs + sample.windowUs) {
      return 'its sample reaches back to before it was ready';
    }
    return undefined;
  }
  if (ready.status === 'False' && startUs + controller.initialReadinessDelayUs > ready.lastTransitionUs) {
    return 'was never ready';
  }
  return undefined;
}

export interface PodGroups {
  readonly readyCount: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
  readonly ignored: readonly string[];
}

/** `resource` undefined: a metric without warm-up rules. */
export function classifyPods(
  pods: readonly ObservedPod[],
  samples: ReadonlyMap<string, PodMetric>,
  resource: string | undefined,
  controller: HpaControllerSettings,
  nowUs: number,
): PodGroups {
  const names: Record<PodClass, string[]> = { ignored: [], unready: [], missing: [], ready: [] };
  for (const pod of pods) {
    const { podClass } = classifyPod(pod, samples.get(pod.name), resource, controller, nowUs);
    names[podClass].push(pod.name);
  }
  return {
    readyCount: names.ready.length,
    unready: names.unready,
    missing: names.missing,
    ignored: names.ignored,
  };
}
