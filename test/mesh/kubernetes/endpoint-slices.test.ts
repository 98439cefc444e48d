import { expect, test } from 'vitest';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import { kubernetesDefaults } from '../../../src/mesh/kubernetes/settings.ts';
import { service, makeWorld, resources, gateway, deployment } from '../../support/world.ts';

const productpage = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: productpage-v1 }
spec:
  replicas: 1
  selector: { matchLabels: { app: productpage, version: v1 } }
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  template:
    metadata: { labels: { app: productpage, version: v1 } }
    spec:
      containers: [{ name: productpage, image: ${image}, lifecycle: { preStop: { sleep: { seconds: 10 } } } }]
---`;

// The EndpointSlice of a Service is written as a whole (endpointslice_controller.go, syncService): the pod that a rolling
// update takes away is still named when the one in its place is, so there is always a host, whatever the writes take.
test('a rolling update that may lack no pod never leaves a proxy without hosts', () => {
  const flags = new Set<string>();
  let pages = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const world = makeWorld(
      {
        seed: String(seed),
        app: { name: 'none', workloads: [] },
        manifests: resources(gateway, service('productpage'), productpage('one')),
        timeline: [{ atUs: 1e6, verb: 'apply', resources: resources(productpage('two')) }],
        kubernetes: { ...kubernetesDefaults, endpoint: { dist: 'uniform', min: 0, max: 2e6 } },
        traffic: [
          {
            name: 'browser',
            kind: 'refresh',
            count: 200,
            everyUs: 50_000,
            startUs: 0,
            request: { method: 'GET', path: '/productpage', authority: 'books', headers: {} },
          },
        ],
      },
      {
        pageDone: (row) => {
          pages += 1;
          flags.add(flagText(world.rows.flags[row]!));
        },
      },
    );
    world.runUntil(15e6);
    expect(world.workloads.lives.map(({ phase }) => phase)).toEqual(['Running', 'Running']);
    expect([...world.state.endpoints.ready]).toEqual([1]);
  }
  expect(pages).toBe(40 * 200);
  expect([...flags]).not.toContain('UH');
});

test('what changes at one instant is one write, and pods of no Service are none', () => {
  const told: string[][] = [];
  const world = makeWorld(
    {
      manifests: resources(service('a'), deployment('a', 'v1', 3), deployment('b', 'v1', 3)),
      timeline: [
        { atUs: 1e6, verb: 'scale', workload: 'a-v1', replicas: 1 },
        { atUs: 1e6, verb: 'scale', workload: 'b-v1', replicas: 1 },
      ],
      kubernetes: { ...kubernetesDefaults, endpoint: { dist: 'constant', value: 1000 } },
    },
    { pushStarted: (_snapshot, changes) => void told.push([...changes]) },
  );
  world.runUntil(20e6);
  expect(told).toEqual([['Endpoints/default/a']]);
  expect(world.state.endpoints.ready.length).toBe(2);
});
