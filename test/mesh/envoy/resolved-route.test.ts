import { expect, test } from 'vitest';
import { hashOf, type Hash64 } from '../../../src/mesh/envoy/balancer/xxhash64.ts';
import { hashesOf, withSource } from '../../../src/mesh/envoy/resolved-route.ts';
import type { HashPolicy, RouteAction } from '../../../src/mesh/envoy/route.ts';

const whole = 2n ** 64n;
const bits = ({ high, low }: Hash64): bigint => BigInt(high) * 2n ** 32n + BigInt(low);
const header = (name: string): HashPolicy => ({ header: { header_name: name } });
const source: HashPolicy = { connection_properties: { source_ip: true } };

/** Envoy, hash_policy.cc, generateHash: old = (hash << 1) | (hash >> 63), hash = old ^ next, over those that there are. */
const generated = (values: readonly string[]): bigint =>
  values.reduce<bigint | undefined>((hash, value) => {
    const next = bits(hashOf(value));
    return hash === undefined ? next : (((hash << 1n) % whole) | (hash >> 63n)) ^ next;
  }, undefined)!;

test.each([
  { policies: [header('x-user')], values: ['jason'], because: 'one policy is the hash of its value' },
  {
    policies: [header('x-user'), header('x-user')],
    values: ['jason', 'jason'],
    because: 'alike are not nothing',
  },
  {
    policies: [header('x-none'), header('x-user')],
    values: ['jason'],
    because: 'what is not there is left out',
  },
  { policies: [source], values: ['10.0.0.1'], because: 'the address comes with the request' },
  { policies: [source, source], values: ['10.0.0.1', '10.0.0.1'], because: 'and may be asked for twice' },
  { policies: [header('x-user'), source], values: ['jason', '10.0.0.1'], because: 'it may come last' },
  { policies: [source, header('x-user')], values: ['10.0.0.1', 'jason'], because: 'or first' },
  {
    policies: [header('x-user'), source, header('x-tenant'), source],
    values: ['jason', '10.0.0.1', 'acme', '10.0.0.1'],
    because: 'or in between',
  },
])('hash policies are laid over each other as Envoy does: $because', ({ policies, values }) => {
  const head = {
    authority: 'web',
    path: '/',
    method: 'GET',
    headers: { 'x-user': 'jason', 'x-tenant': 'acme' },
  };
  const found = hashesOf({ hash_policy: policies } as unknown as RouteAction, head as never);
  expect(bits(withSource(found, hashOf('10.0.0.1'))!)).toBe(generated(values));
});

test('a request that has nothing for any policy has no hash', () => {
  const head = { authority: 'web', path: '/', method: 'GET', headers: {} };
  expect(hashesOf({ hash_policy: [header('x-user')] } as unknown as RouteAction, head as never)).toEqual({
    hash: undefined,
    sourceTurns: [],
  });
});
