import { expect, test } from 'vitest';
import { appliedReplicas } from '../../../../src/mesh/kubernetes/workload/applied-replicas.ts';

// kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config: how apply calculates differences.
test.each([
  ['a new object begins with what is written', 3, undefined, undefined, 3],
  ['or with 1', undefined, undefined, undefined, 1],
  ['what is written holds against an autoscaler', 2, 2, 8, 2],
  ['and against a manifest before that left it out', 2, undefined, 8, 2],
  ['0 is a number', 0, 2, 8, 0],
  ['what was never written is left to the autoscaler', undefined, undefined, 8, 8],
  ['what is taken out of the manifest becomes 1, the trap of leaving it out once', undefined, 4, 8, 1],
])('%s', (_, written, writtenBefore, live, replicas) => {
  expect(appliedReplicas({ written, writtenBefore, live })).toBe(replicas);
});
