import type { NodeSettings } from '../../mesh/kubernetes/node.ts';
import type { Room } from '../../mesh/kubernetes/room.ts';
import type { RegistryEntry } from '../../mesh/kubernetes/registry.ts';
import type { PodLife } from '../../mesh/kubernetes/pod-life.ts';
import type { Moment } from '../run-once.ts';
import { podCounts, type PodCounts } from './live.ts';

/** Several documents as one, as kubectl prints them. */
export const listOf = (items: readonly object[]): object => ({
  apiVersion: 'v1',
  items,
  kind: 'List',
  metadata: { resourceVersion: '' },
});

/**
 * The document as it was written, with what the API server adds (its clock and ids left out: a run has none), and of a
 * workload the replicas that it has been scaled to, and its status.
 */
export function resourceDocument(
  { resource, generation }: RegistryEntry,
  { world }: Moment,
): Record<string, unknown> {
  const { metadata, spec, ...rest } = resource.source as {
    metadata?: Record<string, unknown>;
    spec?: Record<string, unknown>;
  };
  const { name, namespace } = resource.metadata;
  const workload = resource.kind === 'Deployment' || resource.kind === 'Rollout';
  const live = workload ? world.workloads.find(name, namespace) : undefined;
  return {
    ...rest,
    metadata: { ...metadata, generation, name, namespace },
    spec: live === undefined ? spec : { ...spec, replicas: live.replicas },
    ...(live === undefined
      ? {}
      : { status: statusOf(podCounts(live, world.workloads.lives, world.simulation.nowUs)) }),
  };
}

const statusOf = ({ current, upToDate, ready, available }: PodCounts): object => ({
  availableReplicas: available,
  readyReplicas: ready,
  replicas: current,
  updatedReplicas: upToDate,
});

/** A pod with what a run knows of its status. */
export const podDocument = (life: PodLife): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: life.pod.name, namespace: life.pod.namespace, labels: life.pod.labels },
  status: {
    phase: life.phase,
    podIP: life.pod.ip,
    conditions: [{ type: 'Ready', status: life.ready ? 'True' : 'False' }],
  },
});

export const nodeDocument = ({ name, labels, room, cordoned }: NodeSettings): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec: cordoned ? { unschedulable: true } : {},
  ...allocatable(room),
});

function allocatable({ cpuMilli, memoryBytes, pods }: Room): object {
  const known = [
    ['cpu', cpuMilli, 'm'],
    ['memory', memoryBytes, ''],
    ['pods', pods, ''],
  ] as const;
  const written = known.flatMap(([resource, amount, unit]) =>
    amount === Infinity ? [] : [[resource, `${amount}${unit}`] as const],
  );
  return written.length === 0 ? {} : { status: { allocatable: Object.fromEntries(written) } };
}
