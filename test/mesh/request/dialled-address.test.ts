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
