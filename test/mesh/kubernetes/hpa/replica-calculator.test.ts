import { describe, expect, test } from 'vitest';
import type { HpaInput } from '../../../../src/mesh/kubernetes/hpa/hpa-rule.ts';
import type {
  ObservedPod,
  PodResourceSample,
  Samples,
} from '../../../../src/mesh/kubernetes/hpa/observed.ts';
import { proposeFor } from '../../../../src/mesh/kubernetes/hpa/proposal/index.ts';
import type {
  MetricFailure,
  MetricProposal,
} from '../../../../src/mesh/kubernetes/hpa/proposal/metric-rule.ts';
import { hpaControllerDefaults, type MetricSpec } from '../../../../src/mesh/kubernetes/hpa/spec.ts';
import type { Tolerances } from '../../../../src/mesh/kubernetes/hpa/utilisation.ts';
import { minute, now, second } from '../support.ts';

/*
 * Cases of kubernetes/kubernetes pkg/controller/podautoscaler/replica_calculator_test.go: the situation and the numbers,
 * under their names. Each pod there has two containers with equal requests. Where a case says nothing, start and readiness
 * lie at time zero, as do the samples, which is why a pod that has just started ("hot CPU") is unready.
 */
interface Situation {
  readonly current: number;
  readonly ready?: string;
  /** P pending, F failed, R running. */
  readonly phases?: string;
  /** x: being deleted. */
  readonly deleted?: string;
  /** h: started just now, c: three minutes ago. */
  readonly starts?: string;
  readonly tolerances?: Tolerances;
}

const count = ({ current, phases }: Situation): number => Math.max(current, phases?.length ?? 0);
const phaseNames = { P: 'Pending', F: 'Failed', R: 'Running' } as const;
const controller = {
  ...hpaControllerDefaults,
  cpuInitialisationUs: 2 * minute,
  initialReadinessDelayUs: 10 * second,
};

function podsOf(situation: Situation, requests: readonly number[]): ObservedPod[] {
  const { ready, phases, deleted, starts } = situation;
  return Array.from({ length: count(situation) }, (_, index) => {
    const request = requests[index];
    const requestMilli = request === undefined ? {} : { cpu: request };
    const start = starts?.[index];
    return {
      name: `test-pod-${index}`,
      phase: phaseNames[(phases?.[index] ?? 'R') as keyof typeof phaseNames],
      startUs: start === 'h' ? now : start === 'c' ? now - 3 * minute : 0,
      deletionUs: deleted?.[index] === 'x' ? now : undefined,
      ready: { status: (ready?.[index] ?? 'T') === 'T' ? 'True' : 'False', lastTransitionUs: 0 },
      containers: [
        { name: 'container1', requestMilli },
        { name: 'container2', requestMilli },
      ],
    };
  });
}

function ask(metric: MetricSpec, situation: Situation, requests: readonly number[], samples: Samples) {
  return proposeFor(metric, {
    namespace: 'test-namespace',
    currentReplicas: situation.current,
    statusReplicas: situation.current,
    pods: podsOf(situation, requests),
    samples,
    tolerances: situation.tolerances ?? { scaleDown: 0.1, scaleUp: 0.1 },
    controller,
    nowUs: now,
  });
}

const proposed = (outcome: MetricProposal | MetricFailure): MetricProposal =>
  'failed' in outcome ? expect.unreachable(outcome.failed) : outcome;

/** Levels of both containers, or of each: `[1000, 300]`. */
type Level = number | readonly [number, number] | readonly [number];

const resourceSamples = (levels: readonly Level[], names: readonly string[] = []): PodResourceSample[] =>
  levels.map((level, index) => ({
    pod: names[index] ?? `test-pod-${index}`,
    timestampUs: 0,
    windowUs: minute,
    containers: (typeof level === 'number' ? [level, level] : level).map((cpu, container) => ({
      name: `container${container + 1}`,
      usageMilli: { cpu },
    })),
  }));

interface CpuCase extends Situation {
  readonly name: string;
  readonly target: number;
  readonly requests: readonly number[];
  readonly levels: readonly Level[];
  readonly container?: string;
  readonly replicas: number;
  readonly utilization: number;
  readonly averageMilli: number;
}

const thousand = (length: number): number[] => Array.from({ length }, () => 1000);

