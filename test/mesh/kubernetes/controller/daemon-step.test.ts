import { expect, test } from 'vitest';
import { daemonStep, type DaemonPod } from '../../../../src/mesh/kubernetes/controller/daemon-step.ts';

const pod = (row: number, node: string, own: Partial<DaemonPod> = {}): DaemonPod => ({
  row,
  node,
  isNew: true,
  isAvailable: true,
  isLeaving: false,
  ...own,
});
const old = { isNew: false };

// pkg/controller/daemon/daemon_controller.go, manage, and update.go, rollingUpdate.
test.each([
  { pods: [], most: 1, make: ['a', 'b'], remove: [], because: 'each node lacks one' },
  {
    pods: [pod(0, 'a'), pod(1, 'c')],
    most: 1,
    make: ['b'],
    remove: [1],
    because: 'a node is not fitted any more',
  },
  {
    pods: [pod(0, 'a', old), pod(1, 'b', old)],
    most: 1,
    make: [],
    remove: [0],
    because: 'one may be missing',
  },
  { pods: [pod(0, 'a', old), pod(1, 'b', old)], most: 2, make: [], remove: [0, 1], because: 'two may' },
  {
    pods: [pod(0, 'a', { isAvailable: false }), pod(1, 'b', old)],
    most: 1,
    make: [],
    remove: [],
    because: 'one is missing already',
  },
  {
    pods: [pod(0, 'a', { isAvailable: false, ...old }), pod(1, 'b', old)],
    most: 1,
    make: [],
    remove: [0],
    because: 'what does not work anyway goes first',
  },
  {
    pods: [pod(0, 'a', { isLeaving: true, ...old }), pod(1, 'b', old)],
    most: 1,
    make: [],
    remove: [],
    because: 'who leaves has the node still',
  },
  { pods: [pod(0, 'a', old), pod(1, 'b', old)], most: 0, make: [], remove: [], because: 'OnDelete' },
])('on nodes a and b, $most may be missing: $because', ({ pods, most, make, remove }) => {
  expect(daemonStep(pods, ['a', 'b'], most)).toEqual({ make, remove });
});
