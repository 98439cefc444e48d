import { describe, expect, test } from 'vitest';
import { isOfTheirKind, versionMeant } from '../../../src/experiment/check/version-name.ts';

describe('a name stands for a version of the weights', () => {
  test.each([
    { name: 'v1', keys: ['v1', 'v3'], is: 'v1', because: 'it is one' },
    { name: 'V3', keys: ['v1', 'v3'], is: 'v3', because: 'capitals are the same' },
    { name: '3', keys: ['v1', 'v3'], is: 'v3', because: 'a number is a version' },
    { name: 'version 3', keys: ['v1', 'v3'], is: 'v3', because: 'said in full' },
    { name: 'reviews-v1', keys: ['v1', 'v3'], is: 'v1', because: 'a Deployment' },
    { name: 'reviews v1', keys: ['v1', 'v3'], is: 'v1', because: 'the same with a blank' },
    { name: 'v1', keys: ['reviews-v1', 'reviews-v3'], is: 'reviews-v1', because: 'weights by Service' },
    { name: 'reviews-v1-545db77b95-abcde', keys: ['v1', 'v3'], is: 'v1', because: 'a pod of a Deployment' },
    { name: 'reviews-v10-545db77b95-abcde', keys: ['v1', 'v10'], is: 'v10', because: 'v10 is not v1' },
    { name: 'db-canary-0', keys: ['stable', 'canary'], is: 'canary', because: 'a pod of a StatefulSet' },
    {
      name: 'outbound|9080|v3|reviews.default.svc.cluster.local',
      keys: ['v1', 'v3'],
      is: 'v3',
      because: 'its cluster',
    },
    { name: 'no stars', keys: ['v1', 'v3'], is: 'v1', because: 'what the page shows of v1' },
    { name: 'red', keys: ['v1', 'v3'], is: 'v3', because: 'what it shows of v3' },
    { name: 'black stars', keys: ['reviews-v1', 'reviews-v2'], is: 'reviews-v2', because: 'and of v2' },
    { name: '★', keys: ['v1', 'v3'], is: 'v3', because: 'the sign that run prints' },
    { name: 'v1 (no stars)', keys: ['v1', 'v3'], is: 'v1', because: 'as run prints it' },
    { name: 'v1', keys: ['none', 'red'], is: 'none', because: 'the other way round' },
    { name: 'v2', keys: ['v1', 'v3'], is: undefined, because: 'another version' },
    { name: 'black', keys: ['v1', 'v3'], is: undefined, because: 'the stars of another version' },
    { name: 'canary', keys: ['v1', 'v3'], is: undefined, because: 'a word for what?' },
    { name: 'v1-canary', keys: ['v1', 'v2'], is: undefined, because: 'a subset of its own' },
    { name: 'v1', keys: ['a-v1', 'b-v1'], is: undefined, because: 'two could be meant' },
  ])('$name among $keys is $is: $because', ({ name, keys, is }) => {
    expect(versionMeant(name, keys)).toBe(is);
  });
});

test.each([
  { name: 'v2', keys: ['v1', 'v3'], is: true },
  { name: 'reviews-v2-545db77b95-abcde', keys: ['v1', 'v3'], is: true },
  { name: 'v2', keys: ['reviews-v1'], is: true },
  { name: 'black', keys: ['v1', 'v3'], is: true },
  { name: 'canary', keys: ['v1', 'v3'], is: false },
  { name: 'no stars', keys: ['stable', 'canary'], is: false },
  { name: 'v1', keys: ['stable', 'canary'], is: false },
])('$name is another version of the kind of $keys: $is', ({ name, keys, is }) => {
  expect(isOfTheirKind(name, keys)).toBe(is);
});
