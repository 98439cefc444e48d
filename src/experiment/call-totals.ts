import type { World } from '../mesh/world.ts';
import type { RequestSeries } from '../mesh/telemetry/request-series.ts';
import type { CallRecord, StepRecord } from '../record/step.ts';

/** Who has called whom since the start of the run, by names; and who was ready then. */
export interface CallTotals {
  readonly atUs: number;
  readonly calls: ReadonlyMap<string, CallRecord>;
  readonly ready: StepRecord['ready'];
}

/** What the mesh's telemetry has counted so far, summed over the pods of callers and of versions. */
export function callTotals(world: World, atUs: number): CallTotals {
  const calls = new Map<string, CallRecord>();
  const { source, destination } = world.telemetry;
  addTo(calls, world, source, (caller) => caller >= 0);
  // Nobody but the pod's side knows of callers without a proxy.
  addTo(calls, world, destination, (caller) => caller < 0);
  return { atUs, calls, ready: readyPods(world) };
}

function addTo(
  calls: Map<string, CallRecord>,
  world: World,
  series: RequestSeries,
  isOurs: (caller: number) => boolean,
): void {
  for (const row of series.inOrder()) {
    const { caller, pod, service, status } = series.keys[row]!;
    if (service < 0 || !isOurs(caller)) continue;
    const place = world.proxies.places[caller];
    const to = pod < 0 ? undefined : world.pods[pod];
    const about = {
      caller: place?.workload ?? null,
      gateway: place?.identity.type === 'gateway',
      service: world.services[service]!,
      version: to === undefined ? null : world.keys.name[world.keyOfPod(service, pod)]!,
      workload: to?.workload ?? null,
    };
    const name = JSON.stringify(about);
    const { requests, failed } = calls.get(name) ?? { requests: 0, failed: 0 };
    const count = series.count(row);
    const isFailed = status === 0 || status >= 500 || (status === 404 && to === undefined);
    calls.set(name, { ...about, requests: requests + count, failed: failed + (isFailed ? count : 0) });
  }
}

function readyPods({ workloads }: World): StepRecord['ready'] {
  const ready = new Map<string, number>();
  for (const { pod, ready: isReady, phase } of workloads.lives) {
    const known = ready.get(pod.workload) ?? 0;
    ready.set(pod.workload, known + (isReady && phase !== 'Gone' ? 1 : 0));
  }
  return [...ready].map(([workload, pods]) => ({ workload, pods }));
}
