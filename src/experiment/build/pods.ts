import type { World } from '../../mesh/world.ts';
import type { PodRecord } from '../../record/pod.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { CapacityRecorder } from '../capacity-recorder.ts';
import type { Recorder } from '../recorder.ts';
import { seconds } from './seconds.ts';

/** Every pod that there was. */
export function buildPods(
  world: World,
  recorder: Recorder,
  { pods: loads }: CapacityRecorder,
  { focus }: Scenario,
): PodRecord[] {
  const row = world.serviceRow(focus);
  const failed = failedByPod(world);
  const ejectedUs = ejectedByPod(recorder);
  return world.workloads.lives.map(({ pod }, at) => {
    const overUs = loads.overUs[at]!;
    const isVersion = world.isOfService(focus, pod);
    return {
      pod: pod.name,
      workload: pod.workload,
      version: isVersion ? world.keys.name[world.keyOfPod(row, at)]! : null,
      requests: loads.entered[at]!,
      failed: failed[at]!,
      mostUsed: Number.isFinite(pod.cpuLimitMilli) ? Number(loads.mostUsed[at]!.toPrecision(6)) : null,
      ejectedSeconds: seconds(ejectedUs.get(pod.name) ?? 0),
      overSeconds: seconds(overUs),
      overFromSeconds: overUs === 0 ? null : seconds(loads.overFromUs[at]!),
      overToSeconds: overUs === 0 ? null : seconds(loads.overToUs[at]!),
      overShare: loads.overOfWorkload[at]! === 0 ? null : loads.overEntered[at]! / loads.overOfWorkload[at]!,
      overEven: loads.overOfWorkload[at]! === 0 ? null : loads.overEven[at]! / loads.overOfWorkload[at]!,
      mostInSystem: Number(loads.mostInSystem[at]!.toPrecision(6)),
    };
  });
}

function failedByPod({ pods, telemetry: { source } }: World): Float64Array {
  const failed = new Float64Array(pods.length);
  source.keys.forEach(({ pod, status }, row) => {
    if (pod >= 0 && (status === 0 || status >= 500)) failed[pod]! += source.count(row);
  });
  return failed;
}

/** How long some proxy kept a pod out, however many did at a time. */
function ejectedByPod({ ejections, returns, totals }: Recorder): Map<string, number> {
  const endUs = totals[totals.length - 1]!.atUs;
  const moves = [
    ...ejections.map(({ pod, atUs }) => ({ pod, atUs, by: 1 })),
    ...returns.map(({ pod, atUs }) => ({ pod, atUs, by: -1 })),
  ].sort((a, b) => a.atUs - b.atUs);
  const out = new Map<string, { by: number; sinceUs: number; us: number }>();
  for (const { pod, atUs, by } of moves) {
    const own = out.get(pod) ?? { by: 0, sinceUs: 0, us: 0 };
    if (own.by === 0 && by > 0) own.sinceUs = atUs;
    own.by = Math.max(0, own.by + by);
    if (own.by === 0 && by < 0) own.us += atUs - own.sinceUs;
    out.set(pod, own);
  }
  return new Map(
    [...out].map(([pod, { by, sinceUs, us }]) => [pod, by > 0 ? us + endUs - sinceUs : us] as const),
  );
}
