import type { PodTemplate } from '../../manifest/resource.ts';
import { together } from '../../manifest/together.ts';
import { cpuRequestMilli } from './pod.ts';

/** What a node has for pods, or what some of them ask for. Infinity: always enough. */
export interface Room {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** How many; a pod asks for one. */
  readonly pods: number;
}

export const noRoom: Room = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
export const endlessRoom: Room = { cpuMilli: Infinity, memoryBytes: Infinity, pods: Infinity };

/** What a pod asks for: what its containers do together, or an init container alone, if that is more. */
export function roomFor(template: PodTemplate): Room {
  const { resources, initContainers, injectedProxy, memoryRequests } = template;
  const most = together(
    initContainers.map((own) => ({
      amount: own.resources.cpuRequestMilli ?? 0,
      when: own.isSidecar ? 'sidecar' : 'init',
    })),
  );
  const { ownBytes, sidecarBytes } = memoryRequests;
  return {
    cpuMilli: Math.max(resources.cpuRequestMilli === undefined ? most : 0, cpuRequestMilli(template)),
    memoryBytes: ownBytes + (injectedProxy.inject === false ? 0 : sidecarBytes),
    pods: 1,
  };
}

export const plus = (one: Room, other: Room): Room => ({
  cpuMilli: one.cpuMilli + other.cpuMilli,
  memoryBytes: one.memoryBytes + other.memoryBytes,
  pods: one.pods + other.pods,
});

export const less = (one: Room, other: Room): Room => ({
  cpuMilli: one.cpuMilli - other.cpuMilli,
  memoryBytes: one.memoryBytes - other.memoryBytes,
  pods: one.pods - other.pods,
});

/** Who asks for nothing of a resource finds it anywhere (plugins/noderesources/fit.go, fitsRequest). */
export const fitsBeside = (need: Room, used: Room, all: Room): boolean =>
  used.pods + need.pods <= all.pods &&
  (need.cpuMilli === 0 || used.cpuMilli + need.cpuMilli <= all.cpuMilli) &&
  (need.memoryBytes === 0 || used.memoryBytes + need.memoryBytes <= all.memoryBytes);
