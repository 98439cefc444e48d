import { bisector } from 'd3-array';
import { isHpaBlind } from '../mesh/kubernetes/hpa/hpa-blind.ts';
import { hpaDefaults, type MetricSpec } from '../mesh/kubernetes/hpa/spec.ts';
import { hpaSpecOf } from '../mesh/kubernetes/hpa-spec-of.ts';
import type { Sync } from '../mesh/kubernetes/autoscalers.ts';
import { cpuRequestMilli, podOf, type Pod } from '../mesh/kubernetes/pod.ts';
import type { PodSet } from '../mesh/kubernetes/pod-life.ts';
import { resourcesOf } from '../mesh/kubernetes/registry.ts';
import type { World } from '../mesh/world.ts';
import { capacityVerdict } from '../verdict/capacity-verdict.ts';
import { evidenceLevels } from '../verdict/rule-of-evidence.ts';
import { shareOverWindows } from '../verdict/share-over-windows.ts';
import type { RunRecord, ServiceSplit } from '../record/record.ts';
import type {
  ShareTest,
  AutoscalerRecord,
  Capacity,
  CapacityWindow,
  SyncRecord,
  WorkloadCapacity,
} from '../record/capacity.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CapacityRecorder, SyncRow } from './capacity-recorder.ts';
import { between, type Totals } from './counters.ts';
import { lawChecks } from './laws.ts';
import { metricReadingText, metricTargetText, type MetricReading } from './metric-text.ts';
import type { Reading, Readings } from './readings.ts';
import type { Recorder } from './recorder.ts';
import { pagesKey } from './window-latencies.ts';
import { heldDrains } from './build/held-drains.ts';
import { stalledRollouts } from './build/stalled-rollouts.ts';
import { matches } from '../manifest/labels.ts';

/** Events of pods that are kept. */
const eventLimit = 5000;

/** How pages and pods fared, window by window: what all else of a run's capacity is concluded from. */
export type CapacityReadings = Pick<Capacity, 'workloads' | 'pages' | 'overdue'>;

/** @param fromUs windows that begin before are left out. */
export const capacityReadings = (
  scenario: Scenario,
  world: World,
  recorder: Recorder,
  capacity: CapacityRecorder,
  fromUs = 0,
): CapacityReadings => ({
  workloads: [...capacity.readings.keys()]
    .sort()
    .map((name) => workloadOf(scenario, world, recorder, capacity, name, fromUs)),
  pages: pageWindows(recorder, fromUs),
  overdue: world.pagesWaitingSince(world.simulation.nowUs - scenario.lateUs),
});

export function buildCapacity(
  scenario: Scenario,
  world: World,
  recorder: Recorder,
  capacity: CapacityRecorder,
  splits: RunRecord['splits'],
  pods: RunRecord['pods'],
): Capacity {
  const { workloads, pages, overdue } = capacityReadings(scenario, world, recorder, capacity);
  const stalled = stalledRollouts(world, capacity);
  const held = heldDrains(world);
  const found: Omit<Capacity, 'verdict'> = {
    workloads,
    autoscalers: autoscalersOf(capacity.syncs),
    podEvents: capacity.events.slice(0, eventLimit).map(({ atUs, row, what }) => ({
      atSeconds: seconds(atUs),
      pod: world.pods[row]!.name,
      workload: world.pods[row]!.workload,
      what,
    })),
    ...(stalled.length === 0 ? {} : { stalled }),
    ...(held.length === 0 ? {} : { held }),
    pages,
    overdue,
    lateMs: scenario.lateUs / 1000,
    laws: workloads.flatMap(({ name }) => lawChecks(world, name, capacity.readings.get(name)!)),
    shareTest: shareTest(splits.find((own) => own.service === scenario.focus)),
    rollback: null,
  };
  return { ...found, verdict: capacityVerdict(found, pods) };
}

const shareTestLevel = evidenceLevels().fault;

/**
 * Through all windows, against the weights where one rule held all the time, else against what the pods of the start make
 * likely. The last version is the one that is asked for: the one shifted to.
 */
function shareTest(split: ServiceSplit | undefined): ShareTest | null {
  const [step, ...later] = split?.configured ?? [];
  if (split === undefined || step === undefined) return null;
  if (later.some((own) => own.shares?.join() !== step.shares?.join())) return null;
  const key = split.keys.length - 1;
  const share = (step.shares ?? step.endpointShares)[key] ?? 0;
  if (share <= 0 || share >= 1) return null;
  // Of callers that follow other rules no one share is asked.
  const isForAll =
    step.shares === undefined
      ? split.phases.every(({ test }) => test === null)
      : split.windows.every((own) => Math.abs((own.configured?.[key] ?? share) - share) < 1e-9);
  if (!isForAll) return null;
  const counts = split.windows.map(({ observed }) => ({
    requests: sum(observed),
    got: observed[key]!,
  }));
  const { windows, rejects, least, smallestP, adjustedP } = shareOverWindows({
    counts,
    share,
    level: shareTestLevel,
  });
  return {
    service: split.service,
    version: split.keys[key]!,
    share,
    shareIs: step.shares === undefined ? 'of the pods at the start' : 'configured',
    windows,
    level: shareTestLevel,
    smallestP,
    adjustedP,
    leastFromSeconds: least === null ? null : split.windows[least]!.fromSeconds,
    rejects,
  };
}

