import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { FindingRecord } from '../../../src/record/finding.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const of = (resource: string): string =>
  `{ type: Resource, resource: { name: ${resource}, target: { type: Utilization, averageUtilization: 60 } } }`;
const queue = '{ type: External, external: { metric: { name: queue }, target: { type: Value, value: 10 } } }';
const container =
  '{ type: ContainerResource, containerResource: { name: cpu, container: other, target: { type: Utilization, averageUtilization: 60 } } }';
const scaler = (
  metrics: string,
  bounds = 'minReplicas: 1, maxReplicas: 5',
  more = '',
  name = 'own',
): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web-v1 }, ${bounds}, metrics: [${metrics}]${more} }
---`;
const asking = (replicas = 2): string =>
  deployment('web', 'v1', replicas).replace(
    'image: none',
    'image: none, resources: { requests: { cpu: 500m } }',
  );

async function played(scalers: string, web = asking()): Promise<RunRecord> {
  const scenario = await smallScenario(
    `duration: 60s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 5 }`,
    {
      'mesh.yaml': `${service('web')}${web}${deployment('web', 'v2')}${deployment('curl', 'v1')}${scalers}`,
      'later-app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, script: [{ cpu: 1ms }] }, { name: curl, match: { app: curl } }] }
`,
    },
  );
  return runOnce(scenario).record;
}

const toldIn = ({ diagnosis }: RunRecord): FindingRecord[] =>
  diagnosis!.findings.filter(({ code }) => code === 'autoscaler-cannot-decide');
const answerOf = ({ diagnosis }: RunRecord): string => diagnosis!.answer;

const fixed = 'minReplicas: 2, maxReplicas: 2';
const frozen = ', behavior: { scaleUp: { selectPolicy: Disabled }, scaleDown: { selectPolicy: Disabled } }';

// horizontal.go, reconcileAutoscaler and computeReplicasForMetrics: bounds hold whatever is read; of several metrics the largest counts.
describe('an autoscaler that goes by what the model does not measure', () => {
  test.each([
    { metrics: of('memory'), because: 'memory alone may ask for more, or for fewer' },
    { metrics: `${of('memory')}, ${of('cpu')}`, because: 'memory may ask for more than CPU does' },
    { metrics: queue, because: 'so may a queue' },
  ])('forbids the tick, as $because', async ({ metrics }) => {
    expect(answerOf(await played(scaler(metrics)))).toBe('holds, but');
  });

  test.each([
    { own: scaler(of('memory'), fixed), because: 'it may have two pods alone' },
    { own: scaler(queue, fixed), because: 'the same, by a queue' },
    { own: scaler(`${of('memory')}, ${of('cpu')}`, fixed), because: 'the same, beside CPU' },
    {
      own: scaler(of('memory'), undefined, frozen),
      because: 'it may scale neither up nor down (HPA, selectPolicy)',
    },
    {
      own: scaler(`${of('memory')}, ${of('cpu')}`, undefined, frozen),
      because: 'the same, beside CPU',
    },
  ])('does not where it can change nothing: $because', async ({ own }) => {
    const record = await played(own);
    expect(answerOf(record)).toBe('holds');
    for (const { level, sentence } of toldIn(record)) {
      expect(level).toBe('note');
      expect(sentence).toMatch(/It could ask for 2 pods and for no other number\.$/);
    }
  });

  test('does where its bounds forbid it nothing, though one direction is switched off', async () => {
    const up = ', behavior: { scaleUp: { selectPolicy: Disabled } }';
    expect(answerOf(await played(scaler(of('memory'), undefined, up)))).toBe('holds, but');
  });
});

// Each cause has its own way out (kubernetes.io, HPA walkthrough: conditions and their reasons).
test.each([
  {
    reason: 'FailedGetScale',
    own: scaler(of('cpu')).replace('name: web-v1', 'name: shop'),
    advice: 'Write into scaleTargetRef of autoscaler own',
  },
  {
    reason: 'AmbiguousSelector',
    own: scaler(of('cpu')) + scaler(of('cpu'), undefined, '', 'another'),
    advice: 'Keep one autoscaler for web-v1',
  },
  {
    reason: 'FailedGetContainerResourceMetric',
    own: scaler(container),
    advice: 'Name in autoscaler own a container that the pods of web-v1 have.',
  },
  {
    reason: 'FailedGetExternalMetric',
    own: scaler(queue),
    advice: 'Scale by hand in the timeline what it would scale',
  },
])('of $reason the advice is "$advice"', async ({ own, reason, advice }) => {
  const [told] = toldIn(await played(own));
  expect(told!.sentence).toContain(`(${reason})`);
  expect(told!.level).toBe('harms');
  expect(told!.remedies[0]!.text).toContain(advice);
});

test('of containers that ask for no CPU the advice is to let them ask, or to go by an amount', async () => {
  const [told] = toldIn(await played(scaler(of('cpu')), deployment('web', 'v1', 2)));
  expect(told!.remedies.map(({ text }) => text)).toEqual([
    'Give each container of web-v1 that asks for no CPU a request (100m).',
    'Or let autoscaler own go by an averageValue, which needs no request.',
  ]);
});

// horizontal.go: "scaling is disabled since the replica count of the target is zero": somebody wanted that.
test('a target that is scaled to 0 is told of, and forbids no tick', async () => {
  const record = await played(scaler(of('cpu')), asking(0));
  const [told] = toldIn(record);
  expect(told).toMatchObject({
    level: 'note',
    remedies: [{ text: expect.stringContaining('Scale web-v1') }],
  });
  expect(answerOf(record)).toBe('holds');
});

// horizontal.go, validateAndParseSelector: the selector stands in the message as labels.Selector prints it.
test('two autoscalers for the same pods are told with the selector that finds them', async () => {
  const record = await played(scaler(of('cpu'), fixed) + scaler(of('cpu'), fixed, '', 'another'));
  expect(toldIn(record)[0]!.sentence).toContain(
    'pods by selector app=web,version=v1 are controlled by multiple HPAs: [{another default} {own default}]',
  );
  expect(answerOf(record)).toBe('holds');
});
