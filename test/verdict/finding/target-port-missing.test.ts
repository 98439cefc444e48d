import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const workload = (name: string, version: string, inject = true): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${version} }
spec:
  selector: { matchLabels: { app: ${name}, version: ${version} } }
  template:
    metadata: { labels: { app: ${name}, version: ${version}, sidecar.istio.io/inject: '${inject}' } }
    spec: { containers: [{ name: app, image: app, ports: [{ name: ${version}, containerPort: 8080 }] }] }
---`;

const scenario = (callerHasProxy: boolean, rule: string, targetPort = 'v1') =>
  smallScenario(
    `duration: 5s
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, arrivals: constant, rps: 10 }`,
    {
      'mesh.yaml': `${workload('web', 'v1')}${workload('web', 'v2')}${workload('curl', 'v1', callerHasProxy)}
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: ${targetPort} }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
---${rule}`,
    },
  );
const to = (subset: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [{ destination: { host: web, subset: ${subset} } }] }] }`;

// EndpointSlice controller, getEndpointPorts: v2 is Ready, and no endpoint of the port.
test('a run says that the pods lack the port, not that they are not ready, and so does what is foreseen', async () => {
  const own = await scenario(true, to('v2'));
  const { record } = runOnce(own);
  expect(record.failures.map(({ cause, status, flags }) => [cause, status, flags])).toEqual([
    ['target-port-unknown', 503, 'UH'],
  ]);
  expect(record.pages.failed).toBe(record.pages.pages);
  const codes = record.diagnosis!.findings.map(({ code }) => code);
  expect(codes[0]).toBe('target-port-missing');
  expect(codes).not.toContain('no-ready-pod');
  expect(foresee(own).map(({ code }) => code)).toEqual(expect.arrayContaining(['target-port-missing']));
});

test('pods that have it answer, to whom nothing is said', async () => {
  for (const own of [await scenario(true, to('v1')), await scenario(false, '')]) {
    expect(runOnce(own).record.pages.failed).toBe(0);
    expect(foresee(own).map(({ code }) => code)).not.toContain('target-port-missing');
  }
});

test('a caller without a sidecar finds nobody, either, where no pod has it', async () => {
  const { record } = runOnce(await scenario(false, '', 'v3'));
  expect(record.failures.map(({ cause, callerHasProxy }) => [cause, callerHasProxy])).toEqual([
    ['target-port-unknown', false],
  ]);
});
