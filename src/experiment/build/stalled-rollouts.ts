import type { LiveWorkload, PodLife } from '../../mesh/kubernetes/pod-life.ts';
import { templateOf } from '../../mesh/kubernetes/pod-life.ts';
import { neverReady } from '../../mesh/kubernetes/workload/readiness-probe.ts';
import { resourcesOf } from '../../mesh/kubernetes/registry.ts';
import type { World } from '../../mesh/world.ts';
import type { StalledRollout } from '../../record/capacity.ts';
import type { CapacityRecorder } from '../capacity-recorder.ts';

/** Kubernetes waits for a StatefulSet and a DaemonSet without end; so long as a Deployment by default is long enough to say so. */
const longSeconds = 600;

/**
 * Templates that came during the run and of which no pod has ever been ready. That will not change by itself where what the pods
 * wait for cannot come, or where Kubernetes would have given up waiting (progressDeadlineSeconds; pkg/controller/deployment,
 * progress.go, DeploymentTimedOut: so long without a pod that is made, goes or becomes ready). Before that the run has ended too
 * early to tell.
 */
export const stalledRollouts = (world: World, capacity: CapacityRecorder): readonly StalledRollout[] =>
  world.workloads.all.flatMap((own) => stalled(world, capacity, own) ?? []);

function stalled(
  { workloads: { lives }, simulation: { nowUs }, state }: World,
  { events }: CapacityRecorder,
  { kind, name, namespace, isDeleted, replicas, sets }: LiveWorkload,
): StalledRollout | undefined {
  const newest = sets.at(-1);
  if (isDeleted || newest === undefined || (replicas === 0 && kind !== 'DaemonSet')) return undefined;
  const rowsOf = (is: (life: PodLife) => boolean): readonly number[] =>
    lives.flatMap((life, row) => (is(life) ? [row] : []));
  const isPresent = ({ phase, deletedUs }: PodLife): boolean => phase !== 'Gone' && Number.isNaN(deletedUs);
  const all = new Set(rowsOf(({ set }) => set === newest));
  const present = [...all].map((row) => lives[row]!).filter(isPresent);
  const created = events.filter(({ row, what }) => what === 'created' && all.has(row));
  // Pods of the start were never made, and are ready.
  if (present.length === 0 || created.length < all.size) return undefined;
  if (events.some(({ row, what }) => what === 'ready' && all.has(row))) return undefined;
  const whole = new Set(rowsOf(({ set }) => set.workload === newest.workload));
  const progress = events.filter(({ row, what }) => progresses.has(what) && whole.has(row));
  const standingSeconds = (nowUs - progress.at(-1)!.atUs) / 1e6;
  const deadline = resourcesOf(state.registry, 'Deployment').find(
    ({ metadata }) => kind === 'Deployment' && metadata.name === name && metadata.namespace === namespace,
  )?.spec.progressDeadlineSeconds;
  const reason = reasonOf(present);
  const mayCome = reason === 'not ready' && standingSeconds < (deadline ?? longSeconds);
  return {
    kind,
    workload: name,
    fromSeconds: created[0]!.atUs / 1e6,
    because: mayCome ? 'run ends' : reason,
    pods: present.length,
    old:
      sets.length === 1
        ? null
        : [...whole].filter((row) => !all.has(row) && isPresent(lives[row]!) && lives[row]!.ready).length,
    standingSeconds,
    deadlineSeconds: deadline ?? null,
  };
}

const progresses: ReadonlySet<string> = new Set(['created', 'terminating', 'ready']);

function reasonOf(pods: readonly PodLife[]): Exclude<StalledRollout['because'], 'run ends'> {
  if (pods.every((life) => neverReady(templateOf(life).containers))) return 'probe';
  if (pods.every(({ hasRoom }) => !hasRoom)) return 'no room';
  return pods.every(({ restarts }) => restarts > 0) ? 'restarts' : 'not ready';
}
