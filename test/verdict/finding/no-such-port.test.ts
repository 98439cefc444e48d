import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { tracePage } from '../../../src/experiment/trace/trace-page.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const workload = (name: string, inject = true): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, sidecar.istio.io/inject: '${inject}' } }
    spec: { containers: [{ name: app, image: app }] }
---`;
const service = (spec = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 9080 }], ${spec} }
---`;
const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }] }] }
---`;
const registryOnly = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'outboundTrafficPolicy: { mode: REGISTRY_ONLY }' }
---`;

const asking = (host: string, callerHasProxy: boolean, more: string, port = ''): Promise<Scenario> =>
  smallScenario(
    `duration: 3m
traffic:
  - { name: curl, from: curl, host: '${host}', ${port} path: /, refresh: { count: 1, every: 1s, start: 1s } }`,
    { 'mesh.yaml': `${workload('web')}${workload('curl', callerHasProxy)}${more}` },
  );

const seen = (scenario: Scenario): unknown[] => {
  const [failure] = runOnce(scenario).record.failures;
  return [failure?.cause, failure?.status, failure?.flags, Math.round(failure!.firstSeconds)];
};

// connectTimeout of PassthroughCluster: 10 s, the mesh's default; tcp_syn_retries 6: 1 + 2 + ... + 64 s; BlackHoleCluster.
test.each([
  ['a sidecar gives up after 10 s', true, service() + rule, ['no-such-port', 503, 'UF,URX', 11]],
  ['without one the kernel does, after 127 s', false, service(), ['no-such-port', 503, '', 128]],
  ['with REGISTRY_ONLY it breaks off at once', true, service() + registryOnly, ['no-such-port', 503, '', 1]],
])(
  'a Service that is called at a port which it does not have answers nobody: %s',
  async (_, has, more, is) => {
    const own = await asking('web:80', has, more);
    expect(seen(own)).toEqual(is);
    const [first] = runOnce(own).record.diagnosis!.findings;
    expect(first).toMatchObject({ code: 'no-such-port', level: 'breaks' });
    expect(first!.sentence).toMatch(
      /^curl called web:80, and Service web does not have that port \(it has 9080\)/,
    );
    expect(foresee(own).map(({ code }) => code)).toContain('no-such-port');
  },
);

test.each([
  ['its own port', 'web:9080', service()],
  ['its own port, where the entry says it by itself', 'web', service(), 'port: 9080,'],
  ['its own port, where none is said', 'web', service()],
  ['any port, where the name leads to the pods themselves (headless)', 'web:80', service('clusterIP: None')],
])('at %s pods answer, and nothing is said of ports', async (_, host, more, port?: string) => {
  for (const hasProxy of [true, false]) {
    const own = await asking(host, hasProxy, more, port);
    expect(runOnce(own).record.pages.failed).toBe(0);
    expect(foresee(own).map(({ code }) => code)).not.toContain('no-such-port');
  }
});

test('the trace of a call that a sidecar passes on to an address names the pod that took it, and when it was sent', async () => {
  const lettingNothingIn = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default }
spec: { egress: [{ hosts: [istio-system/*] }] }`;
  const own = await asking('web:9080', true, service() + lettingNothingIn);
  const { tries } = tracePage(own, { kind: 'number', page: 1 })!.root;
  expect(tries).toHaveLength(1);
  expect(tries[0]!.pod).toMatch(/^web-/);
  expect(tries[0]!.status).toBe(200);
});
