import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

/** A route of that kind on Service web, 90/10 to two Services. @param selector of these two, of "v1" and "v2". */
const scenarioOf = (kind: string, port: string, selector: (version: string) => string): Promise<Scenario> => {
  const named = (text: string): string => text.replace('name: http', `name: ${port}`);
  const version = kind === 'TCPRoute' ? 'v1alpha2' : 'v1';
  return smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        named(service('web')),
        ...['v1', 'v2'].map((own) =>
          named(service(`web-${own}`)).replace(
            `selector: { app: web-${own} }`,
            `selector: { ${selector(own)} }`,
          ),
        ),
        ...[deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')],
        `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: web }
spec:
  parentRefs: [{ group: "", kind: Service, name: web, port: 9080 }]
  rules: [{ backendRefs: [{ name: web-v1, port: 9080, weight: 90 }, { name: web-v2, port: 9080, weight: 10 }] }]
---`,
      ].join(''),
      'later-app.yaml': app,
    },
  );
};
const apart = (version: string): string => `app: web, version: ${version}`;

// istio pilot/pkg/networking/core/listener.go: a listener of TCP asks tcp routes alone, one of HTTP http routes alone; where the
// protocol is found out there is a chain of each. Routes of Gateway API are VirtualServices to it (config/kube/gateway/conversion.go).
test.each([
  { kind: 'HTTPRoute', port: 'tcp-web', code: 'http-rule-on-tcp-port', because: 'it carries TCP' },
  { kind: 'GRPCRoute', port: 'tcp-grpc', code: 'http-rule-on-tcp-port', because: 'it carries TCP' },
  { kind: 'HTTPRoute', port: 'mysql', code: 'http-rule-on-tcp-port', because: 'MySQL is TCP to a sidecar' },
  { kind: 'TCPRoute', port: 'http', code: 'tcp-rule-on-http-port', because: 'it carries HTTP' },
  { kind: 'HTTPRoute', port: 'http', code: undefined, because: 'it carries HTTP' },
  { kind: 'HTTPRoute', port: 'web', code: undefined, because: 'it is found out that it carries HTTP' },
  { kind: 'TCPRoute', port: 'tcp', code: undefined, because: 'it carries TCP' },
])('a $kind on a port called $port: $code, as $because', async ({ kind, port, code }) => {
  const scenario = await scenarioOf(kind, port, apart);
  const codes = ['http-rule-on-tcp-port', 'tcp-rule-on-http-port'];
  const foreseen = foresee(scenario).filter((own) => codes.includes(own.code));
  expect(foreseen.map((own) => own.code)).toEqual(code === undefined ? [] : [code]);
  const { diagnosis } = runOnce(scenario).record;
  expect(diagnosis!.answer).toBe(code === undefined ? 'holds' : 'does not hold');
  if (code === undefined) return;
  const [worst] = diagnosis!.findings;
  expect(worst!.code).toBe(code);
  expect(worst!.sentence).toContain(`${kind} web.default, `);
  // Each pod answers half of what any pod may: 1,000 requests, 99.9 % of such runs within 5 points of it.
  const share = Number(/([\d.]+) % were answered by/.exec(worst!.sentence)?.[1] ?? worst!.sentence);
  expect(Math.abs(share - 50)).toBeLessThan(5.2);
});

// Endpoints of a cluster are all pods that the selector of its Service fits, whatever kind of route draws it.
test.each(['HTTPRoute', 'TCPRoute'])(
  'a %s between two Services with one selector splits no versions',
  async (kind) => {
    const scenario = await scenarioOf(kind, kind === 'TCPRoute' ? 'tcp' : 'http', () => 'app: web');
    expect(foresee(scenario).map(({ code }) => code)).toContain('destinations-share-pods');
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('does not hold');
    expect(diagnosis!.findings[0]!.code).toBe('destinations-share-pods');
  },
);
