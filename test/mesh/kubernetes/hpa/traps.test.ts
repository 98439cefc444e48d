import { describe, expect, test } from 'vitest';
import { emptyHpaLogs } from '../../../../src/mesh/kubernetes/hpa/logs.ts';
import { hpaRule } from '../../../../src/mesh/kubernetes/hpa/hpa-rule.ts';
import { scaleDownLimit, scaleUpLimit } from '../../../../src/mesh/kubernetes/hpa/policies.ts';
import {
  conditionOf,
  cpuTarget,
  minute,
  now,
  pod,
  pods,
  sample,
  second,
  sync,
  syncAt,
  using,
} from '../support.ts';

const policy = (value: number) => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max' as const,
  policies: [{ type: 'Percent' as const, value, periodSeconds: 60 }],
});

/** Where a straightforward implementation goes wrong: what it would answer, and what Kubernetes does. */
const traps = [
  {
    trap: 'ceil(current * mean% / target) in floating percentages',
    // 10 pods at 55.9 %: 55.9/50 = 1.118 is out of tolerance, 55/50 = 1.1 is not.
    naive: Math.ceil((10 * 55.9) / 50),
    kubernetes: () => syncAt(10, 559, 50).replicas,
    answer: 10,
  },
  {
    trap: 'a mean of percentages instead of a weighted mean',
    // 100m of 100m and 100m of 1000m: (100 % + 10 %) / 2 = 55 %, but 200m of 1100m is 18 %.
    naive: Math.ceil((2 * 55) / 50),
    kubernetes: () => {
      const small = pod('small', { containers: [{ name: 'app', requestMilli: { cpu: 100 } }] });
      const both = [small, pod('large')];
      return sync({
        spec: { maxReplicas: 10, metrics: [cpuTarget(50)] },
        currentReplicas: 2,
        pods: both,
        samples: { resource: using(both, 100) },
      }).replicas;
    },
    answer: 1,
  },
  {
    trap: 'tolerance as |1 - r| <= 0.1',
    naive: Math.abs(1 - 55 / 50) <= 0.1 ? 10 : Math.ceil((55 / 50) * 10),
    kubernetes: () => syncAt(10, 550, 50).replicas,
    answer: 10,
  },
  {
    trap: 'ratio times current instead of ready pods',
    // 4 are wanted, one Running pod is at twice its target, three are terminating.
    naive: 8,
    kubernetes: () => {
      const one = pod('a');
      const leaving = ['b', 'c', 'd'].map((name) => pod(name, { deletionUs: now }));
      return sync({
        spec: { maxReplicas: 10, metrics: [cpuTarget(50)] },
        currentReplicas: 4,
        pods: [one, ...leaving],
        samples: { resource: using([one, ...leaving], 1000) },
      }).replicas;
    },
    answer: 2,
  },
  {
    trap: 'counting unready pods as load',
    // Two ready at 104 %, two that boot at 104 %: with all of them ceil(2.08 * 4) = 9. Left out: ceil(2.08 * 2) = 5. Taken as
    // idle: 2080/4000 = 52 %, which is tolerated.
    naive: 9,
    kubernetes: () => {
      const ready = pods(2);
      const booting = ['x', 'y'].map((name) =>
        pod(name, {
          startUs: now - 20 * second,
          ready: { status: 'False', lastTransitionUs: now - 20 * second },
        }),
      );
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 4,
        pods: [...ready, ...booting],
        samples: { resource: using([...ready, ...booting], 1040) },
      }).replicas;
    },
    answer: 4,
  },
  {
    trap: 'counting pods that are ready but warmed up within the sample',
    naive: 9,
    kubernetes: () => {
      const ready = pods(2);
      const warm = ['x', 'y'].map((name) =>
        pod(name, {
          startUs: now - 40 * second,
          ready: { status: 'True', lastTransitionUs: now - 10 * second },
        }),
      );
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 4,
        pods: [...ready, ...warm],
        samples: { resource: using([...ready, ...warm], 1040) },
      }).replicas;
    },
    answer: 4,
  },
  {
    trap: 'counting terminating pods as load',
    // Two serve at 50 %, two leave at 150 %: the mean of all is 100 %.
    naive: 8,
    kubernetes: () => {
      const staying = pods(2);
      const leaving = ['x', 'y'].map((name) => pod(name, { deletionUs: now - second }));
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 2,
        pods: [...staying, ...leaving],
        samples: { resource: [...using(staying, 500), ...using(leaving, 1500)] },
      }).replicas;
    },
    answer: 2,
  },
  {
    trap: 'asking for readiness before the sample: an unready pod without a sample is missing, not unready',
    // Three at 10 % of a target of 50 %, one young without sample. Unready pods are left out below 1: ceil(0.2 * 3) = 1.
    // Missing, it is taken as busy: (300 + 1000)/4000 = 32 %, ceil(0.64 * 4) = 3.
    naive: 1,
    kubernetes: () => {
      const measured = pods(3);
      const young = pod('x', {
        startUs: now - minute,
        ready: { status: 'False', lastTransitionUs: now - minute },
      });
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 4,
        pods: [...measured, young],
        samples: { resource: using(measured, 100) },
      }).replicas;
    },
    answer: 3,
  },
  {
    trap: 'leaving missing pods out when scaling up',
    // Two at 104 %, two without a sample: ceil(2.08 * 2) = 5. Taken as idle: 52 %, which is tolerated.
    naive: 5,
    kubernetes: () => {
      const all = pods(4);
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 4,
        pods: all,
        samples: { resource: using(all.slice(0, 2), 1040) },
      }).replicas;
    },
    answer: 4,
  },
  {
    trap: 'taking missing pods as busy on target: at a ratio of exactly 1 they stay out',
    // One at 50 % of a target of 50 %; with the other busy it would be (500 + 1000)/2000 = 75 %, ceil(1.5 * 2) = 3.
    naive: 3,
    kubernetes: () => {
      const all = pods(2);
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 2,
        pods: all,
        samples: { resource: using(all.slice(0, 1), 500) },
      }).replicas;
    },
    answer: 2,
  },
  {
    trap: 'taking unready pods as idle also when the ready ones are not above their target',
    // Two ready at 48 %, two pending: on target. With two idle ones it would be 24 %, ceil(0.48 * 4) = 2.
    naive: 2,
    kubernetes: () => {
      const ready = pods(2);
      const pending = ['x', 'y'].map((name) => pod(name, { phase: 'Pending' }));
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 4,
        pods: [...ready, ...pending],
        samples: { resource: using(ready, 480) },
      }).replicas;
    },
    answer: 4,
  },
  {
    trap: 'following a proposal below the current number out of a ratio above 1',
    // 10 are wanted, 4 exist: two at 200 %, two missing. Taken as idle the mean is 100 %: ceil(2 * 4) = 8.
    naive: 8,
    kubernetes: () => {
      const all = pods(4);
      return sync({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
        currentReplicas: 10,
        pods: all,
        samples: { resource: using(all.slice(0, 2), 2000) },
      }).replicas;
    },
    answer: 10,
  },
  {
    trap: 'no initial recommendation',
    naive: 2,
    kubernetes: () => syncAt(10, 100, 50, { logs: emptyHpaLogs }).replicas,
    answer: 10,
  },
  {
    trap: 'an exclusive edge of the window without behavior',
    naive: 2,
    kubernetes: () =>
      syncAt(10, 100, 50, {
        logs: { ...emptyHpaLogs, recommendations: [{ replicas: 10, atUs: now - 300 * second }] },
      }).replicas,
    answer: 10,
  },
  {
    trap: 'an inclusive edge of the window with behavior',
    naive: 10,
    kubernetes: () =>
      syncAt(10, 100, 50, {
        spec: { maxReplicas: 100, behavior: {} },
        logs: { ...emptyHpaLogs, recommendations: [{ replicas: 10, atUs: now - 300 * second }] },
      }).replicas,
    answer: 2,
  },
  {
    trap: 'percent up floored',
    naive: Math.floor(1 * 1.1),
    kubernetes: () => scaleUpLimit(1, policy(10), emptyHpaLogs, now),
    answer: 2,
  },
  {
    trap: 'percent down rounded up in replicas',
    naive: Math.ceil(72 * 0.9),
    kubernetes: () => scaleDownLimit(72, policy(10), emptyHpaLogs, now),
    answer: 64,
  },
  {
    trap: 'percentages as exact fractions',
    naive: 110,
    kubernetes: () => scaleUpLimit(100, policy(10), emptyHpaLogs, now),
    answer: 111,
  },
  {
    trap: 'behavior: {} taken as no behavior',
    naive: 4,
    kubernetes: () => syncAt(1, 20_000, 50, { spec: { maxReplicas: 100, behavior: {} } }).replicas,
    answer: 5,
  },
];

