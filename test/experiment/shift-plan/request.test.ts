import { expect, test } from 'vitest';
import { addVary, type VaryRequest } from '../../../src/experiment/shift-plan/request.ts';

test.each<{ text: string; adds: VaryRequest; because: string }>([
  { text: 'pause=3m,5m', adds: { pausesUs: [180e6, 300e6] }, because: 'durations' },
  { text: 'warm-up=0s,1m', adds: { warmUpsUs: [0, 60e6] }, because: 'durations, and none' },
  { text: 'pre-scale=0,30', adds: { preScale: [0, 30] }, because: 'numbers' },
  { text: 'pre-scale = 0, 30', adds: { preScale: [0, 30] }, because: 'spaces say nothing' },
  {
    text: 'reviews-v3.max=30,40',
    adds: { autoscalers: [{ name: 'reviews-v3', min: [], max: [30, 40], target: [] }] },
    because: 'a limit of an autoscaler',
  },
])('$text is understood: $because', ({ text, adds }) => {
  expect(addVary({}, text)).toEqual(adds);
  expect(addVary({ preScale: [5] }, text)).toEqual({ preScale: [5], ...adds });
});

test('steps are lists of weights', () => {
  const { steps } = addVary({}, 'steps=10/100,25/50/100') as VaryRequest;
  expect(steps).toEqual([
    [10, 100],
    [25, 50, 100],
  ]);
});

test('limits of one autoscaler come together, those of another stand beside them', () => {
  const asked = ['a.max=30', 'b.min=2', 'a.target=60,70'].reduce(
    (before, text) => addVary(before, text) as VaryRequest,
    {} as VaryRequest,
  );
  expect([...asked.autoscalers!].sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
    { name: 'a', min: [], max: [30], target: [60, 70] },
    { name: 'b', min: [2], max: [], target: [] },
  ]);
});

test.each([
  { text: 'pause', says: 'expected such as', because: 'nothing is said of it' },
  { text: '=3m', says: 'expected such as', because: 'nothing is named' },
  { text: 'pause=', says: 'expected such as', because: 'nothing is listed' },
  { text: 'pause=soon', says: 'soon', because: 'it is no duration' },
  { text: 'pause=3m=4m', says: '3m=4m', because: 'the first sign of equality ends the name' },
  { text: 'steps=10/one,two/20', says: 'one', because: 'of several mistakes the first is told' },
  { text: 'steps=10/x', says: 'x', because: 'it is no weight' },
  { text: 'pre-scale=1,1.5', says: 'expected whole numbers, found "1.5"', because: 'pods are whole' },
  { text: 'a.max=-1', says: 'expected whole numbers, found "-1"', because: 'nor fewer than none' },
  { text: 'a.most=1', says: '"a.most" cannot vary', because: 'an autoscaler has no such limit' },
  { text: 'speed=1', says: '"speed" cannot vary', because: 'nobody knows it' },
])('$text is a problem: $because', ({ text, says }) => {
  const found = addVary({}, text);
  expect('problem' in found ? found.problem : 'none').toContain(says);
});
