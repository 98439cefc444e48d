import { expect, test } from 'vitest';
import { ConfigTables } from '../../../src/mesh/envoy/config-tables.ts';
import { Configurations } from '../../../src/mesh/istiod/configurations.ts';
import { deployment, makeWorld, resources, service, split, subsets } from '../../support/world.ts';

test('proxies of one type, namespace and set of labels are told the same, in whatever order the labels stand', () => {
  const configurations = new Configurations({} as ConfigTables);
  const group = (
    labels: Record<string, string>,
    namespace = 'default',
    type: 'sidecar' | 'gateway' = 'sidecar',
  ) => configurations.groupOf({ type, namespace, labels } as never);
  const first = group({ app: 'a', version: 'v1' });
  expect(group({ version: 'v1', app: 'a' })).toBe(first);
  const others = [
    group({ app: 'a', version: 'v2' }),
    group({ app: 'a', version: 'v1' }, 'other'),
    group({ app: 'a', version: 'v1' }, 'default', 'gateway'),
  ];
  expect(new Set([first, ...others]).size).toBe(4);
});

test('what is told to proxies of one group is made once per state', () => {
  const rules = (v1: number) => resources(subsets('back', 'v1', 'v2'), split('back', { v1, v2: 100 - v1 }));
  const world = makeWorld({
    focus: 'back',
    manifests: [
      ...resources(
        service('back'),
        deployment('front', 'v1', 2),
        deployment('back', 'v1'),
        deployment('back', 'v2'),
      ),
      ...rules(100),
    ],
    timeline: [{ atUs: 1e6, verb: 'apply', file: 'rules.yaml', resources: rules(50) }],
  });
  const viewsOf = (workload: string) =>
    world.pods.flatMap((pod, row) =>
      pod.workload === workload ? [world.proxies.configured[world.proxyOfPod[row]!]!] : [],
    );
  const before = viewsOf('front-v1');
  expect(before).toHaveLength(2);
  expect(before[1]).toBe(before[0]);
  expect(viewsOf('back-v1')[0]).not.toBe(before[0]);
  world.runUntil(2e6);
  const after = viewsOf('front-v1');
  expect(after[1]).toBe(after[0]);
  expect(after[0]).not.toBe(before[0]);
});

test('a proxy that refuses a cluster goes on with the clusters that it had, and takes the next that it can use', () => {
  const ring = (size: number): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: x-a, ringHash: { minimumRingSize: ${size} } } } } }
---`;
  const world = makeWorld({
    focus: 'back',
    manifests: resources(service('back'), deployment('front', 'v1'), deployment('back', 'v1'), ring(1024)),
    // Envoy refuses more than 8,388,608 points.
    timeline: [
      { atUs: 1e6, verb: 'apply', file: 'a.yaml', resources: resources(ring(8_388_609)) },
      { atUs: 5e6, verb: 'apply', file: 'b.yaml', resources: resources(ring(2048)) },
    ],
  });
  const front = world.proxyOfPod[world.pods.findIndex(({ workload }) => workload === 'front-v1')]!;
  const ringSizes = (): readonly (number | undefined)[] =>
    world.proxies.configured[front]!.configuration.clusters.filter(
      ({ host, subset }) => host === 'back.default.svc.cluster.local' && subset === '',
    ).map(({ ring_hash_lb_config: config }) => config?.minimum_ring_size);
  expect(ringSizes()).toEqual([1024]);
  world.runUntil(4e6);
  expect(ringSizes()).toEqual([1024]);
  world.runUntil(9e6);
  expect(ringSizes()).toEqual([2048]);
});