test.each(traps)('$trap: Kubernetes answers $answer, not $naive', ({ naive, kubernetes, answer }) => {
  expect(kubernetes()).toBe(answer);
  expect(naive).not.toBe(answer);
});

test('one HPA over two versions sees their mean', () => {
  const [idle, busy] = [pods(5), ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name))];
  const output = sync({
    spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
    currentReplicas: 10,
    pods: [...idle, ...busy],
    samples: { resource: [...using(idle, 50), ...using(busy, 950)] },
  });
  expect(output.replicas).toBe(10);
  expect(output.currentMetrics[0]?.averageUtilization).toBe(50);
});

describe('weight shifted onto a version at its minimum', () => {
  // 20 pods' worth of load falls on 1 pod. A pod of request = limit reads at most 100 % of its request; new ones are
  // ready and measured only one sync later, and count as idle until then.
  const climb = (behavior: object | undefined, lagSyncs: number): number[] => {
    const readyFrom: number[] = [-10];
    let logs = { ...emptyHpaLogs, recommendations: [{ replicas: 1, atUs: -1000 * second }] };
    const sizes: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const all = readyFrom.map((from, index) =>
        from <= turn
          ? pod(`p${index}`, { startUs: -3600 * second })
          : pod(`p${index}`, { phase: 'Pending', ready: undefined, startUs: undefined }),
      );
      const serving = all.filter(({ phase }) => phase === 'Running');
      const cpu = Math.min(1000, Math.ceil(10_000 / serving.length));
      const output = hpaRule({
        spec: { maxReplicas: 100, metrics: [cpuTarget(50)], behavior },
        currentReplicas: readyFrom.length,
        pods: all,
        samples: { resource: serving.map(({ name }) => sample(name, cpu)) },
        logs,
        nowUs: turn * 15 * second,
      });
      logs = output.logs as typeof logs;
      while (readyFrom.length < output.replicas) readyFrom.push(turn + lagSyncs);
      sizes.push(output.replicas);
    }
    return sizes;
  };

  test('it climbs by doublings: each sync reads 100 % of a target of 50 % at most', () => {
    expect(climb(undefined, 1).slice(0, 5)).toEqual([2, 4, 8, 16, 20]);
  });

  test('pods that are not ready yet count as idle and damp the next step', () => {
    // Turn 1: one at 100 %, one idle: 50 %, on target, nothing moves. So each doubling takes two syncs.
    expect(climb(undefined, 2)).toEqual([2, 2, 4, 4, 8, 8, 16, 16]);
  });

  test('a pod that can use more than its request climbs by the pace: 1, 4, 8 without behavior, 1, 5, 10 with it', () => {
    const first = (behavior: object | undefined) => {
      const four = syncAt(1, 10_000, 50, { spec: { maxReplicas: 100, behavior } });
      const next = syncAt(four.replicas, 10_000 / four.replicas, 50, {
        spec: { maxReplicas: 100, behavior },
        logs: four.logs,
        nowUs: now + 15 * second,
      });
      return [four.replicas, next.replicas];
    };
    expect(first(undefined)).toEqual([4, 8]);
    expect(first({})).toEqual([5, 10]);
  });
});

test('surge pods of a rolling update do not grow the workload', () => {
  // 4 wanted, 5 exist, the fifth without a sample. 30 % of a target of 50 %; taken as busy the fifth makes it
  // (1200 + 1000)/5000 = 44 %: ceil(0.88 * 5) = 5, an increase out of a ratio below 1.
  const measured = pods(4);
  const output = sync({
    spec: { maxReplicas: 100, metrics: [cpuTarget(50)] },
    currentReplicas: 4,
    pods: [...measured, pod('surge')],
    samples: { resource: using(measured, 300) },
  });
  expect(output.replicas).toBe(4);
  expect(output.steps.find(({ step }) => step === 'guard')?.text).toBe(
    'ceil(0.88 * 5 pods) = 5 would go against the ratio: 4 kept',
  );
  expect(conditionOf(output, 'ScalingActive')).toBe('True ValidMetricFound');
  // What is reported is the reading before the assumption.
  expect(output.currentMetrics[0]?.averageUtilization).toBe(30);
});
