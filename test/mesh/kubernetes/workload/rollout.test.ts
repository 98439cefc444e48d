import { describe, expect, test } from 'vitest';
import { podBatches } from '../../../../src/mesh/kubernetes/workload/pod-batches.ts';
import { rollingUpdateLimits } from '../../../../src/mesh/kubernetes/workload/rolling-update.ts';
import {
  compareForRemoval,
  podsToRemove,
  type RemovablePod,
} from '../../../../src/mesh/kubernetes/workload/scale-down-order.ts';
import { minute, now, second } from '../support.ts';

test.each([
  { replicas: 10, own: undefined, surge: 3, unavailable: 2, because: '25 % of 10: 2.5 up and down' },
  { replicas: 4, own: undefined, surge: 1, unavailable: 1, because: 'even' },
  { replicas: 1, own: undefined, surge: 1, unavailable: 0, because: 'one pod is never missing' },
  {
    replicas: 10,
    own: { maxSurge: 0, maxUnavailable: '5%' },
    surge: 0,
    unavailable: 1,
    because: 'both 0 would never move',
  },
  {
    replicas: 10,
    own: { maxSurge: 2, maxUnavailable: 0 },
    surge: 2,
    unavailable: 0,
    because: 'numbers are pods',
  },
  {
    replicas: 3,
    own: { maxSurge: '100%', maxUnavailable: '100%' },
    surge: 3,
    unavailable: 3,
    because: 'all at once',
  },
])('a rolling update of $replicas may add $surge and lack $unavailable: $because', (row) => {
  expect(rollingUpdateLimits(row.replicas, row.own)).toEqual({
    surge: row.surge,
    unavailable: row.unavailable,
  });
});

test('what is neither a number nor a percentage is refused', () => {
  expect(() => rollingUpdateLimits(3, { maxSurge: 'a quarter', maxUnavailable: 0 })).toThrow(
    '"a quarter" is neither a number of pods nor a percentage',
  );
});

test.each([
  { missing: 0, batches: [], because: 'nothing to do' },
  { missing: 1, batches: [1], because: 'one' },
  { missing: 10, batches: [1, 2, 4, 3], because: 'the last batch is what is left' },
  { missing: 7, batches: [1, 2, 4], because: 'even' },
  { missing: 900, batches: [1, 2, 4, 8, 16, 32, 64, 128, 245], because: 'at most 500 in one go: 255 + 245' },
])('$missing missing pods are created as $batches: $because', ({ missing, batches }) => {
  expect(podBatches(missing)).toEqual(batches);
});

describe('who is removed first', () => {
  const running: RemovablePod = {
    uid: 'm',
    isAssigned: true,
    phase: 'Running',
    isReady: true,
    readySinceUs: now - 10 * minute,
    createdUs: now - 11 * minute,
  };

  // pkg/controller/controller_utils.go, ActivePodsWithRanks: each row differs in the named respect, and contradicts it in
  // the one that comes after.
  test.each([
    {
      first: { isAssigned: false },
      other: { phase: 'Pending' as const },
      because: 'without a node before pending',
    },
    {
      first: { phase: 'Pending' as const },
      other: { phase: 'Unknown' as const },
      because: 'pending before unknown',
    },
    { first: { phase: 'Unknown' as const }, other: { isReady: false }, because: 'unknown before running' },
    {
      first: { isReady: false, readySinceUs: undefined },
      other: { deletionCost: -5 },
      because: 'unready before ready',
    },
    { first: { deletionCost: -5 }, other: { podsOnNode: 3 }, because: 'a lower deletion cost' },
    { first: { podsOnNode: 3 }, other: { readySinceUs: now - second }, because: 'the more crowded node' },
    { first: { readySinceUs: now - minute }, other: { restarts: 9 }, because: 'ready for a shorter time' },
    { first: { restarts: 9 }, other: { createdUs: now - second }, because: 'restarted more often' },
    { first: { createdUs: now - 12 * second }, other: {}, because: 'newer' },
  ])('$because', ({ first, other }) => {
    const a = { ...running, ...first } as RemovablePod;
    const b = { ...running, ...other } as RemovablePod;
    expect(compareForRemoval(a, b, now)).toBeLessThan(0);
    expect(compareForRemoval(b, a, now)).toBeGreaterThan(0);
  });

  test.each([
    // Powers of two in nanoseconds: 2^39 ns is 549.8 s, 2^40 ns 1099.5 s.
    { ages: [600, 1000], first: 'by uid', because: 'both lie between 549.8 s and 1099.5 s' },
    { ages: [540, 560], first: 'younger', because: '549.8 s lies between them' },
    { ages: [600, 600], first: 'neither', because: 'equal instants say nothing' },
  ])('pods ready for $ages s: $first, as $because', ({ ages, first }) => {
    const [a, b] = ages.map((seconds) => ({ ...running, readySinceUs: now - seconds * second }));
    const [young, old] = [
      { ...a!, uid: 'z' },
      { ...b!, uid: 'b' },
    ];
    const sign = Math.sign(compareForRemoval(young, old, now));
    expect(sign).toBe({ 'by uid': 1, younger: -1, neither: 0 }[first]);
  });

  test('a pod that became ready at this instant goes before one that is a microsecond old', () => {
    const [fresh, older] = [
      { ...running, uid: 'z', readySinceUs: now },
      { ...running, uid: 'a', readySinceUs: now - 1 },
    ];
    expect(compareForRemoval(fresh, older, now)).toBeLessThan(0);
  });

  test('as many as asked for, unready ones first', () => {
    const pods: RemovablePod[] = [
      { ...running, uid: 'ready-old' },
      { ...running, uid: 'ready-new', readySinceUs: now - second },
      { ...running, uid: 'pending', phase: 'Pending', isReady: false, readySinceUs: undefined },
    ];
    expect(podsToRemove(pods, 2, now).map(({ uid }) => uid)).toEqual(['pending', 'ready-new']);
    expect(podsToRemove(pods, 0, now)).toEqual([]);
  });
});