const seconds = (us: number): number => us / 1e6;
const rounded = (value: number): number => Number(value.toPrecision(10));

function setsOf(world: World, name: string): readonly PodSet[] {
  return world.workloads.all.flatMap(({ sets }) => sets.filter((own) => own.owner.metadata.name === name));
}

function workloadOf(
  scenario: Scenario,
  world: World,
  recorder: Recorder,
  capacity: CapacityRecorder,
  name: string,
  fromUs: number,
): WorkloadCapacity {
  const readings = capacity.readings.get(name)!;
  const set = setsOf(world, name).at(-1)!;
  const { template } = set.owner.spec;
  const pod = podOf(set.owner, '', 0);
  const isVersion = world.isOfService(scenario.focus, pod);
  const asksAll = [...template.containers, ...template.initContainers.filter((own) => own.isSidecar)].every(
    (own) => own.resources.cpuRequestMilli !== undefined,
  );
  const counted = world.countsSidecars;
  const { inject, resources } = template.injectedProxy;
  // A request of the pod as a whole is not made of parts.
  const isWhole = template.resources.cpuRequestMilli !== undefined;
  const proxyMilli = inject === false || isWhole ? 0 : (resources.cpuRequestMilli ?? 0);
  const requestCores =
    isWhole || asksAll ? (cpuRequestMilli(template) - (counted ? 0 : proxyMilli)) / 1000 : null;
  const limitMilli = pod.cpuLimitMilli;
  const limitCores = limitMilli === Infinity ? null : limitMilli / 1000;
  const { concurrency } = world.stations.behaviourOf(pod);
  const noPod = noPodCounter(world, recorder, pod);
  const sync = capacity.syncs.find((own) => own.sync.workload?.sets.some((each) => each.owner === set.owner));
  return {
    name,
    version: isVersion ? world.keys.name[world.keys.ofPod(scenario.focus, pod)]! : null,
    target: set.workload.name,
    cpuRequestCores: requestCores,
    cpuLimitCores: limitCores,
    concurrency: concurrency === Infinity ? null : concurrency,
    autoscaler: sync?.sync.name ?? null,
    podHours: rounded(readings.last.podUs / 3600e6),
    windows: windowsOf(readings, requestCores, limitCores, noPod, fromUs),
  };
}

/**
 * Counts requests that should have come to pods like this one and found none: of its version, and those of its service that
 * a rule sent to no version.
 */
function noPodCounter(world: World, recorder: Recorder, pod: Pod): (fromUs: number, toUs: number) => number {
  const totalAt = (us: number): Totals => recorder.totals[byTime.right(recorder.totals, us) - 1]!;
  const rows = resourcesOf(world.state.registry, 'Service')
    .filter((own) => matches(own.spec.selector, pod.labels))
    .map(({ metadata: { name } }) => ({
      all: world.services.indexOf(name),
      own: world.keys.ofPod(name, pod),
      drawn: world.keys.service.flatMap((service, key) => (service === name ? [key] : [])),
    }))
    .filter(({ all }) => all >= 0);
  return (fromUs, toUs) => {
    const [from, to] = [totalAt(fromUs), totalAt(toUs)];
    return sum(
      rows.map(({ all, own, drawn }) => {
        const undrawn =
          between(from, to, 'unserved', all) - sum(drawn.map((key) => between(from, to, 'noPod', key)));
        return between(from, to, 'noPod', own) + undrawn;
      }),
    );
  };
}

const byTime = bisector(({ atUs }: Totals) => atUs);

function windowsOf(
  readings: Readings,
  requestCores: number | null,
  limitCores: number | null,
  noPod: (fromUs: number, toUs: number) => number,
  fromUs: number,
): CapacityWindow[] {
  const windows: CapacityWindow[] = [];
  let from = readings.at(0);
  for (let row = 1; row < readings.length; row++) {
    const to = readings.at(row);
    if (from.atUs >= fromUs && to.atUs > from.atUs)
      windows.push(windowOf(from, to, requestCores, limitCores, noPod(from.atUs, to.atUs)));
    from = to;
  }
  return windows;
}

