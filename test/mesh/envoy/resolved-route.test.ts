import { expect, test } from 'vitest';
import { hashOf, type Hash64 } from '../../../src/mesh/envoy/balancer/xxhash64.ts';
import { faultOf, hashesOf, withNewCookies, withSource } from '../../../src/mesh/envoy/resolved-route.ts';
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

const parameter = { query_parameter: { name: 'user' } } as HashPolicy;
test.each([
  {
    policy: { cookie: { name: 'user' } } as HashPolicy,
    cookie: 'a=1; user=ann; b=2',
    path: '/',
    because: 'among others',
  },
  { policy: { cookie: { name: 'user' } } as HashPolicy, cookie: 'user=ann', path: '/', because: 'alone' },
  {
    policy: { cookie: { name: 'user' } } as HashPolicy,
    cookie: 'user=ann; user=bob',
    path: '/',
    because: 'the first counts',
  },
  {
    policy: { cookie: { name: 'user' } } as HashPolicy,
    cookie: 'superuser=bob;user=ann',
    path: '/',
    because: 'whole names',
  },
  {
    policy: parameter,
    cookie: 'user=bob',
    path: '/x?a=1&user=ann&b=2',
    because: 'the query, not the cookie',
  },
  { policy: parameter, cookie: '', path: '/x?superuser=bob&user=ann', because: 'whole names there, too' },
])('of $cookie and $path the hash is that of "ann": $because', ({ policy, cookie, path }) => {
  const head = { authority: 'web', path, method: 'GET', headers: { cookie } };
  const { hash } = hashesOf({ hash_policy: [policy] } as unknown as RouteAction, head);
  expect(hash).toEqual(hashOf('ann'));
});

test('a request that has nothing for any policy has no hash', () => {
  const head = { authority: 'web', path: '/', method: 'GET', headers: {} };
  expect(hashesOf({ hash_policy: [header('x-user')] } as unknown as RouteAction, head as never)).toEqual({
    hash: undefined,
    sourceTurns: [],
    newCookies: [],
  });
});

const cookie = (more: object): HashPolicy => ({ cookie: { name: 'user', ...more } });

/** hash_policy.cc, CookieHashMethod::evaluate; utility.cc, makeSetCookieValue. */
test.each([
  { policy: cookie({}), sent: '', made: [], because: 'without a time to live none is made' },
  { policy: cookie({ ttl: '30s' }), sent: 'user=ann', made: [], because: 'the request has one' },
  {
    policy: cookie({ ttl: '30s' }),
    sent: 'other=1',
    made: ['; Max-Age=30; HttpOnly'],
    because: 'it lasts as long as that',
  },
  {
    policy: cookie({ ttl: '30s', path: '/shop' }),
    sent: 'user=',
    made: ['; Max-Age=30; Path=/shop; HttpOnly'],
    because: 'an empty one is none',
  },
  { policy: cookie({ ttl: '0s' }), sent: '', made: ['; HttpOnly'], because: '0 s is a session’s' },
])('a cookie of a hash policy: $because', ({ policy, sent, made }) => {
  const head = { authority: 'web', path: '/', method: 'GET', headers: sent === '' ? {} : { cookie: sent } };
  const { newCookies } = hashesOf({ hash_policy: [policy] } as unknown as RouteAction, head);
  expect(newCookies.map(({ attributes }) => attributes)).toEqual(made);
});

test('a cookie that is made hashes as it will when it comes back, among others and for each destination that asks for it', () => {
  const policies = [header('x-user'), cookie({ ttl: '0s' }), source, cookie({ ttl: '0s' })];
  const of = (headers: Readonly<Record<string, string>>) =>
    hashesOf({ hash_policy: policies } as unknown as RouteAction, {
      ...{ authority: 'web', path: '/', method: 'GET' },
      headers: { 'x-user': 'jason', ...headers },
    });
  const [first, next] = [of({}), of({ cookie: 'user=ann' })];
  const address = hashOf('10.0.0.1');
  const made = withNewCookies(withSource(first, address), first, hashOf('ann'));
  expect(bits(made!)).toBe(generated(['jason', 'ann', '10.0.0.1', 'ann']));
  expect(made).toEqual(withSource(next, address));
});

// Envoy, source/common/grpc/common.cc, grpcToHttpStatus.
test.each([
  [0, 'OK', 200],
  [1, 'CANCELLED', 499],
  [2, 'UNKNOWN', 500],
  [3, 'INVALID_ARGUMENT', 400],
  [4, 'DEADLINE_EXCEEDED', 504],
  [5, 'NOT_FOUND', 404],
  [6, 'ALREADY_EXISTS', 409],
  [7, 'PERMISSION_DENIED', 403],
  [8, 'RESOURCE_EXHAUSTED', 429],
  [9, 'FAILED_PRECONDITION', 400],
  [10, 'ABORTED', 409],
  [11, 'OUT_OF_RANGE', 400],
  [12, 'UNIMPLEMENTED', 501],
  [13, 'INTERNAL', 500],
  [14, 'UNAVAILABLE', 503],
  [15, 'DATA_LOSS', 500],
  [16, 'UNAUTHENTICATED', 401],
  [17, 'no status of gRPC', 500],
] as const)('a fault of gRPC status %i, %s, counts as HTTP status %i', (grpc_status, _name, http) => {
  const percentage = { numerator: 100, denominator: 'HUNDRED' as const };
  const fault = faultOf({
    typed_per_filter_config: { 'envoy.filters.http.fault': { abort: { grpc_status, percentage } } },
  } as never);
  expect(fault!.abortStatus).toBe(http);
});
