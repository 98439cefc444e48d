import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const scenarioOf = (...http: readonly string[]): Promise<Scenario> =>
  smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 10 }`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('curl', 'v1'),
        deployment('web', 'v1'),
        subsets('web', 'v1', 'v2'),
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [${http.join(', ')}] }
---`,
      ].join(''),
      'later-app.yaml': app,
    },
  );

const toV1 = 'route: [{ destination: { host: web, subset: v1 } }]';
const failing = (percent: number): string =>
  `fault: { abort: { percentage: { value: ${percent} }, httpStatus: 500 } }`;
const testers = 'match: [{ headers: { end-user: { exact: jason } } }]';

const codesOf = (scenario: Scenario) => ({
  before: foresee(scenario).map(({ code }) => code),
  after: runOnce(scenario).record.diagnosis!,
});

// Of about 200 requests an abort of 0.0001 % (the least that Istio takes) meets none but with p = 0.0002.
describe('a fault that is left in a rule', () => {
  test('forbids the tick, although none of the run was drawn, and is foretold', async () => {
    const scenario = await scenarioOf(`{ ${toV1}, ${failing(0.0001)} }`);
    const { before, after } = codesOf(scenario);
    expect(before).toEqual(['fault-rule']);
    expect(after.answer).toBe('holds, but');
    expect(after.findings[0]).toMatchObject({
      code: 'fault-rule',
      sentence: expect.stringMatching(
        /^VirtualService web.default, rule 1 answers .* of its requests with 500 in place of the service \(fault.abort\)\. That none of this run was among them is luck\.$/,
      ) as string,
    });
  });

  test('is told once where it was drawn', async () => {
    const { after } = codesOf(await scenarioOf(`{ ${toV1}, ${failing(20)} }`));
    expect(after.answer).toBe('does not hold');
    expect(after.findings.filter(({ code }) => code === 'fault-rule')).toHaveLength(1);
  });

  test.each([
    {
      http: [`{ ${testers}, ${toV1}, ${failing(100)} }`, `{ ${toV1} }`],
      foretold: ['fault-rule'],
      because: 'it is for testers alone, and none came',
    },
    { http: [`{ ${toV1}, ${failing(0)} }`], foretold: [], because: 'it is for no request' },
  ])('leaves the run green where $because', async ({ http, foretold }) => {
    const { before, after } = codesOf(await scenarioOf(...http));
    expect(before).toEqual(foretold);
    expect(after.answer).toBe('holds');
  });

  test('that delays is foretold', async () => {
    const delayed = `{ ${toV1}, fault: { delay: { percentage: { value: 20 }, fixedDelay: 2s } } }`;
    expect(foresee(await scenarioOf(delayed)).map(({ sentence }) => sentence)).toEqual([
      'VirtualService web.default, rule 1 delays 20 % of its requests by 2 s (fault.delay).',
    ]);
  });
});

// Envoy router.cc: a mirror whose cluster is not there, or that has no host, is left out without a word.
describe('copies that arrive nowhere', () => {
  test.each([
    {
      to: '{ host: web, subset: v3 }',
      percentage: '',
      says: 'web v3, and no copy arrives there: no DestinationRule defines that subset.',
    },
    {
      to: '{ host: web, subset: v2 }',
      percentage: ', mirrorPercentage: { value: 10 }',
      says: 'web v2, and no copy arrives there: no workload has the labels that web v2 selects.',
    },
  ])('forbid the tick, and are foretold: $says', async ({ to, percentage, says }) => {
    const scenario = await scenarioOf(`{ ${toV1}, mirror: ${to}${percentage} }`);
    const sentence = `VirtualService web.default, rule 1 mirrors requests to ${says}`;
    expect(foresee(scenario).map((own) => own.sentence)).toEqual([sentence]);
    const { answer, findings } = runOnce(scenario).record.diagnosis!;
    expect(answer).toBe('holds, but');
    expect(findings.filter(({ code }) => code === 'mirror-lost').map((own) => own.sentence)).toEqual([
      sentence,
    ]);
  });

  test.each([
    { to: '{ host: web, subset: v1 }', percentage: '', because: 'they arrive' },
    {
      to: '{ host: web, subset: v2 }',
      percentage: ', mirrorPercentage: { value: 0 }',
      because: 'none is sent',
    },
  ])('are no finding where $because', async ({ to, percentage }) => {
    const scenario = await scenarioOf(`{ ${toV1}, mirror: ${to}${percentage} }`);
    expect(foresee(scenario).map(({ code }) => code)).not.toContain('mirror-lost');
  });
});