function windowOf(
  from: Reading,
  to: Reading,
  requestCores: number | null,
  limitCores: number | null,
  noPod: number,
): CapacityWindow {
  const spanUs = to.atUs - from.atUs;
  const over = (what: keyof Reading): number => to[what] - from[what];
  const readyMean = over('readyUs') / spanUs;
  const appCores = over('appUs') / spanUs;
  const sidecarCores = over('sidecarUs') / spanUs;
  const answered = over('answered');
  const share = (used: number, perPod: number | null): number | null =>
    perPod === null || perPod === 0 || readyMean === 0 ? null : rounded(used / (perPod * readyMean));
  return {
    fromSeconds: seconds(from.atUs),
    toSeconds: seconds(to.atUs),
    wanted: to.wanted,
    pods: to.pods,
    ready: to.ready,
    readyMean: rounded(readyMean),
    appCores: rounded(appCores),
    sidecarCores: rounded(sidecarCores),
    utilization: share(appCores + sidecarCores, requestCores),
    saturation: share(appCores, limitCores),
    arrived: over('arrived'),
    answered,
    turnedAway: over('turnedAway'),
    abandoned: over('abandoned'),
    noPod,
    inSystem: rounded(over('presentUs') / spanUs),
    waiting: to.waiting,
    meanMs: answered === 0 ? 0 : rounded(over('sojournUs') / answered / 1000),
  };
}

function pageWindows(recorder: Recorder, fromUs: number): Capacity['pages'] {
  let from = recorder.totals[0]!;
  return recorder.marks.flatMap((total, window) => {
    const to = recorder.totals[total]!;
    const before = from;
    from = to;
    if (before.atUs < fromUs || to.atUs <= before.atUs) return [];
    const found = recorder.latencies.of(window, pagesKey);
    return [
      {
        fromSeconds: seconds(before.atUs),
        toSeconds: seconds(to.atUs),
        pages: to.pages - before.pages,
        failed: to.pagesFailed - before.pagesFailed,
        late: to.pagesLate - before.pagesLate,
        p50Ms: (found?.p50Us ?? 0) / 1000,
        p95Ms: (found?.p95Us ?? 0) / 1000,
        p99Ms: (found?.p99Us ?? 0) / 1000,
      },
    ];
  });
}

function autoscalersOf(syncs: readonly SyncRow[]): AutoscalerRecord[] {
  const names = [...new Set(syncs.map(({ sync }) => `${sync.namespace}/${sync.name}`))];
  return names.map((name) => {
    const own = syncs.filter(({ sync }) => `${sync.namespace}/${sync.name}` === name);
    const last = own.at(-1)!.sync;
    const spec = hpaDefaults(hpaSpecOf(last.hpa));
    return {
      name: last.name,
      target: last.hpa.spec.scaleTargetRef.name,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metrics: spec.metrics.map(metricTargetText),
      ...cpuTargetsOf(spec.metrics),
      syncs: own.map(syncOf),
    };
  });
}

function cpuTargetsOf(metrics: readonly MetricSpec[]): { cpuTargets?: number[] } {
  const cpuTargets = metrics.flatMap((own) =>
    own.type === 'Resource' && own.name === 'cpu' && own.target.type === 'Utilization'
      ? [own.target.averageUtilization / 100]
      : [],
  );
  return cpuTargets.length === 0 ? {} : { cpuTargets };
}

function syncOf({ atUs, sync }: SyncRow): SyncRecord {
  const { output, before } = sync;
  const { metrics } = hpaDefaults(hpaSpecOf(sync.hpa));
  return {
    atSeconds: seconds(atUs),
    before,
    after: output.replicas,
    reason: output.replicas === before ? '' : output.reason,
    readings: metrics.map((metric, index) => metricReadingText(metric, output.currentMetrics[index])),
    ratio: ratioOf(metrics[0]!, output.currentMetrics[0]),
    steps: output.steps,
    conditions: output.conditions,
    blind: blindText(sync),
  };
}

function ratioOf({ target }: MetricSpec, current: MetricReading): number | null {
  if (current === undefined) return null;
  const [found, wanted] =
    target.type === 'Utilization'
      ? [current.averageUtilization, target.averageUtilization]
      : target.type === 'AverageValue'
        ? [current.averageValueMilli, target.averageValueMilli]
        : [current.valueMilli, target.valueMilli];
  return found === undefined ? null : rounded(found / wanted);
}

/** Versions are told apart by the label `version`, or else by who made the pods. */
function blindText({ hpa, pods, samples, output, before, versions }: Sync): string | null {
  const metric = hpaDefaults(hpaSpecOf(hpa)).metrics.find(
    (own) => own.type === 'Resource' && own.target.type === 'Utilization',
  );
  if (metric?.target.type !== 'Utilization' || output.replicas !== before) return null;
  const loads = [...new Set(versions)].map((name) => {
    const own = pods.filter((_, index) => versions[index] === name);
    const measured = own.flatMap((pod) => {
      const sample = samples.resource?.find((each) => each.pod === pod.name);
      return sample === undefined || pod.ready?.status !== 'True' ? [] : [{ pod, sample }];
    });
    return {
      name,
      readyPods: measured.length,
      usageMilli: sum(
        measured.flatMap(({ sample }) => sample.containers.map((each) => each.usageMilli['cpu'] ?? 0)),
      ),
      requestMilli: sum(
        measured.flatMap(({ pod }) =>
          [...pod.containers, ...(pod.sidecars ?? [])].map((each) => each.requestMilli?.['cpu'] ?? 0),
        ),
      ),
    };
  });
  const verdict = isHpaBlind(loads, metric.target.averageUtilization);
  return verdict.isBlind ? verdict.reason : null;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
