import { expect, test } from 'vitest';
import { meshConfigOf } from '../../../src/mesh/istiod/mesh-config.ts';
import { chosenOf, servicesOf } from '../../../src/mesh/istiod/mesh-service.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const entry = (name: string, port: number, namespace = 'default', more = 'resolution: DNS'): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [api.example.com], ports: [{ number: ${port}, name: http-${port}, protocol: HTTP }], ${more} }
---`;

// pilot/pkg/model/sidecar.go, canMergeServices.
test.each([
  { other: entry('b', 8080), ports: [80, 8080], because: 'they differ in their ports alone' },
  { other: entry('b', 8080, 'other'), ports: [80], because: 'one is of another namespace' },
  {
    other: entry('b', 8080, 'default', 'resolution: NONE'),
    ports: [80],
    because: 'their endpoints are found in other ways',
  },
  {
    other: entry('b', 8080, 'default', 'resolution: DNS, exportTo: ["."]'),
    ports: [80],
    because: 'others may see the second',
  },
])('of two ServiceEntries for one host a caller sees the ports $ports: $because', ({ other, ports }) => {
  const { registry } = applyResources(emptyRegistry, resources(entry('a', 80) + other), 0);
  const [seen, ...more] = chosenOf(servicesOf(registry, meshConfigOf(registry)), 'default');
  expect(more).toEqual([]);
  expect(seen!.ports.map(({ port }) => port)).toEqual(ports);
});
