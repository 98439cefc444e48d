import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const away = (text: string, namespace: string): string =>
  text.replace('metadata: { name', `metadata: { namespace: ${namespace}, name`);
const whole = (rule: string): string =>
  rule.replace('host: reviews', 'host: reviews.default.svc.cluster.local');
const rule = subsets('reviews', 'v1', 'v2');

// istio pilot/pkg/model/push_context.go, destinationRule: the client's namespace, else the Service's, else the root namespace;
// of the latter two what is exported to the client's. setDestinationRules: one with a workloadSelector is for its own namespace.
test.each([
  {
    rules: [rule.replace('spec: {', "spec: { exportTo: ['.'],")],
    told: 'is not exported to curl-v1',
    because: 'exported to its own namespace alone, and curl is in another',
  },
  {
    rules: [away(whole(rule), 'nowhere')],
    told: 'lies in a namespace in which the proxies of curl-v1 look for none',
    because: 'neither the client’s namespace, nor the Service’s, nor the root namespace',
  },
  {
    rules: [rule, away(whole(subsets('reviews', 'v1')).replace('name: reviews', 'name: own'), 'team')],
    told: 'does not act for curl-v1: another one comes first',
    // The one of the client's namespace defines v1.
    hidden: ['v2'],
    because: 'the client’s namespace has one for this host, and the search ends there',
  },
  {
    rules: [
      away(whole(rule), 'team').replace(
        'spec: {',
        'spec: { workloadSelector: { matchLabels: { app: other } },',
      ),
    ],
    told: 'is for other workloads than curl-v1',
    because: 'its selector does not match curl',
  },
])(
  'a subset that is defined, and not for these callers, is told so ($because), not as unknown or deleted',
  async ({ rules, told, hidden = ['v1', 'v2'] }) => {
    const scenario = await smallScenario(
      `duration: 20s
traffic:
  - { name: far, from: curl-v1, host: reviews.default, path: /, port: 9080, arrivals: poisson, rps: 20 }`,
      {
        'mesh.yaml': [
          service('reviews'),
          away(deployment('curl', 'v1'), 'team'),
          deployment('reviews', 'v1'),
          deployment('reviews', 'v2'),
          ...rules,
          split('reviews', { v1: 90, v2: 10 }),
        ].join(''),
      },
    );
    const { diagnosis } = runOnce(scenario).record;
    const [first] = diagnosis!.findings;
    expect(first!.code).toBe('subset-hidden');
    expect(first!.sentence).toContain(told);
    const codes = diagnosis!.findings.map(({ code }) => code);
    expect(codes).not.toContain('subset-deleted');
    expect(codes).not.toContain('subset-missing');
    const foreseen = foresee(scenario).filter(({ code }) => code.startsWith('subset-'));
    expect(foreseen.map(({ code }) => code)).toEqual(hidden.map(() => 'subset-hidden'));
    for (const [place, { sentence }] of foreseen.entries()) {
      expect(sentence).toContain(`% of its requests to reviews ${hidden[place]!}, and the DestinationRule`);
      expect(sentence).toContain(told);
    }
  },
);

// istio pilot/pkg/model/sidecar.go, convertToSidecarScope, "Infer more possible destinations from virtual services": what a rule that is
// let in sends to is let in with it.
test('a Sidecar that does not name what a rule sends to keeps nothing from the callers, and nothing is foretold', async () => {
  const scenario = await smallScenario(
    `duration: 20s
traffic:
  - { name: one, from: curl-v1, host: shop, path: /, port: 9080, arrivals: poisson, rps: 20 }
  - { name: two, from: batch-v1, host: shop, path: /, port: 9080, arrivals: poisson, rps: 20 }`,
    {
      'mesh.yaml': [
        ...['shop', 'old', 'new'].map(service),
        ...['curl', 'batch', 'old', 'new'].map((own) => deployment(own, 'v1')),
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { hosts: [shop], http: [{ route: [{ destination: { host: old }, weight: 90 }, { destination: { host: new }, weight: 10 }] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: curl }
spec: { workloadSelector: { labels: { app: curl } }, egress: [{ hosts: [./shop.default.svc.cluster.local, ./old.default.svc.cluster.local] }] }
---`,
      ].join(''),
    },
  );
  const isTold = ({ code }: { readonly code: string }): boolean =>
    ['service-hidden', 'no-such-host'].includes(code);
  expect(foresee(scenario).filter(isTold)).toEqual([]);
  const { callers, diagnosis } = runOnce(scenario).record;
  expect(diagnosis!.findings.filter(isTold)).toEqual([]);
  const failed = callers.map((own) => `${own.caller}: ${own.failed}`).sort();
  expect(failed).toEqual(['batch-v1: 0', 'curl-v1: 0']);
});

// istio pilot/pkg/model/push_context.go, initServiceRegistry: a Service is told to the namespaces that its annotation names; of any other
// istiod makes no cluster, and Envoy answers 503 NC.
test.each([
  { destinations: 'subset', because: 'its subsets are defined' },
  { destinations: 'service', because: 'its versions are Services of their own' },
])(
  'what a rule sends to is not exported to the callers: that is said, not that a subset was deleted ($because)',
  async ({ destinations }) => {
    const hidden = (text: string): string =>
      away(text, 'b').replace('name:', 'annotations: { networking.istio.io/exportTo: "." }, name:');
    const inB = (name: string): string => `${name}.b.svc.cluster.local`;
    const sent =
      destinations === 'subset'
        ? [`{ host: ${inB('web')}, subset: v1 }`, `{ host: ${inB('web')}, subset: v2 }`]
        : [`{ host: ${inB('web-v1')} }`, `{ host: ${inB('web-v2')} }`];
    const scenario = await smallScenario(
      `duration: 20s
traffic:
  - { name: near, from: curl-v1, host: shop, path: /, port: 9080, arrivals: poisson, rps: 20 }`,
      {
        'mesh.yaml': [
          service('shop'),
          deployment('curl', 'v1'),
          away(deployment('web', 'v1'), 'b'),
          away(deployment('web', 'v2'), 'b'),
          hidden(service('web')),
          ...['v1', 'v2'].map((own) =>
            hidden(service(`web-${own}`).replace(`app: web-${own}`, `app: web, version: ${own}`)),
          ),
          away(subsets('web', 'v1', 'v2'), 'b'),
          `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { hosts: [shop], http: [{ route: [${sent.map((own) => `{ destination: ${own}, weight: 50 }`).join(', ')}] }] }
---`,
        ].join(''),
      },
    );
    const { diagnosis, pages } = runOnce(scenario).record;
    expect(pages.failed).toBe(pages.pages);
    expect(diagnosis!.answer).toBe('does not hold');
    const codes = new Set(diagnosis!.findings.map(({ code }) => code));
    expect(codes).toContain('service-hidden');
    expect(codes).not.toContain('subset-deleted');
    expect(codes).not.toContain('subset-missing');
    expect(diagnosis!.findings[0]!.sentence).toContain('is not exported to their namespace');
    const foreseen = new Set(foresee(scenario).map(({ code }) => code));
    expect(foreseen).toContain('service-hidden');
    expect(foreseen).not.toContain('subset-missing');
    expect(foreseen).not.toContain('no-such-host');
  },
);
