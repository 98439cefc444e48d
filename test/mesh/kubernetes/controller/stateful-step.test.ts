import { expect, test } from 'vitest';
import { statefulSteps, type StatefulPod } from '../../../../src/mesh/kubernetes/controller/stateful-step.ts';

/** "0 1* 2- 3~ 4old": number, * not available, - leaving, ~ leaving and still available, old: of the old template. */
const podsOf = (text: string): StatefulPod[] =>
  text
    .split(' ')
    .filter((own) => own !== '')
    .map((own) => ({
      ordinal: Number(/\d+/.exec(own)![0]),
      isNew: !own.includes('old'),
      isAvailable: !/[*-]/.test(own),
      isLeaving: /[-~]/.test(own),
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
  { pods: '0 1 2 3*', replicas: 2, own: {}, steps: [excess(3)], because: 'the only sick one may go' },
  {
    pods: '0 1 2~ 3*',
    replicas: 2,
    own: {},
    steps: [],
    because: 'who leaves is no healthy one, though it still answers: the first of the sick is below',
  },
  { pods: '0 1~', replicas: 3, own: {}, steps: [], because: 'a name is taken though its pod still answers' },
  { pods: '0 1*', replicas: 1, own: {}, steps: [excess(1)], because: 'what is too many need not get well' },
  {
    pods: '0 1- 2',
    replicas: 1,
    own: { parallel: true },
    steps: [excess(2)],
    because: 'Parallel: who leaves already is not told again',
  },
  {
    pods: '0* 2-',
    replicas: 4,
    own: { parallel: true },
    steps: [make(1), make(3)],
    because: 'Parallel: neither the sick nor those who leave hold anybody up',
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
  { pods: '0old 1old 2old-', replicas: 3, own: {}, steps: [], because: 'the last is on its way out' },
  { pods: '0old 1old 2~', replicas: 3, own: {}, steps: [], because: 'whoever leaves is waited for' },
  {
    pods: '0old 1* 2old',
    replicas: 3,
    own: { parallel: true },
    steps: [outdated(2)],
    because: 'from the end',
  },
  {
    pods: '0old 1* 2',
    replicas: 3,
    own: { parallel: true },
    steps: [],
    because: 'one at a time, Parallel or not',
  },
  {
    pods: '',
    replicas: 2,
    own: { onDelete: true, partition: 2, parallel: true },
    steps: [make(0), make(1)],
    because: 'OnDelete knows no partition: who comes again is new',
  },
  { pods: '5', replicas: 2, own: { start: 5, partition: 1 }, steps: [make(6)], because: 'a new one at it' },
  {
    pods: '',
    replicas: 2,
    own: { start: 5, partition: 1 },
    steps: [make(5, false)],
    because: 'old below it',
  },
  {
    pods: '5old 6old',
    replicas: 2,
    own: { start: 5, partition: 1 },
    steps: [outdated(6)],
    because: 'down to it',
  },
  { pods: '5old 6', replicas: 2, own: { start: 5, partition: 1 }, steps: [], because: 'and no further' },
  { pods: '5 6 7', replicas: 2, own: { start: 5 }, steps: [excess(7)], because: 'numbers end later, too' },
  { pods: '4 5 6', replicas: 2, own: { start: 5 }, steps: [excess(4)], because: 'they begin at 5 now' },
  { pods: '5 6', replicas: 2, own: { start: 5 }, steps: [], because: 'numbers may begin later' },
])('of $pods, $replicas wanted, $own: $because', ({ pods, replicas, own, steps }) => {
  const hasOld = pods.includes('old') || 'partition' in own;
  expect(statefulSteps(podsOf(pods), replicas, { ...pace, ...own }, hasOld)).toEqual(steps);
});
