import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const selecting = (name: string, version: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: web, version: ${version} }, ports: [{ name: http, port: 9080 }] }
---`;

const subsetsOf = (v1: string, v2: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1, labels: { version: ${v1} } }, { name: v2, labels: { version: ${v2} } }] }
---`;

const between = (one: string, other: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [{ destination: { host: ${one} }, weight: 90 }, { destination: { host: ${other} }, weight: 10 }] }] }
---`;

const scenarioOf = (...manifests: readonly string[]): Promise<Scenario> =>
  callingWeb(deployment('web', 'v1'), deployment('web', 'v2'), ...manifests);

const callingWeb = (...manifests: readonly string[]): Promise<Scenario> =>
  smallScenario(
    `duration: 30s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [service('web'), deployment('curl', 'v1'), ...manifests].join(''),
      'later-app.yaml': app,
    },
  );

// Endpoints are those pods that the selector fits, whatever the Service or subset is called (Kubernetes, Service; Istio, Subset).
describe('a destination that is called as one version and has the pods of another', () => {
  test.each([
    {
      manifests: [selecting('web-v1', 'v2'), selecting('web-v2', 'v1'), between('web-v1', 'web-v2')],
      says: 'web-v1 has the pods of web-v2, and web-v2 has those of web-v1. Of what VirtualService web.default, rule 1 sends, 90 % is for web-v1, and answered by web-v2; 10 % is for web-v2, and answered by web-v1.',
      because: 'two Services are swapped',
    },
    {
      manifests: [subsetsOf('v2', 'v1'), split('web', { v1: 90, v2: 10 })],
      says: 'web v1 has the pods of web-v2, and web v2 has those of web-v1.',
      because: 'two subsets are swapped',
    },
    {
      manifests: [subsetsOf('v2', 'v2'), split('web', { v1: 100 })],
      says: 'web v1 has the pods of web-v2, none of web-v1. Of what VirtualService web.default, rule 1 sends, 100 % is for web v1, and answered by web-v2.',
      because: 'one that has all the weight does',
    },
  ])('is told before and after a run where $because', async ({ manifests, says }) => {
    const scenario = await scenarioOf(...manifests);
    expect(foresee(scenario).filter(({ code }) => code === 'version-misnamed')).toMatchObject([
      { sentence: expect.stringContaining(says) as string },
    ]);
    const { callers, diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('does not hold');
    expect(diagnosis!.findings[0]!.sentence).toContain(says);
    // What is written for v1 is answered by v2: 90 %, or all; within four standard errors of a binomial share.
    const [{ answered, requests }] = callers as [(typeof callers)[number]];
    const share = says.includes('100 %') ? 1 : 0.9;
    const v2 = answered.find(({ version }) => version === 'v2')!.requests / requests;
    expect(Math.abs(v2 - share)).toBeLessThanOrEqual(4 * Math.sqrt((share * (1 - share)) / requests));
  });

  test.each([
    {
      manifests: [selecting('web-v1', 'v1'), selecting('web-v2', 'v2'), between('web-v1', 'web-v2')],
      because: 'each Service has its own version',
    },
    {
      manifests: [
        selecting('web-stable', 'v1'),
        selecting('web-canary', 'v2'),
        between('web-stable', 'web-canary'),
      ],
      because: 'the names are those of parts that versions play',
    },
    {
      manifests: [
        deployment('web-primary', 'v1'),
        selecting('web-canary', 'v1'),
        between('web-canary', 'curl'),
        service('curl'),
      ],
      because: 'no workload is called as the Service is',
    },
  ])('is no finding where $because', async ({ manifests }) => {
    expect(foresee(await scenarioOf(...manifests)).map(({ code }) => code)).not.toContain('version-misnamed');
  });

  test('gets labels that make it so as a remedy', async () => {
    const scenario = await scenarioOf(subsetsOf('v2', 'v1'), split('web', { v1: 90, v2: 10 }));
    const [found] = runOnce(scenario).record.diagnosis!.findings;
    expect(found!.remedies[0]!.changes).toEqual([
      {
        kind: 'own-pods',
        parts: [
          { service: 'web', subset: 'v1', workload: 'web-v1' },
          { service: 'web', subset: 'v2', workload: 'web-v2' },
        ],
      },
    ]);
  });
});

const labelled = (name: string, labels: string, image: string): string =>
  deployment('web', name)
    .replace(/(labels: \{ app: web, version: \S+) \}/, `$1, ${labels} }`)
    .replace('image: none', `image: ${image}`);

const picking = (name: string, labels: string): string => selecting(name, 'x').replace('version: x', labels);

// What is called so by labels or tags of images alone: web-a is the stable one, web-b the canary.
describe('two destinations that have each other’s pods, as labels and images tell', () => {
  const app1 = labelled('a', 'track: stable', 'shop/web:1.4.2');
  const app2 = labelled('b', 'track: canary', 'shop/web:2.0.1');
  const toHosts = (one: string, other: string): string => between(one, other);
  test.each([
    {
      rules: [
        picking('shop-stable', 'track: canary'),
        picking('shop-canary', 'track: stable'),
        toHosts('shop-stable', 'shop-canary'),
      ],
      says: 'shop-stable has the pods of web-b (label track: canary), and shop-canary has those of web-a (label track: stable).',
      because: 'labels are called as the Services are',
    },
    {
      rules: [subsetsOf('b', 'a'), split('web', { v1: 90, v2: 10 })],
      says: 'web v1 has the pods of web-b (image shop/web:2.0.1), and web v2 has those of web-a (image shop/web:1.4.2).',
      because: 'tags of images are versions of the subsets’ numbers',
    },
    {
      rules: [
        picking('web-main', 'track: canary'),
        picking('web-main-canary', 'track: stable'),
        toHosts('web-main', 'web-main-canary'),
      ],
      says: 'web-main has the pods of web-b (label track: canary), and web-main-canary has those of web-a.',
      because: 'the one has pods that are called as the other alone is',
    },
  ])('are told where $because', async ({ rules, says }) => {
    const scenario = await callingWeb(app1, app2, ...rules);
    expect(foresee(scenario).filter(({ code }) => code === 'version-misnamed')).toMatchObject([
      { sentence: expect.stringContaining(says) as string },
    ]);
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('does not hold');
    expect(diagnosis!.findings[0]).toMatchObject({ code: 'version-misnamed' });
  });

  test.each([
    {
      rules: [
        picking('shop-stable', 'track: stable'),
        picking('shop-canary', 'track: canary'),
        toHosts('shop-stable', 'shop-canary'),
      ],
      because: 'each has its own',
    },
    {
      rules: [
        picking('shop-active', 'track: canary'),
        picking('shop-preview', 'track: stable'),
        toHosts('shop-active', 'shop-preview'),
      ],
      because: 'no pod is called as they are',
    },
    {
      rules: [
        picking('shop-stable', 'version: b'),
        picking('shop-canary', 'version: a'),
        toHosts('shop-stable', 'shop-canary'),
      ],
      images: ['shop/web:2-stable', 'shop/web:1-canary'],
      because: 'the labels say one thing, and the tags of the images another',
    },
    {
      rules: [subsetsOf('b', 'a'), split('web', { v1: 90, v2: 10 })],
      images: ['shop/web:12.1', 'shop/web:21.1'],
      because: '12 and 21 are no versions of 1 and 2',
    },
  ])('are no finding where $because', async ({ rules, images }) => {
    const pods = [app1, app2].map((own, place) =>
      images === undefined ? own : own.replace(/image: \S+/, `image: ${images[1 - place]!}`),
    );
    expect(foresee(await callingWeb(...pods, ...rules)).map(({ code }) => code)).not.toContain(
      'version-misnamed',
    );
  });
});
