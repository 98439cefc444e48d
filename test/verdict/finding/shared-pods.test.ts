import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RuleFact } from '../../../src/record/mesh-facts.ts';
import { sharedRemedies } from '../../../src/verdict/finding/shared-pods.ts';
import { sharedIn } from '../../../src/verdict/weighed.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const to = (service: string, subset: string | null, workloads: readonly string[], weight = 0.5) => ({
  to: subset === null ? service : `${service} ${subset}`,
  service,
  subset,
  weight,
  workloads,
});
const ruleOf = (...destinations: readonly object[]): RuleFact =>
  ({ destinations, headless: null }) as unknown as RuleFact;
const both = ['web-v1', 'web-v2'];

test.each<{ rule: RuleFact; parts: readonly (readonly [string, string | null, string])[]; because: string }>([
  {
    rule: ruleOf(to('web', 'v1', both), to('web', 'v2', both)),
    parts: [
      ['web', 'v1', 'web-v1'],
      ['web', 'v2', 'web-v2'],
    ],
    because: 'workloads are called as Service and subset',
  },
  {
    rule: ruleOf(to('web-v1', null, both), to('web-v2', null, both)),
    parts: [
      ['web-v1', null, 'web-v1'],
      ['web-v2', null, 'web-v2'],
    ],
    because: 'workloads are called as the Services',
  },
  {
    rule: ruleOf(
      to('web', 'stable', ['shop-stable', 'shop-canary']),
      to('web', 'canary', ['shop-stable', 'shop-canary']),
    ),
    parts: [
      ['web', 'stable', 'shop-stable'],
      ['web', 'canary', 'shop-canary'],
    ],
    because: 'the ends of their names tell the subset',
  },
  {
    rule: ruleOf(to('web', 'v1', both), to('web', 'v2', both), to('web', 'v3', both, 0)),
    parts: [
      ['web', 'v1', 'web-v1'],
      ['web', 'v2', 'web-v2'],
    ],
    because: 'a destination of weight 0 has no part',
  },
])('destinations that share pods are given each its own where $because', ({ rule, parts }) => {
  expect(sharedRemedies(rule).map(({ changes }) => changes)).toEqual([
    [
      {
        kind: 'own-pods',
        parts: parts.map(([service, subset, workload]) => ({ service, subset, workload })),
      },
    ],
  ]);
});

test.each([
  { rule: ruleOf(to('web', 'v1', ['a', 'b']), to('web', 'v2', ['a', 'b'])), because: 'no name tells' },
  { rule: ruleOf(to('web', 'v1', ['web-v1']), to('web', 'v2', ['web-v1'])), because: 'only one name does' },
  { rule: ruleOf(to('web', 'v1', both), to('web', 'v1', both)), because: 'both would have the same' },
])('somebody has to give them labels where $because', ({ rule }) => {
  expect(sharedRemedies(rule)).toEqual([
    {
      text: 'Give each of the two (the Services’ selectors, or the subsets) a label that only its version has.',
      changes: [],
    },
  ]);
});

test.each([
  {
    rule: ruleOf(to('web', 'v1', both), to('web', 'v2', ['web-v2'])),
    shared: ['web-v2'],
    because: 'one has all',
  },
  {
    rule: ruleOf(to('web', 'v1', ['web-v1']), to('web', 'v2', ['web-v2'])),
    shared: undefined,
    because: 'they are apart',
  },
  {
    rule: ruleOf(to('web', 'v1', both), to('web', 'v2', both, 0)),
    shared: both,
    because: 'a weight of 0 keeps no request from the pods of v2',
  },
  {
    rule: ruleOf(to('web', 'v1', ['web-v1']), to('web', 'v2', ['web-v1'], 0)),
    shared: undefined,
    because: 'only one is drawn, and there is no other version',
  },
  {
    rule: ruleOf(to('a', null, ['a']), to('b', null, ['b']), to('c', null, ['b'], 0)),
    shared: undefined,
    because: 'those that are drawn are apart',
  },
  {
    rule: ruleOf(to('web', 'v1', both), to('web', 'v1', both)),
    shared: undefined,
    because: 'both are one destination',
  },
  {
    rule: ruleOf(to('a', null, ['a']), to('b', null, ['b']), to('c', null, ['b'])),
    shared: ['b'],
    because: 'any two may',
  },
  {
    rule: { ...ruleOf(to('web', 'v1', both), to('web', 'v2', both)), headless: 'web' },
    shared: undefined,
    because: 'a headless Service has them all anyway',
  },
])('workloads that two destinations share are $shared: $because', ({ rule, shared }) => {
  expect(sharedIn(rule)?.workloads).toEqual(shared);
});

// istio pilot/pkg/networking/core/cluster.go, setUpstreamProtocol and convertResolution: PASSTHROUGH makes ORIGINAL_DST of a cluster.
test('under loadBalancer PASSTHROUGH no label helps: the policy is named, and what it does', async () => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 20 }`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('web', 'v1'),
        deployment('web', 'v2'),
        deployment('curl', 'v1'),
        subsets('web', 'v1', 'v2').replace(
          'host: web,',
          'host: web, trafficPolicy: { loadBalancer: { simple: PASSTHROUGH } },',
        ),
        split('web', { v1: 90, v2: 10 }),
      ].join(''),
      'later-app.yaml':
        'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }',
    },
  );
  const [first] = runOnce(scenario).record.diagnosis!.findings;
  expect(first!.code).toBe('destinations-share-pods');
  expect(first!.why).toContain('loadBalancer PASSTHROUGH');
  expect(first!.remedies.map(({ text }) => text)).toEqual([
    'Leave simple: PASSTHROUGH out of the DestinationRule of web.',
  ]);
});

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';
/** Both subsets pick all pods, as neither asks for a version. */
const loose = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1, labels: { app: web } }, { name: v2, labels: { app: web } }] }
---`;

// Answers are counted by the label `version` of a pod, and pods are shared by workloads: "v1" is what web-v1 answers as.
test.each([
  { protocol: 'http', rules: loose, answer: 'does not hold' },
  { protocol: 'tcp', rules: loose, answer: 'does not hold' },
  { protocol: 'http', rules: subsets('web', 'v1', 'v2'), answer: 'holds' },
])(
  'a version of weight 0 whose pods answer all the same is told where versions are labelled ($protocol: $answer)',
  async ({ protocol, rules, answer }) => {
    const scenario = await smallScenario(
      `duration: 20s
app: later-app.yaml
traffic: [{ name: calls, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }]`,
      {
        'mesh.yaml': [
          service('web').replace('name: http', `name: ${protocol}`),
          deployment('web', 'v1'),
          deployment('web', 'v2'),
          deployment('curl', 'v1'),
          rules,
          split('web', { v1: 100, v2: 0 }).replace('http:', `${protocol}:`),
        ].join(''),
        'later-app.yaml': app,
      },
    );
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe(answer);
    const told = diagnosis!.findings.filter(({ code }) => code === 'destinations-share-pods');
    expect(told.map(({ level }) => level)).toEqual(answer === 'holds' ? [] : ['breaks']);
  },
);