const cpuCases: CpuCase[] = [
  {
    name: 'scale up',
    current: 3,
    target: 30,
    requests: thousand(3),
    levels: [300, 500, 700],
    replicas: 5,
    utilization: 50,
    averageMilli: 1000,
  },
  {
    name: 'scale up: container metric',
    current: 3,
    target: 30,
    requests: thousand(3),
    container: 'container2',
    levels: [
      [1000, 300],
      [1000, 500],
      [1000, 700],
    ],
    replicas: 5,
    utilization: 50,
    averageMilli: 500,
  },
  {
    name: 'scale up: unready pod scales less',
    current: 3,
    ready: 'FTT',
    target: 30,
    requests: thousand(3),
    levels: [300, 500, 700],
    replicas: 4,
    utilization: 60,
    averageMilli: 1200,
  },
  {
    name: 'scale up: hot-CPU container scales less',
    current: 3,
    starts: 'hcc',
    target: 30,
    requests: thousand(3),
    container: 'container2',
    levels: [
      [0, 300],
      [0, 500],
      [0, 700],
    ],
    replicas: 4,
    utilization: 60,
    averageMilli: 600,
  },
  {
    name: 'scale up: hot-CPU pod scales less',
    current: 3,
    starts: 'hcc',
    target: 30,
    requests: thousand(3),
    levels: [300, 500, 700],
    replicas: 4,
    utilization: 60,
    averageMilli: 1200,
  },
  {
    name: 'no scale: unready pods ignored',
    current: 3,
    ready: 'TFF',
    target: 30,
    requests: thousand(3),
    levels: [400, 500, 700],
    replicas: 3,
    utilization: 40,
    averageMilli: 800,
  },
  {
    name: 'no scale: hot-CPU pods ignored',
    current: 3,
    ready: 'TFF',
    starts: 'chh',
    target: 30,
    requests: thousand(3),
    levels: [400, 500, 700],
    replicas: 3,
    utilization: 40,
    averageMilli: 800,
  },
  {
    name: 'scale up: failed pods ignored',
    current: 2,
    ready: 'TTFF',
    phases: 'RRFF',
    target: 30,
    requests: thousand(4),
    levels: [500, 700],
    replicas: 4,
    utilization: 60,
    averageMilli: 1200,
  },
  {
    name: 'scale up: container metrics with failed pods ignored',
    current: 2,
    ready: 'TTFF',
    phases: 'RRFF',
    target: 30,
    requests: thousand(4),
    container: 'container2',
    levels: [
      [1000, 500],
      [9000, 700],
    ],
    replicas: 4,
    utilization: 60,
    averageMilli: 600,
  },
  {
    name: 'scale up: pods being deleted are ignored',
    current: 2,
    ready: 'TTFF',
    phases: 'RRRR',
    deleted: '..xx',
    target: 30,
    requests: thousand(4),
    levels: [500, 700],
    replicas: 4,
    utilization: 60,
    averageMilli: 1200,
  },
  {
    name: 'scale down',
    current: 5,
    target: 50,
    requests: thousand(5),
    levels: [100, 300, 500, 250, 250],
    replicas: 3,
    utilization: 28,
    averageMilli: 560,
  },
  {
    name: 'scale down: container metric',
    current: 5,
    target: 50,
    requests: thousand(5),
    container: 'container2',
    levels: [
      [1000, 100],
      [1000, 300],
      [1000, 500],
      [1000, 250],
      [1000, 250],
    ],
    replicas: 3,
    utilization: 28,
    averageMilli: 280,
  },
  {
    name: 'scale down: exclude unready pods',
    current: 5,
    ready: 'TTTFF',
    target: 50,
    requests: thousand(5),
    levels: [100, 300, 500, 250, 250],
    replicas: 2,
    utilization: 30,
    averageMilli: 600,
  },
  {
    name: 'scale down: exclude unscheduled pods',
    current: 5,
    ready: 'TFFFF',
    phases: 'RPPPP',
    target: 50,
    requests: thousand(5),
    levels: [100],
    replicas: 1,
    utilization: 10,
    averageMilli: 200,
  },
  {
    name: 'scale down: container metric excludes unscheduled pods',
    current: 5,
    ready: 'TFFFF',
    phases: 'RPPPP',
    target: 50,
    requests: thousand(5),
    container: 'container2',
    levels: [
      [1000, 100],
      [1000, 300],
      [1000, 500],
      [1000, 250],
      [1000, 250],
    ],
    replicas: 1,
    utilization: 10,
    averageMilli: 100,
  },
  {
    name: 'scale down: ignore hot-CPU pods',
    current: 5,
    starts: 'ccchh',
    target: 50,
    requests: thousand(5),
    levels: [100, 300, 500, 250, 250],
    replicas: 2,
    utilization: 30,
    averageMilli: 600,
  },
  {
    name: 'scale down: container metric ignores hot-CPU pods',
    current: 5,
    starts: 'ccchh',
    target: 50,
    requests: thousand(5),
    container: 'container2',
    levels: [
      [1000, 100],
      [1000, 300],
      [1000, 500],
      [1000, 1000],
      [1000, 1000],
    ],
    replicas: 2,
    utilization: 30,
    averageMilli: 300,
  },
  {
    name: 'scale down: failed pods ignored',
    current: 5,
    ready: 'TTTTTFF',
    phases: 'RRRRRFF',
    target: 50,
    requests: thousand(7),
    levels: [100, 300, 500, 250, 250],
    replicas: 3,
    utilization: 28,
    averageMilli: 560,
  },
  {
    name: 'scale down: pods being deleted are ignored',
    current: 5,
    ready: 'TTTTTFF',
    phases: 'RRRRRRR',
    deleted: '.....xx',
    target: 50,
    requests: thousand(7),
    levels: [100, 300, 500, 250, 250],
    replicas: 3,
    utilization: 28,
    averageMilli: 560,
  },
  {
    name: 'Tolerance',
    current: 3,
    target: 100,
    requests: [900, 1000, 1100],
    levels: [1010, 1030, 1020],
    replicas: 3,
    utilization: 102,
    averageMilli: 2040,
  },
  {
    name: 'ConfigurableTolerance: outside of 0 %',
    current: 3,
    tolerances: { scaleDown: 0, scaleUp: 0 },
    target: 100,
    requests: [900, 1000, 1100],
    levels: [909, 1010, 1111],
    replicas: 4,
    utilization: 101,
    averageMilli: 2020,
  },
  {
    name: 'ConfigurableTolerance: within 200 % up',
    current: 3,
    tolerances: { scaleDown: 0.1, scaleUp: 2 },
    target: 100,
    requests: [900, 1000, 1100],
    levels: [1890, 1910, 1900],
    replicas: 3,
    utilization: 190,
    averageMilli: 3800,
  },
  {
    name: 'ConfigurableTolerance: outside 8 % up',
    current: 3,
    tolerances: { scaleDown: 2, scaleUp: 0.08 },
    target: 100,
    requests: [900, 1000, 1100],
    levels: [1100, 1080, 1090],
    replicas: 4,
    utilization: 109,
    averageMilli: 2180,
  },
  {
    name: 'ConfigurableTolerance: within 36 % down',
    current: 3,
    tolerances: { scaleDown: 0.36, scaleUp: 0.1 },
    target: 100,
    requests: [900, 1000, 1100],
    levels: [660, 640, 650],
    replicas: 3,
    utilization: 65,
    averageMilli: 1300,
  },
  {
    name: 'ConfigurableTolerance: outside 34 % down',
    current: 3,
    tolerances: { scaleDown: 0.34, scaleUp: 0.1 },
    target: 100,
    requests: [900, 1000, 1100],
    levels: [660, 640, 650],
    replicas: 2,
    utilization: 65,
    averageMilli: 1300,
  },
  {
    name: 'SuperfluousMetrics',
    current: 4,
    target: 100,
    requests: thousand(4),
    levels: [4000, 9500, 3000, 7000, 3200, 2000],
    replicas: 24,
    utilization: 587,
    averageMilli: 11750,
  },
  {
    name: 'MissingMetrics',
    current: 4,
    target: 100,
    requests: thousand(4),
    levels: [400, 95],
    replicas: 3,
    utilization: 24,
    averageMilli: 495,
  },
  {
    name: 'MissingMetricsNoChangeEq',
    current: 2,
    target: 100,
    requests: thousand(2),
    levels: [1000],
    replicas: 2,
    utilization: 100,
    averageMilli: 2000,
  },
  {
    name: 'MissingMetricsNoChangeGt',
    current: 2,
    target: 100,
    requests: thousand(2),
    levels: [1900],
    replicas: 2,
    utilization: 190,
    averageMilli: 3800,
  },
  {
    name: 'MissingMetricsNoChangeLt',
    current: 2,
    target: 100,
    requests: thousand(2),
    levels: [600],
    replicas: 2,
    utilization: 60,
    averageMilli: 1200,
  },
  {
    name: 'MissingMetricsUnreadyChange',
    current: 3,
    ready: 'FTT',
    target: 50,
    requests: thousand(3),
    levels: [100, 450],
    replicas: 3,
    utilization: 45,
    averageMilli: 900,
  },
  {
    name: 'MissingMetricsHotCpuNoChange',
    current: 3,
    starts: 'hcc',
    target: 50,
    requests: thousand(3),
    levels: [100, 450],
    replicas: 3,
    utilization: 45,
    averageMilli: 900,
  },
  {
    name: 'MissingMetricsUnreadyScaleUp',
    current: 3,
    ready: 'FTT',
    target: 50,
    requests: thousand(3),
    levels: [100, 2000],
    replicas: 4,
    utilization: 200,
    averageMilli: 4000,
  },
  {
    name: 'MissingMetricsHotCpuScaleUp',
    current: 3,
    ready: 'FTT',
    starts: 'hcc',
    target: 50,
    requests: thousand(3),
    levels: [100, 2000],
    replicas: 4,
    utilization: 200,
    averageMilli: 4000,
  },
  {
    name: 'MissingMetricsUnreadyScaleDown',
    current: 4,
    ready: 'FTTT',
    target: 50,
    requests: thousand(4),
    levels: [100, 100, 100],
    replicas: 3,
    utilization: 10,
    averageMilli: 200,
  },
  {
    name: 'MissingMetricsScaleDownTargetOver100',
    current: 4,
    ready: 'FTTT',
    target: 300,
    requests: [1000, 1000, 2000, 2000],
    levels: [200, 100, 100],
    replicas: 2,
    utilization: 6,
    averageMilli: 200,
  },
  {
    name: 'DuringRollingUpdateWithMaxSurge',
    current: 2,
    phases: 'RRR',
    target: 50,
    requests: thousand(3),
    levels: [100, 100],
    replicas: 2,
    utilization: 10,
    averageMilli: 200,
  },
];

