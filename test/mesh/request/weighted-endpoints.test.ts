import { expect, test } from 'vitest';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, request, resources } from '../../support/world.ts';

const entry = (endpoints: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api }
spec:
  hosts: [api.example.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: STATIC
  ${endpoints}
---`;

const policy = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: api }
spec: { host: api.example.com, trafficPolicy: { ${text} } }
---`;

const machine = (address: string, weight: number): string => `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: machine-${address.at(-1)} }
spec: { address: ${address}, weight: ${weight}, labels: { app: api } }
---`;

/** Of 1000 calls, one after the other, how many each address answered: before the timeline's change at 100 s, and after it. */
function answers(manifests: readonly string[], later: readonly string[] = []) {
  const counts: Record<string, number>[] = [{}, {}];
  const world: World = makeWorld(
    {
      app: { name: 'api', workloads: [] },
      focus: 'api.example.com',
      manifests: resources(deployment('client', 'v1'), ...manifests),
      timeline:
        later.length === 0
          ? []
          : [{ atUs: 100_000_000, verb: 'apply', file: 'later.yaml', resources: resources(...later) }],
      proxy: { concurrency: 1, selector: 'independent', alwaysEjectOneHost: false, cpuPerRequestUs: 0 },
      traffic: [0, 100].map((startSeconds) => ({
        name: `client-${startSeconds}`,
        kind: 'refresh',
        count: 1000,
        everyUs: 90_000,
        startUs: startSeconds * 1_000_000 + 1_000_000,
        from: 'client-v1',
        request: { ...request, authority: 'api.example.com', path: '/' },
        port: 80,
      })),
    },
    {
      pageDone: (row, source) => {
        const { ip } = world.pods[world.rows.pod[row]!]!;
        counts[source]![ip] = (counts[source]![ip] ?? 0) + 1;
      },
    },
  );
  world.runUntil(200_000_000);
  return counts;
}

const four = 'endpoints: [{ address: 192.0.2.1, weight: 4 }, { address: 192.0.2.2 }]';

// serviceentry/conversion.go, convertWorkloadEntryToWorkloadInstance: LbWeight, which endpoint_builder.go sends as the endpoint's
// load_balancing_weight. Envoy: edf_scheduler.h gives each endpoint its part exactly; random_lb.cc looks at no weight.
test.each([
  { policy: '', because: 'LEAST_REQUEST, with nothing open: by weight, in turn' },
  { policy: 'loadBalancer: { simple: ROUND_ROBIN }', because: 'by weight, in turn' },
  { policy: 'outlierDetection: { interval: 5s }', because: 'a judge changes nothing of it' },
])('an endpoint of weight 4 beside one of 1 answers 800 of 1000 calls ($policy: $because)', (row) => {
  const [counts] = answers([entry(four), ...(row.policy === '' ? [] : [policy(row.policy)])]);
  // A schedule may begin anywhere in its period of five picks.
  expect(Math.abs(counts!['192.0.2.1']! - 800)).toBeLessThanOrEqual(1);
  expect(counts!['192.0.2.1']! + counts!['192.0.2.2']!).toBe(1000);
});

test('RANDOM looks at no weight', () => {
  const [counts] = answers([entry(four), policy('loadBalancer: { simple: RANDOM }')]);
  // Of 1000 draws of a half: 500 and four standard errors of sqrt(250).
  expect(Math.abs(counts!['192.0.2.1']! - 500)).toBeLessThanOrEqual(64);
});

test('WorkloadEntries that a ServiceEntry selects have weights of their own', () => {
  const [counts] = answers([
    entry('workloadSelector: { labels: { app: api } }'),
    machine('192.0.2.1', 1),
    machine('192.0.2.2', 3),
  ]);
  expect(Math.abs(counts!['192.0.2.2']! - 750)).toBeLessThanOrEqual(1);
});

test('a later entry has the last word on weights, and on which endpoints there are', () => {
  const [, turned] = answers(
    [entry(four)],
    [entry(four.replace('weight: 4', 'weight: 1').replace('2 }', '2, weight: 9 }'))],
  );
  expect(Math.abs(turned!['192.0.2.2']! - 900)).toBeLessThanOrEqual(2);
  const [before, after] = answers([entry(four)], [entry('endpoints: [{ address: 192.0.2.2 }]')]);
  expect(Object.keys(before!).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
  expect(after).toEqual({ '192.0.2.2': 1000 });
});
