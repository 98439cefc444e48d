import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const workload = (name: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, labels: { sidecar.istio.io/inject: 'true' } }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, version: v1, sidecar.istio.io/inject: 'true' } }
    spec: { containers: [{ name: app, image: app }] }
---`;

// IST0101 ("Referenced host:port not found") is istioctl's word for it; cluster names are direction|port|subset|host, so that a
// subset which is defined does not help.
test.each([
  { destination: '{ host: web, subset: v1, port: { number: 8080 } }', code: 'port-unknown' },
  { destination: '{ host: web, port: { number: 8080 } }', code: 'port-unknown' },
  { destination: '{ host: web, subset: v2, port: { number: 80 } }', code: 'subset-missing' },
])('$destination of a Service with port 80 is $code', async ({ destination, code }) => {
  const scenario = await smallScenario(
    `duration: 5s
traffic:
  - { name: curl, from: curl, host: web, path: /, arrivals: constant, rps: 10 }`,
    {
      'mesh.yaml': `${workload('web')}${workload('curl')}
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [{ destination: ${destination} }] }] }
`,
    },
  );
  const { record } = runOnce(scenario);
  expect(record.pages.failed).toBe(record.pages.pages);
  expect(record.diagnosis!.findings[0]!.code).toBe(code);
  const [foreseen] = foresee(scenario).filter((own) => own.code !== 'unknown-application');
  expect(foreseen!.code).toBe(code);
  if (code === 'port-unknown') expect(foreseen!.sentence).toContain('port 8080, which Service web does not');
});