describe('CPU utilisation', () => {
  test.each(cpuCases)('upstream: $name -> $replicas replicas at $utilization %', (row) => {
    const target = { type: 'Utilization', averageUtilization: row.target } as const;
    const metric: MetricSpec =
      row.container === undefined
        ? { type: 'Resource', name: 'cpu', target }
        : { type: 'ContainerResource', name: 'cpu', container: row.container, target };
    const { replicas, current } = proposed(
      ask(metric, row, row.requests, { resource: resourceSamples(row.levels) }),
    );
    expect({ replicas, ...current }).toEqual({
      replicas: row.replicas,
      averageUtilization: row.utilization,
      averageValueMilli: row.averageMilli,
    });
  });

  test.each([
    // 10 pods that use 150m of about 300m a container: 50 %. 56 % is the first target that breaks the tolerance: 0.893.
    { target: 56, replicas: 9, because: '50/56 = 0.893, * 10 = 8.93' },
    { target: 55, replicas: 10, because: '50/55 = 0.909 is tolerated' },
  ])('upstream: ComputedToleranceAlgImplementation at $target %: $because', ({ target, replicas }) => {
    const requests = [100, -100, 10, -10, 2, -2, 1, -1, 0, 0].map((jitter) => 300 + jitter);
    const metric: MetricSpec = {
      type: 'Resource',
      name: 'cpu',
      target: { type: 'Utilization', averageUtilization: target },
    };
    const samples = { resource: resourceSamples(requests.map(() => 150)) };
    expect(proposed(ask(metric, { current: 10 }, requests, samples))).toMatchObject({
      replicas,
      current: { averageUtilization: 50, averageValueMilli: 300 },
    });
  });

  test.each([
    {
      name: 'DisjointResourcesMetrics',
      current: 1,
      requests: [1000],
      levels: [100],
      names: ['an-older-pod-name'],
      failed: 'no metrics returned matched known pods',
    },
    {
      name: 'EmptyMetrics',
      current: 4,
      requests: thousand(3),
      levels: [],
      names: [],
      failed: 'unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    },
    {
      name: 'EmptyCPURequest',
      current: 1,
      requests: [],
      levels: [200],
      names: [],
      failed: 'missing request for cpu in container container1 of Pod test-pod-0',
    },
  ])('upstream: $name fails with "$failed"', ({ current, requests, levels, names, failed }) => {
    const metric: MetricSpec = {
      type: 'Resource',
      name: 'cpu',
      target: { type: 'Utilization', averageUtilization: 100 },
    };
    const outcome = ask(metric, { current }, requests, { resource: resourceSamples(levels, names) });
    expect(outcome).toMatchObject({
      reason: 'FailedGetResourceMetric',
      failed: `failed to get cpu utilization: ${failed}`,
    });
  });
});

interface ValueCase extends Situation {
  readonly name: string;
  readonly type: 'Pods' | 'Object' | 'ObjectAverage' | 'External' | 'ExternalAverage';
  readonly levels: readonly number[];
  readonly target: number;
  readonly replicas: number;
  readonly reported: number;
}

const firm = { scaleDown: 0.1, scaleUp: 0.01 };

const valueCases: ValueCase[] = [
  {
    name: 'ScaleUpCM',
    type: 'Pods',
    current: 3,
    levels: [20000, 10000, 30000],
    target: 15000,
    replicas: 4,
    reported: 20000,
  },
  {
    name: 'ScaleUpCMUnreadyHotCpuNoLessScale',
    type: 'Pods',
    current: 3,
    ready: 'TTF',
    starts: 'cch',
    levels: [50000, 10000, 30000],
    target: 15000,
    replicas: 6,
    reported: 30000,
  },
  {
    name: 'ScaleUpCMUnreadyHotCpuScaleWouldScaleDown',
    type: 'Pods',
    current: 3,
    ready: 'FTF',
    starts: 'hch',
    levels: [50000, 15000, 30000],
    target: 15000,
    replicas: 7,
    reported: 31666,
  },
  {
    name: 'ScaleDownCM',
    type: 'Pods',
    current: 5,
    levels: [12000, 12000, 12000, 12000, 12000],
    target: 20000,
    replicas: 3,
    reported: 12000,
  },
  {
    name: 'ToleranceCM',
    type: 'Pods',
    current: 3,
    levels: [20000, 21000, 21000],
    target: 20000,
    replicas: 3,
    reported: 20666,
  },
  {
    name: 'ConfigurableToleranceCM',
    type: 'Pods',
    current: 3,
    tolerances: firm,
    levels: [20000, 21000, 21000],
    target: 20000,
    replicas: 4,
    reported: 20666,
  },
  {
    name: 'PlainMetricMissingMetricsNoChangeEq',
    type: 'Pods',
    current: 5,
    levels: [20000, 19000, 21000],
    target: 20000,
    replicas: 5,
    reported: 20000,
  },
  {
    name: 'DuringRollingUpdateWithMaxSurgeCM',
    type: 'Pods',
    current: 2,
    phases: 'RRR',
    levels: [10000, 10000],
    target: 17000,
    replicas: 2,
    reported: 10000,
  },
  {
    name: 'ScaleUpCMObject',
    type: 'Object',
    current: 3,
    levels: [20000],
    target: 15000,
    replicas: 4,
    reported: 20000,
  },
  {
    name: 'ScaleUpCMObjectIgnoresUnreadyPods',
    type: 'Object',
    current: 3,
    ready: 'FTF',
    levels: [50000],
    target: 10000,
    replicas: 5,
    reported: 50000,
  },
  {
    name: 'ScaleDownCMObject',
    type: 'Object',
    current: 5,
    levels: [12000],
    target: 20000,
    replicas: 3,
    reported: 12000,
  },
  {
    name: 'ToleranceCMObject',
    type: 'Object',
    current: 3,
    levels: [20666],
    target: 20000,
    replicas: 3,
    reported: 20666,
  },
  {
    name: 'ConfigurableToleranceCMObject',
    type: 'Object',
    current: 3,
    tolerances: firm,
    levels: [20666],
    target: 20000,
    replicas: 4,
    reported: 20666,
  },
  {
    name: 'ScaleUpCMPerPodObject',
    type: 'ObjectAverage',
    current: 3,
    levels: [20000],
    target: 5000,
    replicas: 4,
    reported: 6667,
  },
  {
    name: 'ScaleDownPerPodCMObject',
    type: 'ObjectAverage',
    current: 5,
    levels: [6000],
    target: 2000,
    replicas: 3,
    reported: 1200,
  },
  {
    name: 'TolerancePerPodCMObject',
    type: 'ObjectAverage',
    current: 4,
    levels: [20166],
    target: 5000,
    replicas: 4,
    reported: 5042,
  },
  {
    name: 'ConfigurableTolerancePerPodCMObject',
    type: 'ObjectAverage',
    current: 4,
    tolerances: firm,
    levels: [20208],
    target: 5000,
    replicas: 5,
    reported: 5052,
  },
  {
    name: 'ScaleUpCMExternalIgnoresUnreadyPods (4 wanted, 1 pod at twice its target)',
    type: 'External',
    current: 3,
    ready: 'FTF',
    levels: [8600],
    target: 4400,
    replicas: 2,
    reported: 8600,
  },
  {
    name: 'ScaleDownCMExternal',
    type: 'External',
    current: 5,
    levels: [8600],
    target: 14334,
    replicas: 3,
    reported: 8600,
  },
  {
    name: 'ToleranceCMExternal',
    type: 'External',
    current: 3,
    levels: [8600],
    target: 8888,
    replicas: 3,
    reported: 8600,
  },
  {
    name: 'ConfigurableToleranceCMExternal',
    type: 'External',
    current: 3,
    tolerances: firm,
    levels: [8900],
    target: 8800,
    replicas: 4,
    reported: 8900,
  },
  {
    name: 'ScaleUpPerPodCMExternal',
    type: 'ExternalAverage',
    current: 3,
    levels: [8600],
    target: 2150,
    replicas: 4,
    reported: 2867,
  },
  {
    name: 'ScaleDownPerPodCMExternal',
    type: 'ExternalAverage',
    current: 5,
    levels: [8600],
    target: 2867,
    replicas: 3,
    reported: 1720,
  },
  {
    name: 'TolerancePerPodCMExternal',
    type: 'ExternalAverage',
    current: 3,
    levels: [8600],
    target: 2900,
    replicas: 3,
    reported: 2867,
  },
  {
    name: 'ConfigurableTolerancePerPodCMExternal',
    type: 'ExternalAverage',
    current: 3,
    tolerances: firm,
    levels: [8600],
    target: 2800,
    replicas: 4,
    reported: 2867,
  },
];

const qps = { name: 'qps' };
const deployment = { kind: 'Deployment', name: 'some-deployment' };

function valueMetric(type: ValueCase['type'], target: number): MetricSpec {
  const average = { type: 'AverageValue', averageValueMilli: target } as const;
  const whole = { type: 'Value', valueMilli: target } as const;
  switch (type) {
    case 'Pods':
      return { type, metric: qps, target: average };
    case 'Object':
      return { type, metric: qps, describedObject: deployment, target: whole };
    case 'ObjectAverage':
      return { type: 'Object', metric: qps, describedObject: deployment, target: average };
    case 'External':
      return { type, metric: qps, target: whole };
    case 'ExternalAverage':
      return { type: 'External', metric: qps, target: average };
  }
}

const valueSamples = (levels: readonly number[]): HpaInput['samples'] => ({
  pods: { qps: levels.map((valueMilli, index) => ({ pod: `test-pod-${index}`, valueMilli })) },
  object: [{ ...deployment, metric: 'qps', valueMilli: levels[0]! }],
  external: { qps: levels },
});

describe('metrics of the custom and external APIs', () => {
  test.each(valueCases)('upstream: $name ($type) -> $replicas', (row) => {
    const metric = valueMetric(row.type, row.target);
    const { replicas, current } = proposed(ask(metric, row, [], valueSamples(row.levels)));
    const reported = current.valueMilli ?? current.averageValueMilli;
    expect({ replicas, reported }).toEqual({ replicas: row.replicas, reported: row.reported });
  });

  // replica_calculator.go, calcPlainMetricReplicas: without pods there is nothing that an average could be of.
  test('an average over pods is an error where the selector finds none, whatever the API still serves', () => {
    const outcome = ask(valueMetric('Pods', 1000), { current: 0 }, [], valueSamples([2000]));
    expect(outcome).toMatchObject({
      failed: expect.stringContaining('no pods returned by selector while calculating replica count'),
    });
  });

  // horizontal.go, computeStatusForExternalMetric: the two kinds of target are not named alike.
  test.each([
    { type: 'External', named: 'external metric qps' },
    { type: 'ExternalAverage', named: 'qps external metric' },
  ] as const)('an external metric that nobody serves is told: $type', ({ type, named }) => {
    const outcome = ask(valueMetric(type, 1000), { current: 2 }, [], {});
    expect(outcome).toMatchObject({
      reason: 'FailedGetExternalMetric',
      named: expect.stringMatching(
        new RegExp(`^failed to get qps external metric value: failed to get ${named}: `),
      ),
    });
  });

  test('several series of an external metric are added up', () => {
    const outcome = ask(valueMetric('External', 4000), { current: 2 }, [], valueSamples([3000, 3000]));
    expect(proposed(outcome)).toMatchObject({ replicas: 3, current: { valueMilli: 6000 } });
  });

  test.each([
    { level: 1_000, replicas: 1, because: 'ceil(0.1): any work wakes it' },
    { level: 10_500, replicas: 2, because: 'ceil(1.05): the tolerance is skipped' },
    { level: 0, replicas: 0, because: 'no work, no pod' },
  ])(
    'from 0 replicas a value of $level m against 10000m asks for $replicas: $because',
    ({ level, replicas }) => {
      const outcome = ask(valueMetric('External', 10_000), { current: 0 }, [], valueSamples([level]));
      expect(proposed(outcome).replicas).toBe(replicas);
    },
  );

  test('an absurd value asks for as many replicas as a 32-bit integer holds', () => {
    const outcome = ask(valueMetric('Object', 1), { current: 3 }, [], valueSamples([1e18]));
    expect(proposed(outcome).replicas).toBe(2_147_483_647);
  });

  test('terminating pods that are still ready count for a value of an object', () => {
    const situation = { current: 2, phases: 'RRR', deleted: '..x' };
    const outcome = ask(valueMetric('Object', 1000), situation, [], valueSamples([2000]));
    expect(proposed(outcome).replicas).toBe(6);
  });
});

describe('averages of a resource', () => {
  const average = (target: number): MetricSpec => ({
    type: 'Resource',
    name: 'cpu',
    target: { type: 'AverageValue', averageValueMilli: target },
  });

  test.each([
    {
      situation: { current: 3 },
      levels: [150, 250, 350],
      target: 400,
      replicas: 4,
      because: 'mean floor(1500/3) = 500, 500/400 * 3 = 3.75',
    },
    {
      situation: { current: 4 },
      levels: [100, 100],
      target: 400,
      replicas: 3,
      because: 'two missing pods count as exactly the target: (200+200+400+400)/4 = 300, 0.75 * 4 = 3',
    },
    {
      situation: { current: 4 },
      levels: [900, 900],
      target: 400,
      replicas: 9,
      because: 'missing pods count as idle: (1800+1800)/4 = 900, 2.25 * 4 = 9',
    },
    {
      situation: { current: 3, ready: 'TTF' },
      levels: [300, 300, 900],
      target: 400,
      replicas: 3,
      because: 'the warm-up of CPU holds here too: (600+600+0)/3 = 400 is the target',
    },
  ])('$levels m a container against $target m a pod -> $replicas: $because', (row) => {
    const samples = { resource: resourceSamples(row.levels) };
    expect(proposed(ask(average(row.target), row.situation, [], samples)).replicas).toBe(row.replicas);
  });

  test('no request is needed', () => {
    const outcome = ask(average(400), { current: 1 }, [], { resource: resourceSamples([200]) });
    expect(proposed(outcome)).toMatchObject({ replicas: 1, current: { averageValueMilli: 400 } });
  });
});

describe('what a pod requests', () => {
  const metric: MetricSpec = {
    type: 'Resource',
    name: 'cpu',
    target: { type: 'Utilization', averageUtilization: 50 },
  };
  const bare: ObservedPod = {
    name: 'a',
    phase: 'Running',
    startUs: 0,
    ready: { status: 'True', lastTransitionUs: 0 },
    containers: [{ name: 'app', requestMilli: { cpu: 100 } }],
  };
  const proxy = { name: 'istio-proxy', requestMilli: { cpu: 100 } };
  const used: PodResourceSample = {
    pod: 'a',
    timestampUs: now,
    windowUs: 15 * second,
    containers: [
      { name: 'app', usageMilli: { cpu: 80 } },
      { name: 'istio-proxy', usageMilli: { cpu: 20 } },
    ],
  };
  const askOf = (asked: MetricSpec, pods: readonly ObservedPod[]): MetricProposal | MetricFailure =>
    proposeFor(asked, {
      namespace: 'default',
      currentReplicas: 1,
      statusReplicas: 1,
      pods,
      samples: { resource: [used] },
      tolerances: { scaleDown: 0.1, scaleUp: 0.1 },
      controller,
      nowUs: now,
    });

  test.each([
    {
      own: { sidecars: [proxy] },
      utilization: 50,
      because: 'a native sidecar adds request and usage: 100/200',
    },
    {
      own: { containers: [...bare.containers, proxy] },
      utilization: 50,
      because: 'so does a sidecar among the containers',
    },
    {
      own: { requestMilli: { cpu: 400 } },
      utilization: 25,
      because: 'a pod-level request goes first: 100/400',
    },
    {
      own: { requestMilli: { memory: 1 }, sidecars: [proxy] },
      utilization: 50,
      because: 'a pod-level request of memory leaves CPU to the containers',
    },
  ])('$because', ({ own, utilization }) => {
    expect(proposed(askOf(metric, [{ ...bare, ...own }])).current.averageUtilization).toBe(utilization);
  });

  test('a metric of one container reads that container alone', () => {
    const asked = { ...metric, type: 'ContainerResource', container: 'app' } as const;
    const outcome = proposed(askOf(asked as MetricSpec, [{ ...bare, sidecars: [proxy] }]));
    expect(outcome.current).toEqual({ averageUtilization: 80, averageValueMilli: 80 });
    expect(outcome.name).toBe('cpu container resource utilization (percentage of request)');
  });

  test('one container without a request stops the metric, be its pod ignored otherwise', () => {
    const leaving: ObservedPod = { ...bare, name: 'b', deletionUs: 1, containers: [{ name: 'app' }] };
    expect(askOf(metric, [bare, leaving])).toMatchObject({
      failed: 'failed to get cpu utilization: missing request for cpu in container app of Pod b',
      lacksRequest: 'cpu',
    });
  });

  test('a sidecar without a request stops it as well', () => {
    expect(askOf(metric, [{ ...bare, sidecars: [{ name: 'istio-proxy' }] }])).toMatchObject({
      failed: 'failed to get cpu utilization: missing request for cpu in container istio-proxy of Pod a',
    });
  });

  test('a container that the metrics do not know stops a metric of it', () => {
    const asked: MetricSpec = {
      type: 'ContainerResource',
      name: 'cpu',
      container: 'sqlite',
      target: { type: 'Utilization', averageUtilization: 50 },
    };
    expect(askOf(asked, [bare])).toMatchObject({
      reason: 'FailedGetContainerResourceMetric',
      failed:
        'failed to get cpu utilization: unable to get metrics for resource cpu: failed to get container metrics: container sqlite not present in metrics for pod default/a',
    });
  });

  test('a pod whose sample lacks the resource in one container is missing', () => {
    // 80m of 100m in pod a, nothing known of b: (80 + 100)/200 as busy would be 90 %; both are below the target of 100 %.
    const asked: MetricSpec = {
      type: 'Resource',
      name: 'cpu',
      target: { type: 'Utilization', averageUtilization: 100 },
    };
    const pods = [bare, { ...bare, name: 'b' }];
    const whole = { ...used, containers: [{ name: 'app', usageMilli: { cpu: 80 } }] };
    const torn = {
      ...used,
      pod: 'b',
      containers: [
        { name: 'app', usageMilli: { cpu: 10 } },
        { name: 'istio-proxy', usageMilli: {} },
      ],
    };
    const outcome = proposeFor(asked, {
      namespace: 'default',
      currentReplicas: 2,
      statusReplicas: 2,
      pods,
      samples: { resource: [whole, torn] },
      tolerances: { scaleDown: 0.1, scaleUp: 0.1 },
      controller,
      nowUs: now,
    });
    expect(proposed(outcome)).toMatchObject({ replicas: 2, current: { averageUtilization: 80 } });
    expect(proposed(outcome).steps[0]?.text).toBe('1 ready, 0 unready, 1 missing, 0 ignored');
  });
});
