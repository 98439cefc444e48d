import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const budget = (spec: string, name = 'back'): string => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { ${spec}, selector: { matchLabels: { app: back } } }
---`;
const pod = `
apiVersion: v1
kind: Pod
metadata: { name: alone, labels: { app: back } }
spec: { containers: [{ name: back, image: none }], nodeSelector: { kubernetes.io/hostname: a } }
---`;
const onA = (replicas: number, container = ''): string =>
  deployment('back', 'v1', replicas).replace(
    'image: none }]',
    `image: none${container} }], nodeSelector: { place: here }`,
  );

interface Case {
  readonly pods: string;
  readonly budgets: string;
  readonly later?: string;
  /** Nodes beside the one that is drained. */
  readonly others?: string;
}

/** Node a is drained at 10 s of 120 s. */
const drained = ({
  pods,
  budgets,
  later,
  others = '{ name: b, labels: { place: here } }',
}: Case): Promise<Scenario> =>
  smallScenario(
    `duration: 120s
kubernetes: { nodes: [{ name: a, cpu: 8, labels: { place: here, kubernetes.io/hostname: a } }, ${others}, { name: c }] }
traffic: [{ name: curl, from: curl-v1, host: back, path: /, port: 9080, arrivals: constant, rps: 10 }]
timeline:
  - { at: 10s, drain: { node: a } }${later === undefined ? '' : '\n  - { at: 60s, apply: later.yaml }'}`,
    {
      'mesh.yaml': `${service('back')}${pods}${budgets}${deployment('curl', 'v1').replace('image: none }]', 'image: none }], nodeName: c')}`,
      ...(later === undefined ? {} : { 'later.yaml': later }),
    },
  );

const heldIn = async (own: Case) => {
  const { record } = runOnce(await drained(own));
  return {
    held: record.capacity!.held,
    finding: record.diagnosis!.findings.find(({ code }) => code === 'drain-held'),
    answer: record.diagnosis!.answer,
  };
};
const foreseenOf = async (own: Case) =>
  foresee(await drained(own)).filter(({ code }) => code === 'drain-held');

// Kubernetes, "Specifying a Disruption Budget": "If you set maxUnavailable to 0% or 0, or you set minAvailable to 100% or the number
// of replicas, you are requesting zero voluntary evictions ... the drain never completes." eviction.go for several budgets,
// and disruption.go, getExpectedScale, for pods without a controller.
describe('a drain that a budget holds for ever', () => {
  test.each([
    {
      budgets: budget('minAvailable: 2'),
      because: 'none to spare',
      sparesFrom: 3,
      text: 'for PodDisruptionBudget back wants 2 healthy pods to stay, and no more than 2 are to be there.',
    },
    {
      budgets: budget('maxUnavailable: 0'),
      because: 'none to spare',
      sparesFrom: null,
      text: 'wants 2 healthy',
    },
    {
      budgets: budget('minAvailable: 100%'),
      because: 'none to spare',
      sparesFrom: null,
      text: 'wants 2 healthy',
    },
    // 90 % of 2 is 1.8, rounded up; of 10 pods one may go.
    {
      budgets: budget('minAvailable: 90%'),
      because: 'none to spare',
      sparesFrom: 10,
      text: 'wants 2 healthy',
    },
    {
      budgets: budget('maxUnavailable: 1') + budget('maxUnavailable: 1', 'other'),
      because: 'several budgets',
      sparesFrom: 1,
      text: 'for PodDisruptionBudgets back and other select the same pods',
    },
  ])('is told, and foretold, of $budgets', async ({ budgets, because, sparesFrom, text }) => {
    const own = { pods: onA(2), budgets };
    const { held, finding, answer } = await heldIn(own);
    expect(held).toMatchObject([
      { node: 'a', workload: 'back-v1', pods: 1, fromSeconds: 10, because, sparesFrom },
    ]);
    expect(finding!.level).toBe('harms');
    expect(answer).toBe('holds, but');
    expect(finding!.sentence).toContain(text);
    expect(await foreseenOf(own)).toMatchObject([{ fromSeconds: 10, toSeconds: null }]);
  });

  test('is told of a pod without a controller, which a budget of maxUnavailable does not count', async () => {
    const own = { pods: pod, budgets: budget('maxUnavailable: 1') };
    expect((await heldIn(own)).held).toMatchObject([{ workload: 'alone', because: 'no controller' }]);
    expect(await foreseenOf(own)).toHaveLength(1);
    const counted = { pods: pod, budgets: budget('minAvailable: 0') };
    expect((await heldIn(counted)).held).toBeUndefined();
    expect(await foreseenOf(counted)).toEqual([]);
  });

  test('is none where one pod may go after the other', async () => {
    const own = { pods: onA(2), budgets: budget('maxUnavailable: 1') };
    expect((await heldIn(own)).held).toBeUndefined();
    expect(await foreseenOf(own)).toEqual([]);
  });

  test('ends when the budget is another one', async () => {
    const own = { pods: onA(2), budgets: budget('minAvailable: 2'), later: budget('minAvailable: 1') };
    expect((await heldIn(own)).held).toBeUndefined();
    expect(await foreseenOf(own)).toMatchObject([{ fromSeconds: 10, toSeconds: 60 }]);
  });

  test('is told of what cannot be replaced: no node has room', async () => {
    const own = {
      pods: onA(3, ', resources: { requests: { cpu: 2 } }'),
      budgets: budget('maxUnavailable: 1'),
      others: '{ name: b, cpu: 1, labels: { place: here } }',
    };
    const { held, finding } = await heldIn(own);
    expect(held).toMatchObject([{ pods: 2, because: 'no room', expected: 3, desired: 2, healthy: 2 }]);
    expect(finding).toMatchObject({ level: 'harms' });
    expect(finding!.sentence).toMatch(
      /wants 2 healthy pods to stay, and 2 of 3 are healthy .*no node has room/,
    );
    expect(await foreseenOf(own)).toEqual([]);
  });

  // An autoscaler may make more of them, and then one may go.
  test('is foretold of what is scaled only where no number of pods helps', async () => {
    const scaled = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: back }
spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: back-v1 } }
---`;
    expect(await foreseenOf({ pods: onA(2) + scaled, budgets: budget('minAvailable: 2') })).toEqual([]);
    expect(await foreseenOf({ pods: onA(2) + scaled, budgets: budget('minAvailable: 4') })).toHaveLength(1);
    expect(await foreseenOf({ pods: onA(2) + scaled, budgets: budget('maxUnavailable: 0') })).toHaveLength(1);
  });
});

test.each([
  {
    pods: onA(2),
    spec: 'minAvailable: 2',
    says: [
      'No pod of back-v1 may ever be evicted: PodDisruptionBudget back wants 2 healthy pods to stay, and no more than 2 are to be there. A drain of its node would wait for that: kubectl without end, an upgrade of the cluster until it fails, or takes the pods away all the same (GKE after an hour).',
    ],
  },
  { pods: onA(3), spec: 'minAvailable: 2', says: [] },
])('a budget of $spec is told without any drain, where it lets nobody go', async ({ pods, spec, says }) => {
  const scenario = await smallScenario(
    'duration: 60s\ntraffic: [{ name: curl, from: curl-v1, host: back, path: /, port: 9080, arrivals: constant, rps: 10 }]',
    { 'mesh.yaml': [service('back'), pods, budget(spec), deployment('curl', 'v1')].join('') },
  );
  const found = foresee(scenario).filter(({ code }) => code === 'drain-held');
  expect(found.map(({ sentence }) => sentence)).toEqual(says);
});
