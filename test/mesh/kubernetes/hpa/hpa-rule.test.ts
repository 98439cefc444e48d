import { describe, expect, test } from 'vitest';
import { hpaRule, type ObservedPod, type PodResourceSample } from '../../../../src/index.ts';
import { emptyHpaLogs } from '../../../../src/mesh/kubernetes/hpa/logs.ts';
import type { MetricSpec } from '../../../../src/mesh/kubernetes/hpa/spec.ts';
import { conditionOf, cpuTarget, minute, now, pods, second, sync, syncAt, using } from '../support.ts';

describe('the order of a sync', () => {
  test('a target scaled to 0 by hand is left alone', () => {
    const output = sync({ currentReplicas: 0 });
    expect(output.replicas).toBe(0);
    expect(conditionOf(output, 'ScalingActive')).toBe('False ScalingDisabled');
    expect(output.conditions.map(({ type }) => type)).toEqual(['AbleToScale', 'ScalingActive']);
  });

  test('with a minimum of 0 it is not: a queue wakes it', () => {
    const output = sync({
      spec: {
        minReplicas: 0,
        maxReplicas: 10,
        metrics: [
          {
            type: 'External',
            metric: { name: 'queue' },
            target: { type: 'AverageValue', averageValueMilli: 5000 },
          },
        ],
      },
      currentReplicas: 0,
      samples: { external: { queue: [12_000] } },
    });
    expect(output.replicas).toBe(3);
  });

  // horizontal.go, computeReplicasForMetrics: the first proposal counts whatever it is, the next where they are greater.
  test.each([
    { queueMilli: 0, current: 2, replicas: 0, reason: 'All metrics below target' },
    { queueMilli: 4_000, current: 2, replicas: 1, reason: 'All metrics below target' },
    { queueMilli: 4_000, current: 0, replicas: 1, reason: 'external metric queue(nil) above target' },
  ])('a queue of $queueMilli thousandths for 5 each asks for $replicas of $current', (row) => {
    const output = sync({
      spec: {
        minReplicas: 0,
        maxReplicas: 10,
        metrics: [
          {
            type: 'External',
            metric: { name: 'queue' },
            target: { type: 'AverageValue', averageValueMilli: 5000 },
          },
        ],
      },
      currentReplicas: row.current,
      samples: { external: { queue: [row.queueMilli] } },
    });
    expect(output).toMatchObject({ replicas: row.replicas, reason: row.reason });
    expect(output.conditions).toContainEqual({
      type: 'ScalingActive',
      status: 'True',
      reason: 'ValidMetricFound',
      message: 'the HPA was able to successfully calculate a replica count from external metric queue(nil)',
    });
    // At 0 replicas there is nothing to share the value among.
    const shared = row.current === 0 ? row.queueMilli : row.queueMilli / row.current;
    expect(JSON.stringify(output.currentMetrics)).toContain(`${shared}`);
  });

  test.each([
    {
      current: 12,
      replicas: 10,
      reason: 'Current number of replicas above Spec.MaxReplicas',
      because: 'above max',
    },
    {
      current: 1,
      replicas: 3,
      reason: 'Current number of replicas below Spec.MinReplicas',
      because: 'below min',
    },
  ])(
    '$current replicas $because become $replicas without a look at metrics',
    ({ current, replicas, reason }) => {
      const behavior = {
        scaleUp: { selectPolicy: 'Disabled' as const },
        scaleDown: { selectPolicy: 'Disabled' as const },
      };
      const output = sync({ spec: { minReplicas: 3, maxReplicas: 10, behavior }, currentReplicas: current });
      expect(output).toMatchObject({ replicas, reason, currentMetrics: [] });
      expect(output.conditions).toEqual([
        {
          type: 'AbleToScale',
          status: 'True',
          reason: 'SucceededRescale',
          message: `the HPA controller was able to update the target scale to ${replicas}`,
        },
      ]);
      expect(output.events).toEqual([
        { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${replicas}; reason: ${reason}` },
      ]);
      // Forced moves count for the pace of later ones.
      const change = { change: Math.abs(replicas - current), atUs: now, outdated: false };
      expect([...output.logs.scaleUps, ...output.logs.scaleDowns]).toEqual([change]);
    },
  );

  test.each([
    { behavior: undefined, because: 'without behavior' },
    { behavior: {}, because: 'with it' },
  ])('a new HPA does not scale down for 300 s, $because', ({ behavior }) => {
    const spec = { maxReplicas: 100, behavior };
    const first = syncAt(10, 100, 50, { spec, logs: emptyHpaLogs });
    expect(first.replicas).toBe(10);
    expect(first.logs.recommendations).toEqual([
      { replicas: 10, atUs: now },
      { replicas: 2, atUs: now },
    ]);
    expect(conditionOf(first, 'AbleToScale')).toBe('True ScaleDownStabilized');

    const at = (secondsLater: number): number =>
      syncAt(10, 100, 50, { spec, logs: first.logs, nowUs: now + secondsLater * second }).replicas;
    expect(at(299)).toBe(10);
    expect(at(300)).toBe(behavior === undefined ? 10 : 2);
    expect(at(301)).toBe(2);
  });

  test('a new HPA scales up at once', () => {
    expect(syncAt(10, 1000, 50, { logs: emptyHpaLogs }).replicas).toBe(20);
  });

  test('a first up window holds a new HPA back', () => {
    const spec = { maxReplicas: 100, behavior: { scaleUp: { stabilizationWindowSeconds: 60 } } };
    const output = syncAt(10, 1000, 50, { spec, logs: emptyHpaLogs });
    expect(output.replicas).toBe(10);
    expect(conditionOf(output, 'AbleToScale')).toBe('True ScaleUpStabilized');
  });
});

describe('pace', () => {
  test.each([
    { current: 1, behavior: undefined, replicas: 4 },
    { current: 3, behavior: undefined, replicas: 6 },
    { current: 1, behavior: {}, replicas: 5 },
    { current: 3, behavior: {}, replicas: 7 },
  ])(
    'from $current replicas a great demand gets $replicas (behavior: $behavior)',
    ({ current, behavior, replicas }) => {
      const output = syncAt(current, 20_000, 50, { spec: { maxReplicas: 100, behavior } });
      expect(output.replicas).toBe(replicas);
      expect(conditionOf(output, 'ScalingLimited')).toBe('True ScaleUpLimit');
    },
  );

  test('a climb that was limited resumes by itself: the log holds what was asked, not what was given', () => {
    const spec = { maxReplicas: 100, behavior: {} };
    const first = syncAt(1, 20_000, 50, { spec });
    expect(first.logs.recommendations.at(-1)).toEqual({ replicas: 40, atUs: now });
    // The same demand over 5 pods, then over 10: 20 000m in all, against 50 %.
    const second15 = syncAt(5, 4_000, 50, { spec, logs: first.logs, nowUs: now + 15 * second });
    expect(second15.replicas).toBe(10);
    const third = syncAt(10, 2_000, 50, { spec, logs: second15.logs, nowUs: now + 30 * second });
    expect(third.replicas).toBe(20);
  });

  test('with a down window the highest peak holds for 300 s, then the next lower one', () => {
    const spec = { maxReplicas: 100, behavior: {} };
    // Demand in whole pods at 50 % over 40 pods: peaks of 40 at 0 s and 20 at 60 s, then 4.
    const demand = (seconds: number): number => (seconds === 0 ? 40 : seconds === 60 ? 20 : 4);
    let logs = { ...emptyHpaLogs, recommendations: [{ replicas: 40, atUs: now - 400 * second }] };
    let replicas = 40;
    const changes: [number, number][] = [];
    for (let seconds = 0; seconds <= 420; seconds += 15) {
      // Usage is rounded up as metrics are, which a tolerance of 10 % hides.
      const cpu = Math.ceil((demand(seconds) * 500) / replicas);
      const output = syncAt(replicas, cpu, 50, { spec, logs, nowUs: now + seconds * second });
      if (output.replicas !== replicas) changes.push([seconds, output.replicas]);
      replicas = output.replicas;
      logs = output.logs as typeof logs;
    }
    expect(changes).toEqual([
      [300, 20],
      [360, 4],
    ]);
  });

  test('without behavior no change is logged, with it every change is', () => {
    expect(syncAt(4, 1000, 50).logs.scaleUps).toEqual([]);
    const output = syncAt(4, 1000, 50, { spec: { maxReplicas: 100, behavior: {} } });
    expect(output.logs.scaleUps).toEqual([{ change: 4, atUs: now, outdated: false }]);
  });
});

describe('several metrics', () => {
  const rate = (averageValueMilli: number): MetricSpec => ({
    type: 'Pods',
    metric: { name: 'rps' },
    target: { type: 'AverageValue', averageValueMilli },
  });
  const running = pods(10);
  const rps = (valueMilli: number) => ({
    pods: { rps: running.map(({ name }) => ({ pod: name, valueMilli })) },
  });
  const spec = { maxReplicas: 100, metrics: [cpuTarget(50), rate(10_000)] };
  const cpu = (milli: number) => ({ resource: using(running, milli) });

  test.each([
    {
      samples: { ...cpu(600), ...rps(18_000) },
      replicas: 18,
      reason: 'pods metric rps above target',
      because: 'the larger proposal wins',
    },
    {
      samples: { ...cpu(600), ...rps(2_000) },
      replicas: 12,
      reason: 'cpu resource utilization (percentage of request) above target',
      because: 'one that would go down does not hold the other',
    },
    {
      samples: { ...cpu(200), ...rps(3_000) },
      replicas: 4,
      reason: 'All metrics below target',
      because: 'down only as far as both allow',
    },
    {
      samples: { ...cpu(600) },
      replicas: 12,
      reason: 'cpu resource utilization (percentage of request) above target',
      because: 'a failed one does not forbid scaling up',
    },
    {
      samples: { ...rps(18_000) },
      replicas: 18,
      reason: 'pods metric rps above target',
      because: 'whichever it is',
    },
  ])('$because: $replicas', ({ samples, replicas, reason }) => {
    const output = sync({ spec, currentReplicas: 10, pods: running, samples });
    expect(output).toMatchObject({ replicas, reason });
    expect(conditionOf(output, 'ScalingActive')).toBe('True ValidMetricFound');
  });

  test('scaling down is forbidden while a metric fails: it might have asked for more', () => {
    const output = sync({ spec, currentReplicas: 10, pods: running, samples: cpu(200) });
    expect(output.replicas).toBe(10);
    expect(conditionOf(output, 'ScalingActive')).toBe('False FailedGetPodsMetric');
    expect(conditionOf(output, 'ScalingLimited')).toBeUndefined();
    expect(output.currentMetrics).toEqual([{ averageUtilization: 20, averageValueMilli: 200 }, undefined]);
  });

  test('to keep the size is allowed with a failed metric', () => {
    const output = sync({ spec, currentReplicas: 10, pods: running, samples: cpu(500) });
    expect(conditionOf(output, 'ScalingActive')).toBe('True ValidMetricFound');
  });

  test('if all fail nothing changes, and the first failure is told', () => {
    const output = sync({ spec, currentReplicas: 10, pods: running });
    const failed =
      'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';
    expect(output.replicas).toBe(10);
    expect(output.conditions.at(-1)).toEqual({
      type: 'ScalingActive',
      status: 'False',
      reason: 'FailedGetResourceMetric',
      message: `the HPA was unable to compute the replica count: ${failed}`,
    });
    expect(output.events).toEqual([
      { type: 'Warning', reason: 'FailedGetResourceMetric', message: failed },
      {
        type: 'Warning',
        reason: 'FailedGetPodsMetric',
        message: 'unable to get metric rps: no metrics returned from custom metrics API',
      },
      {
        type: 'Warning',
        reason: 'FailedComputeMetricsReplicas',
        message: `invalid metrics (2 invalid out of 2), first error is: failed to get cpu resource metric value: ${failed}`,
      },
    ]);
    // Nothing was recommended, but a new log would have got its first entry.
    expect(output.logs.recommendations).toHaveLength(1);
  });

  test('pods that are all too young leave nothing to read', () => {
    const young = pods(2, {
      startUs: now - minute,
      ready: { status: 'False', lastTransitionUs: now - minute },
    });
    const output = sync({
      spec: { maxReplicas: 10 },
      currentReplicas: 2,
      pods: young,
      samples: { resource: using(young, 900) },
    });
    expect(output.conditions.at(-1)?.message).toBe(
      'the HPA was unable to compute the replica count: failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
    );
  });
});

describe('selectors', () => {
  test('two HPAs over a common pod both stop', () => {
    const controlledBy = [
      { name: 'reviews-v1', namespace: 'default' },
      { name: 'reviews-v2', namespace: 'default' },
    ];
    const output = syncAt(4, 1000, 50, { selector: 'app=reviews', controlledBy });
    const message =
      'pods by selector app=reviews are controlled by multiple HPAs: [{reviews-v1 default} {reviews-v2 default}]';
    expect(output.replicas).toBe(4);
    expect(output.conditions.at(-1)).toEqual({
      type: 'ScalingActive',
      status: 'False',
      reason: 'AmbiguousSelector',
      message,
    });
    expect(output.events.map(({ reason }) => reason)).toEqual([
      'AmbiguousSelector',
      'FailedComputeMetricsReplicas',
    ]);
  });

  test('a scale without a selector cannot be measured', () => {
    expect(conditionOf(syncAt(4, 1000, 50, { selector: '' }), 'ScalingActive')).toBe('False InvalidSelector');
  });
});

describe('conditions', () => {
  test('a change tells all three', () => {
    expect(syncAt(3, 500, 30, { spec: { minReplicas: 2, maxReplicas: 6 } }).conditions).toEqual([
      {
        type: 'AbleToScale',
        status: 'True',
        reason: 'SucceededRescale',
        message: 'the HPA controller was able to update the target scale to 5',
      },
      {
        type: 'ScalingActive',
        status: 'True',
        reason: 'ValidMetricFound',
        message:
          'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      },
      {
        type: 'ScalingLimited',
        status: 'False',
        reason: 'DesiredWithinRange',
        message: 'the desired count is within the acceptable range',
      },
    ]);
  });

  test.each([
    {
      count: 3,
      cpu: 300,
      spec: { maxReplicas: 6 },
      able: 'True ReadyForNewScale',
      limited: 'False DesiredWithinRange',
      because: 'on target',
    },
    {
      count: 6,
      cpu: 900,
      spec: { maxReplicas: 6 },
      able: 'True ReadyForNewScale',
      limited: 'True TooManyReplicas',
      because: 'it is full',
    },
    {
      count: 2,
      cpu: 10,
      spec: { minReplicas: 2, maxReplicas: 6 },
      able: 'True ReadyForNewScale',
      limited: 'True TooFewReplicas',
      because: 'at min',
    },
    {
      count: 5,
      cpu: 10,
      spec: { minReplicas: 2, maxReplicas: 6 },
      able: 'True SucceededRescale',
      limited: 'True TooFewReplicas',
      because: 'down to min',
    },
    {
      count: 3,
      cpu: 900,
      spec: { maxReplicas: 20 },
      able: 'True SucceededRescale',
      limited: 'True ScaleUpLimit',
      because: 'the pace',
    },
    {
      count: 10,
      cpu: 10,
      spec: {
        maxReplicas: 20,
        behavior: {
          scaleDown: {
            policies: [{ type: 'Pods' as const, value: 1, periodSeconds: 60 }],
            stabilizationWindowSeconds: 0,
          },
        },
      },
      able: 'True SucceededRescale',
      limited: 'True ScaleDownLimit',
      because: 'the pace down',
    },
  ])(
    '$count pods at $cpu m against 30 %: $able, $limited: $because',
    ({ count, cpu, spec, able, limited }) => {
      const output = syncAt(count, cpu, 30, { spec });
      expect(conditionOf(output, 'AbleToScale')).toBe(able);
      expect(conditionOf(output, 'ScalingLimited')).toBe(limited);
    },
  );

  test('what was held back is named: without behavior always a scale-down', () => {
    const recent = { ...emptyHpaLogs, recommendations: [{ replicas: 12, atUs: now - minute }] };
    // An older recommendation above the current number scales up, though the condition speaks of scaling down.
    const legacy = syncAt(10, 500, 50, { logs: recent });
    expect(legacy.replicas).toBe(12);
    expect(legacy.steps.find(({ step }) => step === 'stabilisation')?.text).toBe(
      '10 -> 12: recommendation 12 of 60 s ago decides',
    );
    const held = syncAt(12, 100, 50, { logs: recent, spec: { maxReplicas: 20, behavior: {} } });
    expect(held.replicas).toBe(12);
    expect(conditionOf(held, 'AbleToScale')).toBe('True ScaleDownStabilized');
  });

  test('what a sync does not set stays as it was', () => {
    const before = syncAt(6, 900, 30, { spec: { maxReplicas: 6 } }).conditions;
    const forced = syncAt(6, 900, 30, { spec: { maxReplicas: 5 }, conditions: before });
    expect(forced.conditions.map(({ type, reason }) => [type, reason])).toEqual([
      ['AbleToScale', 'SucceededRescale'],
      ['ScalingActive', 'ValidMetricFound'],
      ['ScalingLimited', 'TooManyReplicas'],
    ]);
  });

  test('a scale that cannot be written stays, and no change is logged', () => {
    const output = syncAt(4, 1000, 50, { spec: { maxReplicas: 100, behavior: {} }, writeError: 'conflict' });
    expect(output.replicas).toBe(4);
    expect(conditionOf(output, 'AbleToScale')).toBe('False FailedUpdateScale');
    expect(output.logs.scaleUps).toEqual([]);
    expect(output.events.at(-1)?.message).toBe(
      'New size: 8; reason: cpu resource utilization (percentage of request) above target; error: conflict',
    );
  });
});

test('every sync tells its inputs, formula, tolerance, window and limit', () => {
  const grown = syncAt(3, 900, 30, { spec: { maxReplicas: 20 } });
  expect(grown.steps.map(({ step, text }) => `${step}: ${text}`)).toEqual([
    'input: 3 replicas wanted, min 1, max 20',
    'pods: 3 ready, 0 unready, 0 missing, 0 ignored',
    'reading: floor(100 * 2700m / 3000m) = 90 %, / 30 % = 3',
    'proposal: ceil(3 * 3 ready pods) = 9',
    'stabilisation: 9 -> 9: no other recommendation in its window decides',
    'limit: 9 -> 6: ScaleUpLimit, the pace allows 6',
    'result: 3 -> 6',
  ]);
  const metric = 'cpu resource utilization (percentage of request)';
  expect(grown.steps.flatMap((own) => own.metric ?? [])).toEqual([metric, metric, metric]);
  const still = syncAt(3, 310, 30);
  expect(still.steps.find(({ step }) => step === 'tolerance')?.text).toBe(
    '0.9 <= 1.0333 <= 1.1: within tolerance, 3 kept',
  );
});

test('the input is left as it was', () => {
  const logs = Object.freeze({
    recommendations: Object.freeze([{ replicas: 2, atUs: 0 }]),
    scaleUps: Object.freeze([]),
    scaleDowns: Object.freeze([]),
  });
  const conditions = Object.freeze(syncAt(3, 900, 30).conditions);
  expect(() =>
    syncAt(3, 900, 30, { spec: { maxReplicas: 9, behavior: {} }, logs, conditions }),
  ).not.toThrow();
});

test('the example of the docstring', () => {
  const one = (name: string): ObservedPod => ({
    name,
    phase: 'Running',
    startUs: 0,
    ready: { status: 'True', lastTransitionUs: 0 },
    containers: [{ name: 'app', requestMilli: { cpu: 500 } }],
  });
  const measured = (name: string): PodResourceSample => ({
    pod: name,
    timestampUs: 900e6,
    windowUs: 15e6,
    containers: [{ name: 'app', usageMilli: { cpu: 480 } }],
  });
  const output = hpaRule({
    spec: { maxReplicas: 10, metrics: [cpuTarget(70)] },
    currentReplicas: 2,
    pods: [one('a'), one('b')],
    samples: { resource: [measured('a'), measured('b')] },
    nowUs: 900e6,
  });
  // 480/500 = 96 %; 96/70 * 2 = 2.74
  expect(output.replicas).toBe(3);
  expect(output.reason).toBe('cpu resource utilization (percentage of request) above target');
});

// horizontal.go, computeReplicasForMetric, the last case: validation keeps such types out, and whoever calls the rule may not.
test.each(['constructor', 'toString', 'Weather'])(
  'a metric of the unknown type %s fails by itself',
  (type) => {
    const unknown = { type, target: { type: 'AverageValue', averageValueMilli: 1 } } as unknown as MetricSpec;
    const output = sync({ spec: { maxReplicas: 10, metrics: [unknown] }, currentReplicas: 3, pods: pods(3) });
    expect(output.replicas).toBe(3);
    expect(conditionOf(output, 'ScalingActive')).toBe('False InvalidMetricSourceType');
  },
);
