import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, entryFor, service, split, subsets } from '../../support/world.ts';

const app = `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }, { name: api, match: { app: api }, script: [{ work: 1ms }] }, { name: curl, match: { app: curl } }] }
`;

const shares = split('web', { v1: 90, v2: 10 });
const atGateway = shares.replace('hosts: [web]', 'hosts: ["*"]\n  gateways: [entry]');
const host = 'web.default.svc.cluster.local';

/** A rule of the namespace shop for the Service web of default. */
const ofShop = (route: string, exportTo = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: mine, namespace: shop }
spec: { hosts: [${host}], ${exportTo}http: [{ route: [${route}] }] }
---`;
const toV1 = `{ destination: { host: ${host}, subset: v1 } }`;
const asShares = `{ destination: { host: ${host}, subset: v1 }, weight: 90 }, { destination: { host: ${host}, subset: v2 }, weight: 10 }`;

const caller = (name: string, namespace: string): string =>
  deployment(name, 'v1').replace(`name: ${name}-v1 }`, `name: ${name}-v1, namespace: ${namespace} }`);
const front = (to: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: front }
spec: { hosts: ["*"], gateways: [entry], http: [{ route: [{ destination: { host: ${to} } }] }] }
---`;

const calls = (name: string, to: string): string =>
  `  - { name: ${name}, from: ${name}-v1, host: ${to}, port: 9080, arrivals: poisson, rps: 20 }`;
const visitors = '  - { name: visitors, arrivals: poisson, rps: 20, path: / }';

async function played(manifests: readonly string[], ...traffic: readonly string[]): Promise<RunRecord> {
  const scenario = await smallScenario(
    `duration: 20s\napp: later-app.yaml\ntraffic:\n${traffic.join('\n')}`,
    {
      'mesh.yaml': [
        ...['web', 'api'].flatMap((own) => [
          service(own),
          deployment(own, 'v1'),
          deployment(own, 'v2'),
          subsets(own, 'v1', 'v2'),
        ]),
        ...manifests,
      ].join(''),
      'later-app.yaml': app,
    },
  );
  return runOnce(scenario).record;
}

function told({ diagnosis }: RunRecord): { readonly answer: string; readonly found: readonly string[] } {
  const { answer, findings } = diagnosis!;
  const found = findings
    .filter(({ code }) => ['split-not-tried', 'rule-not-for-all-callers'].includes(code))
    .map(({ code, level, sentence }) => `${code} ${level}: ${sentence}`);
  return { answer, found };
}

// istio pilot/pkg/model/virtualservice.go, SelectVirtualServices: private to the namespace of the proxy, then exported to it by name, then public.
describe('a split that a rule of the caller’s namespace outranks', () => {
  test.each([
    { exportTo: 'exportTo: ["."], ', because: 'private' },
    { exportTo: 'exportTo: ["shop"], ', because: 'exported by name' },
  ])('forbids the tick, though it acts for sidecars that do not call ($because)', async ({ exportTo }) => {
    const { answer, found } = told(
      await played([shares, ofShop(toV1, exportTo), caller('curl', 'shop')], calls('curl', 'web.default')),
    );
    expect(answer).toBe('holds, but');
    expect(found).toEqual([
      expect.stringMatching(
        /^split-not-tried harms: VirtualService web\.default, rule 1 \(web v1 90 %, web v2 10 %\) is not tried: none of \d+ requests of curl-v1 to web followed it\. VirtualService mine\.shop, rule 1 acts for curl-v1 in its place\.$/,
      ),
    ]);
  });

  test('is none where the other one has the same weights for the same pods', async () => {
    const record = await played(
      [shares, ofShop(asShares, 'exportTo: ["."], '), caller('curl', 'shop')],
      calls('curl', 'web.default'),
    );
    expect(told(record)).toEqual({ answer: 'holds', found: [] });
  });

  test('is none where others follow it', async () => {
    const record = await played(
      [shares, ofShop(toV1, 'exportTo: ["."], '), caller('curl', 'shop'), deployment('api', 'v3')],
      calls('curl', 'web.default'),
      '  - { name: api, from: api-v3, host: web, port: 9080, arrivals: poisson, rps: 20 }',
    );
    const { answer, found } = told(record);
    expect(answer).toBe('holds');
    expect(found.filter((own) => own.startsWith('split-not-tried'))).toEqual([]);
  });
});

