import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment } from '../../support/world.ts';

// Istio makes an ORIGINAL_DST cluster of resolution NONE: it goes to the address that was dialled, and no entry lists it.
test('a host of resolution NONE is reached though no entry lists an endpoint, with outlier detection, too', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 20s
focus: rates.example.org
controlPlane: { preset: 'off' }
traffic: [{ name: calls, from: client-v1, host: rates.example.org, path: /, arrivals: constant, rps: 10 }]
`,
    {
      'mesh.yaml': `${deployment('client', 'v1')}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: rates }
spec: { hosts: [rates.example.org], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: NONE, location: MESH_EXTERNAL }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: rates }
spec: { host: rates.example.org, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } }
---`,
    },
  );
  const { pages, failures } = runOnce(scenario).record;
  expect([pages.pages, failures]).toEqual([200, []]);
});

// Envoy answers 503 UH where a cluster of STATIC endpoints has none (endpoint_builder.go: an empty assignment).
test('a STATIC entry whose WorkloadEntries are all deleted has no endpoint left', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 20s
focus: rates.example.org
controlPlane: { preset: 'off' }
traffic: [{ name: calls, from: client-v1, host: rates.example.org, path: /, arrivals: constant, rps: 10 }]
timeline: [{ at: 5s, delete: machine.yaml }]
`,
    {
      'mesh.yaml': `${deployment('client', 'v1')}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: rates }
spec:
  hosts: [rates.example.org]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: STATIC
  workloadSelector: { labels: { app: vm } }
---`,
      'machine.yaml': `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: machine }
spec: { address: 10.9.0.1, labels: { app: vm } }
`,
    },
  );
  const { pages, failures } = runOnce(scenario).record;
  // Of 10 a second, those of the last 15 s; the one that is due at the very moment of the deletion may go either way.
  expect(pages.pages).toBe(200);
  expect(failures.map(({ cause, flags }) => ({ cause, flags }))).toEqual([{ cause: 'no-pod', flags: 'UH' }]);
  expect(Math.abs(pages.failed - 150)).toBeLessThanOrEqual(1);
});
