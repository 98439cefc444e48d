import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }, { call: { host: db, port: 9080, path: / } }] }] }';

const db = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ports: [{ name: http, port: 9080 }] }
---`;
const endpoints = `
apiVersion: v1
kind: Endpoints
metadata: { name: db }
subsets: [{ addresses: [{ ip: 10.1.1.1 }], ports: [{ port: 9080 }] }]
---`;
const slice = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
endpoints: [{ addresses: [10.1.1.1] }]
ports: [{ port: 9080 }]
---`;
const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: db }
spec: { hosts: [db], http: [{ route: [{ destination: { host: db } }] }] }
---`;

// Kubernetes, "Services without selectors": the addresses of Endpoints and slices that somebody writes are asked as pods are.
test.each([
  {
    written: endpoints,
    code: 'left-out',
    says: 'Who answers at db is written by hand, and the model leaves that out: web-v1 got 503 there',
  },
  {
    written: slice,
    code: 'left-out',
    says: 'Who answers at db is written by hand, and the model leaves that out: web-v1 got 503 there',
  },
  { written: '', code: 'no-ready-pod', says: 'db has no ready pod' },
])('a Service without a selector: $code first', async ({ written, code, says }) => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('curl', 'v1'),
        deployment('web', 'v1'),
        db,
        written,
        rule,
      ].join(''),
      'later-app.yaml': app,
    },
  );
  // Whether anybody answers there is no matter of workloads.
  expect(foresee(scenario).map((own) => own.code)).not.toContain('no-ready-pod');
  const { findings } = runOnce(scenario).record.diagnosis!;
  expect(findings[0]!.code).toBe(code);
  expect(findings[0]!.sentence).toContain(says);
  expect(findings.filter(({ sentence }) => /by hand/.test(sentence))).toHaveLength(written === '' ? 0 : 1);
});
