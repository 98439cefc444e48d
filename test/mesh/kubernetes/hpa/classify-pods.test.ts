import { expect, test } from 'vitest';
import { classifyPod } from '../../../../src/mesh/kubernetes/hpa/classify-pods.ts';
import type { ObservedPod } from '../../../../src/mesh/kubernetes/hpa/observed.ts';
import { hpaControllerDefaults } from '../../../../src/mesh/kubernetes/hpa/spec.ts';
import { minute, now, pod, second } from '../support.ts';

const ago = (us: number): number => now - us;
const measured = { valueMilli: 1, timestampUs: now, windowUs: 30 * second };
const at = (timestampUs: number, windowUs = 30 * second): typeof measured => ({
  valueMilli: 1,
  timestampUs,
  windowUs,
});
const readiness = (status: 'True' | 'False', lastTransitionUs: number): Partial<ObservedPod> => ({
  ready: { status, lastTransitionUs },
});

// The classes of replica_calculator.go (groupPods), in their order. Rows marked "upstream" are cases of TestGroupPods in
// replica_calculator_test.go, with its initialisation period of 2 min and readiness delay of 10 s.
test.each([
  { own: { deletionUs: 1 }, sample: measured, podClass: 'ignored', because: 'it is being deleted' },
  { own: { phase: 'Failed' as const }, sample: measured, podClass: 'ignored', because: 'it failed' },
  {
    own: { deletionUs: 1, phase: 'Pending' as const },
    sample: undefined,
    podClass: 'ignored',
    because: 'deletion is asked first',
  },
  { own: { phase: 'Pending' as const }, sample: measured, podClass: 'unready', because: 'it is pending' },
  {
    own: { phase: 'Pending' as const },
    sample: undefined,
    podClass: 'unready',
    because: 'pending is asked before the sample',
  },
  { own: {}, sample: undefined, podClass: 'missing', because: 'it has no sample' },
  {
    own: { ...readiness('False', 0), startUs: ago(minute) },
    sample: undefined,
    podClass: 'missing',
    because: 'a sample is asked for before readiness: unready without one is missing',
  },
  { own: { ready: undefined }, sample: measured, podClass: 'unready', because: 'no Ready condition' },
  { own: { startUs: undefined }, sample: measured, podClass: 'unready', because: 'no start time' },
  {
    own: { ...readiness('False', ago(90 * second)), startUs: ago(2 * minute) },
    sample: measured,
    podClass: 'unready',
    because: 'not ready within the 300 s',
  },
  {
    own: { ...readiness('True', ago(30 * second)), startUs: ago(minute) },
    sample: at(now - 1),
    podClass: 'unready',
    because: 'a microsecond of the window lies before readiness',
  },
  {
    own: { ...readiness('True', ago(30 * second)), startUs: ago(minute) },
    sample: at(now),
    podClass: 'ready',
    because: 'the window begins at the instant of readiness: the comparison is strict',
  },
  {
    own: { ...readiness('True', ago(1)), startUs: ago(300 * second) },
    sample: at(ago(minute)),
    podClass: 'ready',
    because: 'start + 300 s = now is past the period',
  },
  {
    own: { ...readiness('True', ago(1)), startUs: ago(300 * second) + 1 },
    sample: at(ago(minute)),
    podClass: 'unready',
    because: 'a microsecond earlier is within it',
  },
  {
    own: { ...readiness('False', 30 * second), startUs: 0 },
    sample: measured,
    podClass: 'ready',
    because:
      'past the 300 s it became unready 30 s or later after the start: it was ready once, and its CPU counts',
  },
  {
    own: { ...readiness('False', 30 * second - 1), startUs: 0 },
    sample: measured,
    podClass: 'unready',
    because: 'its condition last changed before 30 s: it never was ready',
  },
  {
    own: { phase: 'Succeeded' as const },
    sample: measured,
    podClass: 'ready',
    because: 'phase Succeeded counts like Running',
  },
])('a pod is $podClass: $because', ({ own, sample, podClass }) => {
  expect(classifyPod(pod('a', own), sample, 'cpu', hpaControllerDefaults, now).podClass).toBe(podClass);
});

test.each([
  { resource: 'memory', because: 'memory has no warm-up' },
  { resource: undefined, because: 'nor have metrics of the custom API' },
])('an unready young pod counts for $resource: $because', ({ resource }) => {
  const young = pod('a', { ...readiness('False', 0), startUs: ago(minute) });
  expect(classifyPod(young, measured, resource, hpaControllerDefaults, now).podClass).toBe('ready');
  expect(classifyPod(young, measured, 'cpu', hpaControllerDefaults, now).podClass).toBe('unready');
});

const upstreamSettings = {
  ...hpaControllerDefaults,
  cpuInitialisationUs: 2 * minute,
  initialReadinessDelayUs: 10 * second,
};

test.each([
  {
    name: 'a ready pod with fresh metrics during the initialisation period',
    own: { ...readiness('True', ago(30 * second)), startUs: ago(minute) },
    sample: at(now, 30 * second),
    podClass: 'ready',
  },
  {
    name: 'a ready pod without fresh metrics during the initialisation period',
    own: { ...readiness('True', ago(30 * second)), startUs: ago(minute) },
    sample: at(now, 60 * second),
    podClass: 'unready',
  },
  {
    name: 'an unready pod whose condition changed 6 s after its start',
    own: { ...readiness('False', ago(9 * minute + 54 * second)), startUs: ago(10 * minute) },
    sample: at(0, 0),
    podClass: 'unready',
  },
  {
    name: 'a ready pod without fresh metrics after the initialisation period',
    own: { ...readiness('True', ago(3 * minute)), startUs: ago(3 * minute) },
    sample: at(ago(2 * minute), minute),
    podClass: 'ready',
  },
  {
    name: 'an unready pod that was ready, after the initialisation period',
    own: { ...readiness('False', ago(9 * minute)), startUs: ago(10 * minute) },
    sample: at(0, 0),
    podClass: 'ready',
  },
])('upstream: $name is $podClass', ({ own, sample, podClass }) => {
  expect(classifyPod(pod('a', own), sample, 'cpu', upstreamSettings, now).podClass).toBe(podClass);
});
