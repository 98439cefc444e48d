import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Diagnosis } from '../../../src/record/finding.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const scenarioOf = (rules: string, later = ''): Promise<Scenario> =>
  smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }${later}`,
    {
      'mesh.yaml': [
        service('web'),
        service('web-v1').replace('app: web-v1', 'app: web, version: v1'),
        service('web-v2').replace('app: web-v2', 'app: web, version: v2'),
        deployment('curl', 'v1'),
        deployment('web', 'v1'),
        deployment('web', 'v2'),
        rules,
      ].join(''),
      'later-app.yaml': app,
      'later-v3.yaml': deployment('web', 'v3'),
    },
  );

const ruleOf = (...destinations: readonly string[]): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [${destinations.join(', ')}] }] }
---`;

const routeOf = (...backends: readonly string[]): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ group: "", kind: Service, name: web }], rules: [{ backendRefs: [${backends.join(', ')}] }] }
---`;

const toSubset = (subset: string, weight?: number): string =>
  `{ destination: { host: web, subset: ${subset} }${weight === undefined ? '' : `, weight: ${weight}`} }`;
const toService = (name: string, weight?: number): string =>
  `{ name: ${name}, port: 9080${weight === undefined ? '' : `, weight: ${weight}`} }`;

const told = ({ findings }: Diagnosis, code: string) => findings.filter((own) => own.code === code);

// VirtualService: int32 weight, 0 where it is left out; BackendRef.weight: default 1. Shares are weight / sum in both.
describe('a weight that is left out beside others', () => {
  test.each([
    {
      rules: subsets('web', 'v1', 'v2') + ruleOf(toSubset('v1', 90), toSubset('v2')),
      says: 'VirtualService web.default, rule 1 gives web v2 no weight: it gets no request, and the others, whose weights come to 90, get all of them.',
      foretold: [],
      because: 'istiod leaves it out; the analysis tells it before (MS1104)',
    },
    {
      rules: routeOf(toService('web-v1', 90), toService('web-v2')),
      says: 'HTTPRoute web.default, rule 1 gives web-v2 no weight: that is 1 of 91, 1.1 % of the requests.',
      foretold: ['weight-left-out'],
      because: 'Gateway API counts it as 1',
    },
  ])('forbids the tick: $because', async ({ rules, says, foretold }) => {
    const scenario = await scenarioOf(rules);
    const found = foresee(scenario).map(({ code }) => code);
    expect(found.filter((code) => code === 'weight-left-out')).toEqual(foretold);
    const diagnosis = runOnce(scenario).record.diagnosis!;
    expect(diagnosis.answer).toBe('holds, but');
    expect(told(diagnosis, 'weight-left-out').map(({ sentence }) => sentence)).toEqual([says]);
  });

  test.each([
    {
      rules: subsets('web', 'v1', 'v2') + ruleOf(toSubset('v1', 100), toSubset('v2')),
      because: 'the others come to 100',
    },
    {
      rules: routeOf(toService('web-v1'), toService('web-v2')),
      because: 'none is written: each counts alike',
    },
    { rules: routeOf(toService('web-v1', 1), toService('web-v2')), because: 'each is 1' },
  ])('means what it says where $because', async ({ rules }) => {
    const diagnosis = runOnce(await scenarioOf(rules)).record.diagnosis!;
    expect(told(diagnosis, 'weight-left-out')).toEqual([]);
  });
});

const noV3 = subsets('web', 'v1', 'v3');
const wrongLabel = subsets('web', 'v1', 'v2').replace('labels: { version: v2 }', 'labels: { version: V2 }');

// istioctl analyze: IST0101 (the subset is not defined), IST0173 (it selects no pod). At weight 0 nothing is asked of it.
describe('what has the weight 0 to the end and would not be found', () => {
  test.each([
    {
      rules: subsets('web', 'v1') + split('web', { v1: 100, v2: 0 }),
      says: 'VirtualService web.default, rule 1 would send requests to web v2 from the next weight above 0 on, and each of them fails as long as no DestinationRule defines that subset.',
      because: 'no DestinationRule defines it',
    },
    {
      rules: wrongLabel + split('web', { v1: 100, v2: 0 }),
      says: 'no workload has the labels that web v2 selects (web-v2 is in no destination).',
      because: 'its labels miss the pods that are there for it',
    },
  ])('forbids the tick where $because', async ({ rules, says }) => {
    const scenario = await scenarioOf(rules);
    expect(foresee(scenario).filter(({ code }) => code === 'destination-not-there')).toMatchObject([
      { sentence: expect.stringContaining(says) as string },
    ]);
    const diagnosis = runOnce(scenario).record.diagnosis!;
    expect(diagnosis.answer).toBe('holds, but');
    expect(told(diagnosis, 'destination-not-there')[0]!.sentence).toContain(says);
  });

  test('is a note where its pods may be still to come', async () => {
    const scenario = await scenarioOf(
      subsets('web', 'v1', 'v2', 'v3') + split('web', { v1: 50, v2: 50, v3: 0 }),
    );
    expect(foresee(scenario).filter(({ code }) => code === 'destination-not-there')).toEqual([]);
    const diagnosis = runOnce(scenario).record.diagnosis!;
    expect(diagnosis.answer).toBe('holds');
    expect(told(diagnosis, 'destination-not-there')).toMatchObject([{ level: 'note' }]);
  });

  test.each([
    {
      rules: subsets('web', 'v1', 'v2') + split('web', { v1: 100, v2: 0 }),
      later: '',
      because: 'it is there',
    },
    {
      rules: noV3 + split('web', { v1: 100, v3: 0 }),
      later: '\ntimeline:\n  - { at: 10s, apply: later-v3.yaml }',
      because: 'the timeline brings it',
    },
  ])('is no finding where $because', async ({ rules, later }) => {
    const diagnosis = runOnce(await scenarioOf(rules, later)).record.diagnosis!;
    expect(told(diagnosis, 'destination-not-there')).toEqual([]);
  });
});

test('what kept to its weights and reached no pod is told together', async () => {
  const scenario = await scenarioOf(subsets('web', 'v1', 'v2') + split('web', { v1: 90, v3: 10 }));
  const { diagnosis, failures } = runOnce(scenario).record;
  const failed = failures.reduce((sum, { requests }) => sum + requests, 0);
  expect(failed).toBeGreaterThan(0);
  const { sentence } = told(diagnosis!, 'chance')[0]!;
  expect(sentence).toContain(
    `web kept to its weights, but ${failed} of the requests for v3 reached no pod: v1 `,
  );
});

// A match that nobody of the run meets says nothing of what it leads to.
describe('a destination that nobody of the run asks for', () => {
  const matched = (subset: string, header = 'x-canary'): string =>
    `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ match: [{ headers: { ${header}: { exact: "true" } } }], route: [{ destination: { host: web, subset: ${subset} } }] }, { route: [{ destination: { host: web, subset: v1 } }] }] }
---`;
  test.each([
    {
      rules: subsets('web', 'v1', 'v2') + matched('v3'),
      says: 'VirtualService web.default, rule 1 sends requests to web v3. None came in this run, and each fails as long as no DestinationRule defines that subset.',
    },
    {
      rules: subsets('web', 'v1', 'v3') + matched('v3'),
      says: 'VirtualService web.default, rule 1 sends requests to web v3. None came in this run, and each fails as long as no workload has the labels that web v3 selects.',
    },
  ])('forbids the tick where it is not there: $says', async ({ rules, says }) => {
    const diagnosis = runOnce(await scenarioOf(rules)).record.diagnosis!;
    expect(diagnosis.answer).toBe('holds, but');
    expect(told(diagnosis, 'destination-not-there').map(({ sentence }) => sentence)).toEqual([says]);
  });

  test('is no finding where it is', async () => {
    const diagnosis = runOnce(await scenarioOf(subsets('web', 'v1', 'v2') + matched('v2'))).record.diagnosis!;
    expect(told(diagnosis, 'destination-not-there')).toEqual([]);
  });
});
