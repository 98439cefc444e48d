import { expect, test } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { keys, seen, weightsOf } from './seen.ts';

test('without an order all requests count under the first weights, whatever changes are told', () => {
  const changes = [{ atIndex: 10, weights: [90, 10] }];
  const counts = [52, 48];
  const { p, versions } = judge({ keys, counts }, { ...weightsOf(50), changes });
  expect(versions.map(({ expected }) => expected)).toEqual([0.5, 0.5]);
  expect(p).toBe(judge({ keys, counts }, weightsOf(50)).p);
});

test('a known change of weights of which nothing is seen, all being v1: a rule from before it is still in force', () => {
  // The other explanations draw 100 times at 90 % at best: 0.9^100 is 3e-5.
  const weights = { keys, weights: [90, 10], changes: [{ atIndex: 100, weights: [10, 90] }] };
  const judgement = judge(seen({ sequence: new Array<number>(200).fill(0) }), weights);
  expect(judgement.kind).toBe('fault');
  expect(judgement.mechanisms[0]).toMatchObject({ name: 'old rule', fitted: { version: 'v1' } });
});
