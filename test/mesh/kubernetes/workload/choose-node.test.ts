import { expect, test } from 'vitest';
import { chooseNode, type NodeChoice } from '../../../../src/mesh/kubernetes/workload/choose-node.ts';

const gib = 2 ** 30;
const room = (cpuMilli: number, gibs = 0, pods = 0) => ({ cpuMilli, memoryBytes: gibs * gib, pods });
/** @param own of which `used`, in millicores, GiB and pods, and `all` of a core, 2 GiB and 3 pods */
const node = ({
  used = [0],
  all = [1000, 2, 3],
  ...own
}: Partial<Omit<NodeChoice, 'used' | 'room'>> & {
  readonly used?: readonly [number, number?, number?];
  readonly all?: readonly [number, number?, number?];
} = {}): NodeChoice => ({
  fits: true,
  disliked: 0,
  zone: 'a',
  room: room(...all),
  used: room(...used),
  siblings: 0,
  ...own,
});

test.each([
  { nodes: [node(), node()], chosen: 0, because: 'nothing tells them apart' },
  { nodes: [node({ fits: false }), node()], chosen: 1, because: 'the first may not be used' },
  {
    nodes: [node({ used: [900] }), node({ used: [500] })],
    chosen: 1,
    because: 'the first has no room',
  },
  {
    nodes: [node({ used: [400] }), node({ used: [300] })],
    chosen: 1,
    because: 'the second is less used',
  },
  {
    nodes: [node({ used: [400], all: [4000, 2, 3] }), node({ used: [300] })],
    chosen: 0,
    because: 'it is the part that counts',
  },
  // plugins/noderesources/least_allocated.go: the mean of what is left of CPU and of memory, with the pod: 45 % and 37.5 % are used.
  {
    nodes: [node({ used: [100, 0.7] }), node({ used: [200, 0.2] })],
    chosen: 1,
    because: 'of its memory more is left',
  },
  { nodes: [node({ siblings: 1 }), node({ used: [700] })], chosen: 1, because: 'siblings are kept apart' },
  {
    nodes: [node({ siblings: 2 }), node({ siblings: 0 }), node({ zone: 'b', siblings: 1, used: [700] })],
    chosen: 2,
    because: 'zones are evened out before nodes',
  },
  { nodes: [node({ used: [900] })], chosen: -1, because: 'nobody has room' },
  { nodes: [node({ used: [0, 1.75] })], chosen: -1, because: 'nobody has the memory' },
  {
    nodes: [node({ used: [0, 0, 3] }), node({ used: [0, 0, 2] })],
    chosen: 1,
    because: 'the first has too many pods',
  },
  {
    nodes: [node({ disliked: 1 }), node({ siblings: 3 })],
    chosen: 1,
    because: 'a taint of the first asks it not to',
  },
  { nodes: [], chosen: -1, because: 'there are none' },
])('node $chosen takes a pod of 200m and 512Mi, as $because', ({ nodes, chosen }) => {
  expect(chooseNode(nodes, room(200, 0.5, 1))).toBe(chosen);
});

// plugins/noderesources/fit.go, fitsRequest: only the number of pods is looked at for all; a node may hold more than it has.
test('a pod that asks for nothing finds room where nothing is left, unless there are too many pods', () => {
  const full = node({ used: [1200, 3, 2] });
  expect(chooseNode([full], room(0, 0, 1))).toBe(0);
  expect(chooseNode([full], room(1, 0, 1))).toBe(-1);
  expect(chooseNode([{ ...full, used: room(1200, 3, 3) }], room(0, 0, 1))).toBe(-1);
});
