import { expect, test } from 'vitest';
import { nearEndpoints, type Nearness } from '../../../../src/mesh/kubernetes/workload/near-endpoints.ts';

const at = (text: string) => ({ zone: text.slice(0, 1), node: text });

// pkg/proxy/topology_test.go, TestCategorizeEndpoints: hints that fit, that fit nobody, that are missing, and local policy.
test.each<{ nearness: Nearness; endpoints: string[]; near: number[] | undefined; because: string }>([
  { nearness: undefined, endpoints: ['a1', 'b1'], near: undefined, because: 'nothing is asked for' },
  { nearness: 'Local', endpoints: ['a1', 'a2', 'b1'], near: [0], because: 'one is on the node' },
  { nearness: 'Local', endpoints: ['a2', 'b1'], near: [], because: 'none is, and no other will do' },
  { nearness: 'PreferSameZone', endpoints: ['a1', 'a2', 'b1'], near: [0, 1], because: 'two are in the zone' },
  { nearness: 'PreferSameZone', endpoints: ['b1', 'c1'], near: undefined, because: 'none is: any will do' },
  {
    nearness: 'PreferSameZone',
    endpoints: ['a1', ''],
    near: undefined,
    because: 'one does not say where it is',
  },
  { nearness: 'PreferSameNode', endpoints: ['a1', 'a2', 'b1'], near: [0], because: 'one is on the node' },
  { nearness: 'PreferSameNode', endpoints: ['a2', 'b1'], near: [0], because: 'none is, but one in the zone' },
])('of $endpoints a caller on a1 is sent to $near ($nearness): $because', ({ nearness, endpoints, near }) => {
  expect(nearEndpoints(at('a1'), endpoints.map(at), nearness)).toEqual(near);
});
