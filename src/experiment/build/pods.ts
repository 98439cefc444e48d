import { matches } from '../../manifest/labels.ts';
import type { World } from '../../mesh/world.ts';
import type { PodRecord } from '../../record/pod.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { CapacityRecorder } from '../capacity-recorder.ts';
import { seconds } from './seconds.ts';

/** Every pod that there was. */
export function buildPods(world: World, { pods: loads }: CapacityRecorder, { focus }: Scenario): PodRecord[] {
  const service = world.service(focus);
  const row = world.serviceRow(focus);
  return world.workloads.lives.map(({ pod }, at) => {
    const overUs = loads.overUs[at]!;
    const isVersion = service !== undefined && matches(service.spec.selector, pod.labels);
    return {
      pod: pod.name,
      workload: pod.workload,
      version: isVersion ? world.keys.name[world.keyOfPod(row, at)]! : null,
      requests: loads.entered[at]!,
      overSeconds: seconds(overUs),
      overFromSeconds: overUs === 0 ? null : seconds(loads.overFromUs[at]!),
      overToSeconds: overUs === 0 ? null : seconds(loads.overToUs[at]!),
      overShare: loads.overOfWorkload[at]! === 0 ? null : loads.overEntered[at]! / loads.overOfWorkload[at]!,
      mostInSystem: Number(loads.mostInSystem[at]!.toPrecision(6)),
    };
  });
}
