import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';
const split =
  'route: [{ destination: { host: web, subset: v1 }, weight: 90 }, { destination: { host: web, subset: v2 }, weight: 10 }]';

// istio pilot/pkg/networking/core/listener.go: tcp routes are for listeners of TCP, and of ports whose protocol is found out.
test.each([
  { port: 'http', rule: `tcp: [{ ${split} }]`, told: true, because: 'it carries HTTP' },
  { port: 'grpc-web', rule: `tcp: [{ ${split} }]`, told: true, because: 'it carries HTTP/2' },
  { port: 'tcp', rule: `tcp: [{ ${split} }]`, told: false, because: 'it carries TCP' },
  { port: 'web', rule: `tcp: [{ ${split} }]`, told: false, because: 'it is found out what it carries' },
  {
    port: 'http',
    rule: `http: [{ ${split} }], tcp: [{ ${split} }]`,
    told: false,
    because: 'there is an http rule, too',
  },
])('a tcp rule for a port called $port does nothing ($told): $because', async ({ port, rule, told }) => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        service('web').replace('name: http', `name: ${port}`),
        ...[deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')],
        subsets('web', 'v1', 'v2'),
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], ${rule} }
---`,
      ].join(''),
      'later-app.yaml': app,
    },
  );
  const says = `VirtualService web.default, tcp rule 1 does not act for callers inside the mesh: it is a tcp rule, and the port ${port} of web carries HTTP, so each request goes to any pod of it.`;
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'tcp-rule-on-http-port';
  expect(
    foresee(scenario)
      .filter(isTold)
      .map(({ sentence }) => sentence),
  ).toEqual(told ? [says] : []);
  const { diagnosis } = runOnce(scenario).record;
  const found = diagnosis!.findings.filter(isTold);
  expect(found.map(({ level }) => level)).toEqual(told ? ['breaks'] : []);
  for (const { sentence } of found) expect(sentence).toContain(says);
});

// A tcp route is no http route, so another VirtualService's are asked (pilot/pkg/networking/core/httproute.go).
test('where an http rule of another VirtualService acts, it is said that requests go by that', async () => {
  const rule = (name: string, kind: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec: { hosts: [web], ${kind}: [{ ${split} }] }
---`;
  const scenario = await smallScenario(
    `duration: 40s
app: later-app.yaml
timeline:
  - { at: 20s, delete: later-tcp.yaml }
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        ...[service('web'), deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')],
        ...[subsets('web', 'v1', 'v2'), rule('plain', 'tcp'), rule('web', 'http')],
      ].join(''),
      'later-app.yaml': app,
      'later-tcp.yaml': rule('plain', 'tcp'),
    },
  );
  const says =
    'VirtualService plain.default, tcp rule 1 does not act for callers inside the mesh: it is a tcp rule, and the port http of web carries HTTP, so requests go as if it were not there: by VirtualService web.default where that takes them, else to any pod of web.';
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'tcp-rule-on-http-port';
  expect(
    foresee(scenario)
      .filter(isTold)
      .map(({ sentence, toSeconds }) => [sentence, toSeconds]),
  ).toEqual([[says, 20]]);
  // To delete the rule that acts would not make this one act.
  expect(foresee(scenario).filter(({ code }) => code === 'older-rule-hides')).toEqual([]);
  const { record } = runOnce(scenario);
  const [found, ...more] = record.diagnosis!.findings.filter(isTold);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ level: 'harms', harm: { requests: 0, fromSeconds: 0, toSeconds: 20 } });
  expect(found!.sentence).toContain(`From 0 s to 20 s, ${says}`);
  // The 90 % of the other rule, of about 2,000 requests: four standard errors are 2.7 %.
  const answered = record.callers.flatMap((own) => own.answered);
  const all = answered.reduce((sum, own) => sum + own.requests, 0);
  const first = answered.find(({ version }) => version === 'v1')!.requests;
  expect(Math.abs(first / all - 0.9)).toBeLessThan(0.027);
});

// config/kube/gateway/conversion.go: an HTTPRoute with a Service as its parent is a rule of its own for sidecars.
test('where an HTTPRoute acts, it is what requests go by', async () => {
  const route = (kind: string, version: string, weights: readonly [number, number]): string => `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: web-${kind.toLowerCase()} }
spec:
  parentRefs: [{ group: "", kind: Service, name: web, port: 9080 }]
  rules: [{ backendRefs: [{ name: web-v1, port: 9080, weight: ${weights[0]} }, { name: web-v2, port: 9080, weight: ${weights[1]} }] }]
---`;
  const ofVersion = (own: string): string =>
    service(`web-${own}`).replace(`app: web-${own}`, `app: web, version: ${own}`);
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        ...[service('web'), ofVersion('v1'), ofVersion('v2')],
        ...[deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')],
        ...[route('TCPRoute', 'v1alpha2', [50, 50]), route('HTTPRoute', 'v1', [90, 10])],
      ].join(''),
      'later-app.yaml': app,
    },
  );
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'tcp-rule-on-http-port';
  const [foreseen] = foresee(scenario).filter(isTold);
  const says = 'by HTTPRoute web-httproute.default where that takes them, else to any pod of web';
  expect(foreseen!.sentence).toContain(says);
  expect(foreseen!.remedies[0]!.text).toMatch(/^Delete TCPRoute web-tcproute.default/);
  const [found] = runOnce(scenario).record.diagnosis!.findings.filter(isTold);
  expect(found).toMatchObject({ level: 'harms', harm: { requests: 0 } });
  expect(found!.sentence).toContain(says);
});

// core/tcp.go, matchTCP: a tcp route whose match names a port is for that port alone, and of HTTP its listener has none.
test.each([
  { port: 9080, told: true, because: 'the port that it names carries HTTP' },
  { port: 9090, told: false, because: 'it names the port that carries TCP' },
])('beside http rules a tcp rule for port $port is told ($told): $because', async ({ port, told }) => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        service('web').replace(
          '{ name: http, port: 9080 }',
          '{ name: http, port: 9080 }, { name: tcp, port: 9090 }',
        ),
        ...[deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')],
        subsets('web', 'v1', 'v2'),
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ ${split} }], tcp: [{ match: [{ port: ${port} }], route: [{ destination: { host: web, subset: v2, port: { number: 9090 } } }] }] }
---`,
      ].join(''),
      'later-app.yaml': app,
    },
  );
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'tcp-rule-on-http-port';
  expect(foresee(scenario).filter(isTold)).toHaveLength(told ? 1 : 0);
  const { diagnosis } = runOnce(scenario).record;
  // The http rule of the same VirtualService is followed, which may be all that is wanted.
  expect(diagnosis!.answer).toBe(told ? 'holds, but' : 'holds');
  for (const { sentence } of diagnosis!.findings.filter(isTold))
    expect(sentence).toContain('requests go as if it were not there: by VirtualService web.default');
});