describe('a split that nobody asks for', () => {
  test.each([
    { rule: split('api', { v1: 50, v2: 50 }), because: 'of a Service that nobody calls', name: 'api' },
    {
      rule: `${entryFor().replace('istio: ingressgateway', 'istio: nowhere')}${split('api', { v1: 50, v2: 50 }).replace('hosts: [api]', 'hosts: ["*"]\n  gateways: [entry]')}`,
      because: 'at a gateway that no workload runs, while all callers are inside',
      name: 'api',
    },
  ])('is a note beside the tick: $because', async ({ rule, name }) => {
    const { answer, found } = told(
      await played([shares, rule, deployment('curl', 'v1')], calls('curl', 'web')),
    );
    expect(answer).toBe('holds');
    expect(found).toEqual([
      `split-not-tried note: No request followed VirtualService api.default, rule 1 (api v1 50 %, api v2 50 %; nobody asks for ${name}): of these weights the run says nothing.`,
    ]);
  });

  test('is a note where visitors have a rule of their own to a version', async () => {
    const { answer, found } = told(await played([shares, entryFor(), front('web, subset: v1')], visitors));
    expect(answer).toBe('holds');
    expect(found).toEqual([
      'split-not-tried note: No request followed VirtualService web.default, rule 1 (web v1 90 %, web v2 10 %; VirtualService front.default, rule 1 took what was asked): of these weights the run says nothing.',
    ]);
  });

  test('is none of a rule that sends to one version, nor of callers without a sidecar', async () => {
    const one = await played(
      [shares, split('api', { v1: 100 }), deployment('curl', 'v1')],
      calls('curl', 'web'),
    );
    expect(told(one)).toEqual({ answer: 'holds', found: [] });
    const plain = await played([shares, deployment('curl', 'v1', 1, false)], calls('curl', 'web'));
    expect(plain.diagnosis!.findings.map(({ code }) => code)).toEqual(['caller-without-proxy']);
  });
});

// push_context.go, VirtualServicesForGateway: a rule is in the list of the gateways that it names, and of sidecars where `mesh` is one.
describe('a split that is bound elsewhere than where its Service is called from', () => {
  test.each([
    {
      because: 'to a gateway, and sidecars alone call',
      manifests: [atGateway, entryFor(), deployment('curl', 'v1')],
      traffic: calls('curl', 'web'),
      who: 'curl-v1',
    },
    {
      because: 'to a gateway that no workload runs',
      manifests: [
        atGateway,
        entryFor().replace('istio: ingressgateway', 'istio: nowhere'),
        deployment('curl', 'v1'),
      ],
      traffic: calls('curl', 'web'),
      who: 'curl-v1',
    },
    {
      because: 'to sidecars, and visitors alone come',
      manifests: [shares, entryFor(), front('web')],
      traffic: visitors,
      who: 'visitors',
    },
  ])('lets no run hold: $because', async ({ manifests, traffic, who }) => {
    const { answer, found } = told(await played(manifests, traffic));
    expect(answer).toBe('does not hold');
    const [head, ...more] = found;
    expect(more).toEqual([]);
    expect(head).toContain(
      `rule-not-for-all-callers breaks: VirtualService web.default, rule 1 does not act for ${who}, nor for anybody else who called web: their proxies choose among all pods of it. Of `,
    );
    // Two pods, each as often as the other, of some 400: within four standard errors.
    const share = Number(/, ([\d.]+) % w/.exec(head!)![1]) / 100;
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 400));
  });
});
