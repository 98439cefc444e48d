import { expect, test } from 'vitest';
import { setPath } from '../../src/scenario/set-path.ts';

const document = () => ({ kind: 'Scenario', spec: { duration: '5m', traffic: [{ name: 'a', rps: 1 }] } });

test.each([
  { assignment: 'duration=1m', at: ['spec', 'duration'], value: '1m', because: 'spec. may be left out' },
  {
    assignment: 'spec.traffic[0].rps=80',
    at: ['spec', 'traffic', 0, 'rps'],
    value: 80,
    because: 'values are YAML',
  },
  {
    assignment: 'traffic.0.rps=80',
    at: ['spec', 'traffic', 0, 'rps'],
    value: 80,
    because: 'a dot is as good as brackets',
  },
  {
    assignment: 'controlPlane.preset=off',
    at: ['spec', 'controlPlane', 'preset'],
    value: 'off',
    because: 'maps on the way are made',
  },
  {
    assignment: 'headers.toString=x',
    at: ['spec', 'headers', 'toString'],
    value: 'x',
    because: 'a map has only what was written',
  },
  {
    assignment: 'traffic[0]={ name: b }',
    at: ['spec', 'traffic', 0],
    value: { name: 'b' },
    because: 'a map is a value',
  },
])('--set $assignment: $because', ({ assignment, at, value }) => {
  const data: unknown = document();
  expect(setPath(data, assignment)).toEqual([]);
  expect(at.reduce<unknown>((own, part) => (own as Record<string, unknown>)[part], data)).toEqual(value);
});

test.each([
  { assignment: 'duration', says: 'expected path=value', because: 'no value' },
  {
    assignment: 'duration.x=1',
    says: '"duration" is no map and no list, so there is no "x" in it',
    because: 'text has no fields',
  },
  {
    assignment: 'duration.x.y=1',
    says: '"duration" is no map and no list, so there is no "x" in it',
    because: 'nor have its fields',
  },
  {
    assignment: 'traffic[1].rps=1',
    says: 'there is no entry "1": the list has 1, counted from 0',
    because: 'entries must exist',
  },
  {
    assignment: 'traffic[-1]=1',
    says: 'there is no entry "-1": the list has 1, counted from 0',
    because: 'counted from 0',
  },
  {
    assignment: 'traffic.rps=1',
    says: 'there is no entry "rps": the list has 1, counted from 0',
    because: 'a list has no fields',
  },
  { assignment: '__proto__.x=1', says: 'no such field', because: 'that is no field of a document' },
])('--set $assignment is refused: $because', ({ assignment, says }) => {
  expect(setPath(document(), assignment)).toMatchObject([{ code: 'MS2008', message: says }]);
});

test.each([{ data: 'text' }, { data: null }, { data: 3 }])(
  'a document that is $data has no fields to set',
  ({ data }) => {
    expect(setPath(data, 'spec.duration=1m')).toMatchObject([
      { code: 'MS2008', message: 'the document is no map and no list, so there is no "spec" in it' },
    ]);
  },
);
