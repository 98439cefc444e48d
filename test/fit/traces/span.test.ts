import { expect, test } from 'vitest';
import { spanOf, type RawSpan } from '../../../src/fit/traces/span.ts';

const raw = (
  tags: Readonly<Record<string, string>>,
  over: Partial<RawSpan> = {},
): ReturnType<typeof spanOf> =>
  spanOf({
    traceId: '0A1',
    spanId: '00b2',
    parentId: '',
    kind: 'client',
    name: 'any',
    startUs: 0,
    durationUs: 1000,
    service: 'web.shop',
    tag: (name) => tags[name],
    ...over,
  });

test('a proxy called towards its application is a server, whatever kind it writes', () => {
  const span = raw({
    component: 'proxy',
    node_id: 'sidecar~10.0.0.7~web-7d9c6b5f4d-4hk2m.shop~shop.svc.cluster.local',
    upstream_cluster: 'inbound|8080||',
    'istio.canonical_revision': 'v2',
    'http.url': 'http://web:8080/a/b?c=1',
    'http.status_code': '503',
    response_flags: '-',
  });
  expect(span).toMatchObject({
    traceId: 'a1',
    spanId: 'b2',
    kind: 'server',
    direction: 'inbound',
    service: 'web',
    namespace: 'shop',
    pod: 'web-7d9c6b5f4d-4hk2m',
    version: 'v2',
    path: '/a/b?c=1',
    status: 503,
    flags: '',
    isError: true,
  });
});

test('whom a proxy called is told by its cluster, the subset with it', () => {
  const span = raw(
    { component: 'proxy', upstream_cluster: 'outbound|9080|v3|reviews.shop.svc.cluster.local' },
    { kind: 'server' },
  );
  expect(span).toMatchObject({ kind: 'client', host: 'reviews', port: 9080, subset: 'v3' });
});

test("an SDK's client span tells its peer in old words or new", () => {
  expect(raw({ 'server.address': 'db.shop.svc', 'http.request.method': 'GET' })).toMatchObject({
    service: 'web.shop',
    host: 'db',
    method: 'GET',
    isProxy: false,
  });
  expect(raw({ 'http.url': 'http://api.example.com:81/x' })).toMatchObject({
    host: 'api.example.com',
    port: 81,
    path: '/x',
  });
});
