import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Diagnosis } from '../../../src/record/finding.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const service = (name: string, app: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${app} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---`;
const deployment = (name: string, image = '1', replicas = 1): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: 'shop:${image}', ports: [{ containerPort: 8080 }] }] } }
---`;
const rule = (canary: number, more = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [shop]
  http:
    - route:
        - { destination: { host: shop-primary }, weight: ${100 - canary} }
        - { destination: { host: shop-canary }, weight: ${canary} }
      ${more}
---`;
const canary = (spec = '', phase = 'Succeeded'): string => `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: shop }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
  service: { port: 80, targetPort: 8080, timeout: 15s }
  analysis: { interval: 10s, threshold: 5, maxWeight: 50, stepWeight: 10 }
  ${spec}
status: { phase: ${phase} }
---`;
const timeout = 'timeout: 15s';
/** As Flagger leaves them (docs.flagger.app, How it works). */
const initialised = (replicas = 0): string =>
  service('shop', 'shop-primary') +
  service('shop-primary', 'shop-primary') +
  service('shop-canary', 'shop') +
  deployment('shop', '1', replicas) +
  deployment('shop-primary');

async function told(
  mesh: string,
  later = '',
  verb = 'apply: later.yaml',
): Promise<{ answer: Diagnosis['answer']; sentences: string[] }> {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
focus: shop
traffic: [{ name: calls, from: caller, host: shop, path: /, arrivals: constant, rps: 10 }]${later === '' ? '' : `\ntimeline: [{ at: 5s, ${verb} }]`}`,
    {
      'mesh.yaml': `${deployment('caller')}${mesh}`,
      'later.yaml': later,
      'later-app.yaml':
        'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }, { name: primary, match: { app: shop-primary }, script: [{ work: 1ms }] }] }',
    },
  );
  const { answer, findings } = runOnce(scenario).record.diagnosis!;
  const own = findings.filter(({ code }) => code === 'left-out');
  const harms = own.filter(({ level }) => level === 'harms');
  // What forbids the tick is told before a run as well.
  expect(foresee(scenario).filter(({ code }) => code === 'left-out')).toHaveLength(harms.length);
  return { answer, sentences: own.map(({ sentence }) => sentence) };
}

describe('a Canary of Flagger', () => {
  // pkg/controller/scheduler.go, shouldAdvance: false without a new template or configuration.
  test('that is set up and has nothing to release does nothing in a cluster either', async () => {
    expect(await told(initialised() + rule(0, timeout) + canary())).toEqual({
      answer: 'holds',
      sentences: [
        'The template of shop stays as it is, so Canary shop has nothing to release: here as in a cluster.',
      ],
    });
  });

  // The same: of one that is suspended advanceCanary returns at once.
  test('that is suspended does nothing, set up or not', async () => {
    expect(await told(service('shop', 'shop') + deployment('shop') + canary('suspend: true'))).toEqual({
      answer: 'holds',
      sentences: [],
    });
  });

  test.each([
    {
      because: 'is not set up: Flagger makes a primary, and sends everything there',
      mesh: service('shop', 'shop') + deployment('shop') + canary(),
      later: '',
      says: 'Flagger’s controller would make or rewrite Deployment shop-primary, Service shop, Service shop-primary, Service shop-canary and VirtualService shop for Canary shop, and then take shop to no pods: in this run nobody does.',
    },
    {
      because: 'has a rule with more than the Canary says, which is written anew',
      mesh: initialised() + rule(0, `${timeout}\n      retries: { attempts: 5 }`) + canary(),
      later: '',
      says: 'would make or rewrite VirtualService shop for Canary shop: in this run nobody does',
    },
    {
      because: 'has a new template to release',
      mesh: initialised() + rule(0, timeout) + canary(),
      later: deployment('shop', '2', 0),
      says: 'Canary shop does nothing in this run: Flagger’s controller would release the new template of shop',
    },
    {
      because: 'has released a part',
      mesh: initialised(1) + rule(10, timeout) + canary(),
      later: '',
      says: 'Canary shop is in the middle of a release',
    },
    {
      because: 'says of itself that it releases',
      mesh: initialised() + rule(0, timeout) + canary('', 'Progressing'),
      later: '',
      says: 'Canary shop is in the middle of a release',
    },
    {
      because: 'is for a DaemonSet, of which nothing is told',
      mesh: initialised() + rule(0, timeout) + canary().replace('kind: Deployment', 'kind: DaemonSet'),
      later: '',
      says: 'What Flagger’s controller would do for Canary shop with its target shop does not take place',
    },
  ])('forbids the tick where it $because', async ({ mesh, later, says }) => {
    const { answer, sentences } = await told(mesh, later);
    expect(answer).toBe('holds, but');
    expect(sentences).toEqual([expect.stringContaining(says)]);
  });

  // pkg/canary/config_tracker.go, HasConfigChanged: what pods read of ConfigMaps and Secrets is a part of their version.
  test.each([
    { reads: 'envFrom: [{ configMapRef: { name: flags } }]', more: '', holds: false },
    {
      reads: 'env: [{ name: A, valueFrom: { configMapKeyRef: { name: flags, key: a } } }]',
      more: '',
      holds: false,
    },
    { reads: 'envFrom: [{ configMapRef: { name: other } }]', more: '', holds: true },
    {
      reads: 'envFrom: [{ configMapRef: { name: flags } }]',
      more: ', annotations: { flagger.app/config-tracking: disabled }',
      holds: true,
    },
  ])(
    'has something to release when what its pods read changes ($reads$more)',
    async ({ reads, more, holds }) => {
      const flags = (value: string): string =>
        `\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: flags${more} }\ndata: { a: "${value}" }\n---`;
      const mesh = (initialised() + rule(0, timeout) + canary()).replace(
        "image: 'shop:1'",
        `${reads}, image: 'shop:1'`,
      );
      const { answer, sentences } = await told(mesh + flags('1'), flags('2'));
      expect(answer).toBe(holds ? 'holds' : 'holds, but');
      expect(sentences[0]).toContain(
        holds ? 'has nothing to release' : 'would release the new configuration of shop step by step',
      );
    },
  );

  // pkg/router/istio.go, reconcileDestinationRule: one for the primary and one for the canary, with the policy that the Canary says.
  describe('keeps two DestinationRules with its trafficPolicy', () => {
    const policy =
      'trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN }, connectionPool: { http: { http2MaxRequests: 9 } } }';
    const destinationRule = (name: string, spec = policy): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name} }
spec: { host: ${[name, ...(spec === '' ? [] : [spec])].join(', ')} }
---`;
    const both = (spec: string): string =>
      destinationRule('shop-primary', spec) + destinationRule('shop-canary', spec);
    const withPolicy = canary().replace('timeout: 15s }', `timeout: 15s, ${policy} }`);

    test.each([
      { because: 'are not there', rules: '', canary: withPolicy },
      {
        because: 'have another one',
        rules: both('trafficPolicy: { loadBalancer: { simple: RANDOM } }'),
        canary: withPolicy,
      },
      { because: 'have one that the Canary does not say', rules: both(policy), canary: canary() },
    ])('which forbids the tick where they $because', async ({ rules, canary: own }) => {
      const { answer, sentences } = await told(initialised() + rule(0, timeout) + rules + own);
      expect(answer).toBe('holds, but');
      expect(sentences).toEqual([
        expect.stringContaining(
          'would make or rewrite DestinationRule shop-primary and DestinationRule shop-canary for Canary shop: in this run nobody does',
        ),
      ]);
    });

    test.each([
      {
        because: 'have it, in whatever order',
        rules: both(
          'trafficPolicy: { connectionPool: { http: { http2MaxRequests: 9 } }, loadBalancer: { simple: ROUND_ROBIN } }',
        ),
        canary: withPolicy,
      },
      { because: 'say nothing, as the Canary does', rules: both(''), canary: canary() },
      { because: 'are not there, and would say nothing', rules: '', canary: canary() },
    ])('which do nothing more where they $because', async ({ rules, canary: own }) => {
      expect((await told(initialised() + rule(0, timeout) + rules + own)).answer).toBe('holds');
    });
  });

  // kubectl writes restartedAt into the template, and pkg/canary/spec.go, hasSpecChanged, takes all of it.
  test('has something to release when its target is restarted', async () => {
    const mesh = initialised() + rule(0, timeout) + canary();
    const { answer, sentences } = await told(mesh, service('more', 'more'), 'restart: { workload: shop }');
    expect(answer).toBe('holds, but');
    expect(sentences[0]).toContain('would release the new template of shop step by step');
    expect((await told(mesh, service('more', 'more'), 'restart: { workload: caller }')).sentences).toEqual([
      expect.stringContaining('has nothing to release'),
    ]);
  });

  // pkg/canary/deployment_controller.go, createPrimaryDeployment: OwnerReferences, whose objects Kubernetes deletes with their owner.
  test('that is deleted takes its primary along, which the run does not', async () => {
    const { answer, sentences } = await told(
      initialised() + rule(0, timeout) + canary(),
      canary(),
      'delete: later.yaml',
    );
    expect(answer).toBe('holds, but');
    expect(sentences).toEqual([
      expect.stringContaining('Canary shop is deleted: in a cluster the Deployment shop-primary'),
    ]);
  });

  // pkg/router/istio.go, Reconcile: "update service but keep the original destination weights".
  test('with nothing to release leaves weights that somebody else writes', async () => {
    expect((await told(initialised(1) + rule(0, timeout) + canary(), rule(10, timeout))).answer).toBe(
      'holds',
    );
  });
});
