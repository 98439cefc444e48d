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
