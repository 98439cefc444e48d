import type { PodTemplate } from '../../manifest/resource.ts';
import type { Sync } from '../../mesh/kubernetes/autoscalers.ts';
import type { MetricValue } from '../../mesh/kubernetes/hpa/proposal/metric-rule.ts';
import type { MetricSpec } from '../../mesh/kubernetes/hpa/spec.ts';
import { isAvailable, type LiveWorkload, type PodLife } from '../../mesh/kubernetes/pod-life.ts';

/** What kubectl's tables say of pods, workloads and autoscalers at a moment (pkg/printers/internalversion/printers.go). */

/** Numbers of a workload's pods: those that its ReplicaSets count, deleted ones left out. */
export interface PodCounts {
  readonly wanted: number;
  readonly current: number;
  /** Of the present template. */
  readonly upToDate: number;
  readonly ready: number;
  /** Ready for minReadySeconds. */
  readonly available: number;
}

export function podCounts(workload: LiveWorkload, lives: readonly PodLife[], nowUs: number): PodCounts {
  const own = workload.sets.flatMap((set) => set.pods).map((row) => lives[row]!);
  return {
    wanted: workload.replicas,
    current: own.length,
    upToDate: workload.sets.at(-1)!.pods.length,
    ready: own.filter(({ ready }) => ready).length,
    available: own.filter((life) => isAvailable(life, nowUs)).length,
  };
}

/** STATUS of a pod. */
export function podStatus({ phase, isAssigned, isDown, backOffs, deletedUs }: PodLife): string {
  if (!Number.isNaN(deletedUs)) return 'Terminating';
  if (phase === 'Pending') return isAssigned ? 'ContainerCreating' : 'Pending';
  if (isDown) return backOffs > 1 ? 'CrashLoopBackOff' : 'Error';
  return 'Running';
}

/** READY of a pod: containers that are, of all; the sidecar is ready as soon as it runs. */
export function podReady({ phase, ready, set }: PodLife): string {
  const { containers, initContainers, injectedProxy }: PodTemplate = set.owner.spec.template;
  const sidecars = initContainers.filter((own) => own.isSidecar).length;
  const helpers = sidecars + (injectedProxy.inject === false ? 0 : 1);
  const readyCount = phase !== 'Running' ? 0 : helpers + (ready ? containers.length : 0);
  return `${readyCount}/${helpers + containers.length}`;
}

/** TARGETS of an autoscaler: `cpu: 83%/70%`, at most two of them. */
export function targetsText(metrics: readonly MetricSpec[], sync: Sync | undefined): string {
  const texts = metrics.map((metric, index) => targetText(metric, sync?.output.currentMetrics[index]));
  const more = texts.length > 2 ? ` + ${texts.length - 2} more...` : '';
  return `${texts.slice(0, 2).join(', ')}${more}`;
}

function targetText(metric: MetricSpec, current: MetricValue | undefined): string {
  const { target } = metric;
  const named = metric.type === 'Resource' || metric.type === 'ContainerResource' ? `${metric.name}: ` : '';
  switch (target.type) {
    case 'Utilization': {
      const found = current?.averageUtilization;
      return `${named}${found === undefined ? unknown : `${found}%`}/${target.averageUtilization}%`;
    }
    case 'AverageValue': {
      const mean = metric.type === 'Object' || metric.type === 'External' ? ' (avg)' : '';
      return `${named}${quantity(current?.averageValueMilli)}/${quantity(target.averageValueMilli)}${mean}`;
    }
    case 'Value':
      return `${quantity(current?.valueMilli)}/${quantity(target.valueMilli)}`;
  }
}

const unknown = '<unknown>';

const quantity = (milli: number | undefined): string =>
  milli === undefined ? unknown : milli % 1000 === 0 ? String(milli / 1000) : `${Math.round(milli)}m`;
