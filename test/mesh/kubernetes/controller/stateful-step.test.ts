import { expect, test } from 'vitest';
import { statefulSteps, type StatefulPod } from '../../../../src/mesh/kubernetes/controller/stateful-step.ts';

/** "0 1* 2- 3old": number, * not available, - leaving, old: of the old template. */
const podsOf = (text: string): StatefulPod[] =>
  text
    .split(' ')
    .filter((own) => own !== '')
    .map((own) => ({
      ordinal: Number(/\d+/.exec(own)![0]),
      isNew: !own.includes('old'),
      isAvailable: !/[*-]/.test(own),
      isLeaving: own.includes('-'),
    }));
const pace = { parallel: false, onDelete: false, partition: 0, start: 0 };
const make = (ordinal: number, isNew = true) => ({ make: ordinal, isNew });
const excess = (ordinal: number) => ({ remove: ordinal, because: 'too many' });
const outdated = (ordinal: number) => ({ remove: ordinal, because: 'old template' });

// pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet.
test.each([
  { pods: '', replicas: 3, own: {}, steps: [make(0)], because: 'the first comes first' },
  { pods: '0*', replicas: 3, own: {}, steps: [], because: 'the next waits until it is available' },
  { pods: '0', replicas: 3, own: {}, steps: [make(1)], because: 'it is' },
  { pods: '0 1- 2', replicas: 3, own: {}, steps: [], because: 'a name is taken until its pod is gone' },
  { pods: '0 2', replicas: 3, own: {}, steps: [make(1)], because: 'what is missing comes again' },
  {
    pods: '',
    replicas: 3,
    own: { parallel: true },
    steps: [0, 1, 2].map((own) => make(own)),
    because: 'Parallel: nobody waits',
  },
  { pods: '0 1 2 3', replicas: 2, own: {}, steps: [excess(3)], because: 'the last goes first' },
  { pods: '0 1 2 3-', replicas: 2, own: {}, steps: [], because: 'the next waits until it is gone' },
  { pods: '0 1 2* 3', replicas: 2, own: {}, steps: [excess(3)], because: 'a healthy one above it may go' },
  {
    pods: '0 1 2* 3*',
    replicas: 2,
    own: {},
    steps: [],
    because: 'two of them are sick: only the first of the sick may',
  },
  {
    pods: '0 1 2 3',
    replicas: 2,
    own: { parallel: true },
    steps: [excess(3), excess(2)],
    because: 'Parallel',
  },
  {
    pods: '0old 1old 2old',
    replicas: 3,
    own: {},
    steps: [outdated(2)],
    because: 'a template is replaced from the end',
  },
  { pods: '0old 1old 2*', replicas: 3, own: {}, steps: [], because: 'one at a time' },
  { pods: '0old 1old 2', replicas: 3, own: {}, steps: [outdated(1)], because: 'the next' },
  {
    pods: '0old 1 2',
    replicas: 3,
    own: { partition: 1 },
    steps: [],
    because: 'below the partition the old one stays',
  },
  {
    pods: '1 2',
    replicas: 3,
    own: { partition: 1 },
    steps: [make(0, false)],
    because: 'and comes again as it was',
  },
  {
    pods: '0old 1old',
    replicas: 2,
    own: { onDelete: true },
    steps: [],
    because: 'somebody has to delete it',
  },
  { pods: '5 6', replicas: 2, own: { start: 5 }, steps: [], because: 'numbers may begin later' },
])('of $pods, $replicas wanted, $own: $because', ({ pods, replicas, own, steps }) => {
  const hasOld = pods.includes('old') || 'partition' in own;
  expect(statefulSteps(podsOf(pods), replicas, { ...pace, ...own }, hasOld)).toEqual(steps);
});
