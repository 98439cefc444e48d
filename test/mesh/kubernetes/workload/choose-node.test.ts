import { expect, test } from 'vitest';
import { chooseNode, type NodeChoice } from '../../../../src/mesh/kubernetes/workload/choose-node.ts';

const node = (own: Partial<NodeChoice> = {}): NodeChoice => ({
  fits: true,
  zone: 'a',
  cpuMilli: 1000,
  usedMilli: 0,
  siblings: 0,
  ...own,
});

test.each([
  { nodes: [node(), node()], chosen: 0, because: 'nothing tells them apart' },
  { nodes: [node({ fits: false }), node()], chosen: 1, because: 'the first may not be used' },
  {
    nodes: [node({ usedMilli: 900 }), node({ usedMilli: 500 })],
    chosen: 1,
    because: 'the first has no room',
  },
  {
    nodes: [node({ usedMilli: 400 }), node({ usedMilli: 300 })],
    chosen: 1,
    because: 'the second is less used',
  },
  {
    nodes: [node({ usedMilli: 400, cpuMilli: 4000 }), node({ usedMilli: 300 })],
    chosen: 0,
    because: 'it is the part that counts',
  },
  { nodes: [node({ siblings: 1 }), node({ usedMilli: 700 })], chosen: 1, because: 'siblings are kept apart' },
  {
    nodes: [node({ siblings: 2 }), node({ siblings: 0 }), node({ zone: 'b', siblings: 1, usedMilli: 700 })],
    chosen: 2,
    because: 'zones are evened out before nodes',
  },
  { nodes: [node({ usedMilli: 900 })], chosen: -1, because: 'nobody has room' },
  { nodes: [], chosen: -1, because: 'there are none' },
])('node $chosen takes a pod of 200m, as $because', ({ nodes, chosen }) => {
  expect(chooseNode(nodes, 200)).toBe(chosen);
});
