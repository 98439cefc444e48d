import { expect, test } from 'vitest';
import { shareOfWeights } from '../../../../src/mesh/envoy/balancer/hashed-host.ts';

const hosts = (...weights: number[]) =>
  weights.map((weight, index) => ({ key: `10.0.0.${index}:80`, weight }));

test.each([
  { weights: [1, 3], shares: [0.25, 0.75], because: 'a share is a part of all weights' },
  { weights: [0, 5], shares: [0, 1], because: 'a weight of 0 is no part' },
  { weights: [0, 0], shares: [0, 0], because: 'where nobody has a weight, nobody has a share' },
  { weights: [], shares: [], because: 'nobody is there' },
])('hosts of weights $weights have $shares: $because', ({ weights, shares }) => {
  expect([...shareOfWeights(hosts(...weights))]).toEqual(shares);
});

test.each([-1, NaN, Infinity])('a weight of %d is refused with the name of its host', (weight) => {
  expect(() => shareOfWeights(hosts(1, weight))).toThrow(/10\.0\.0\.1:80/);
});
