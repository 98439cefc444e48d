import { expect, test } from 'vitest';
import { Names } from '../../../src/fit/names.ts';
import { countsBetween } from '../../../src/fit/logs/split.ts';
import { readTraces } from '../../../src/fit/traces/format/index.ts';
import { versionedSpans } from '../../../src/fit/traces/versioned-spans.ts';

const span = (
  trace: number,
  id: string,
  parentId: string,
  pod: string,
  atSeconds: number,
  cluster: string,
): object => ({
  traceId: String(trace),
  id,
  ...(parentId === '' ? {} : { parentId }),
  kind: parentId === '' ? 'CLIENT' : 'SERVER',
  timestamp: 1e15 + atSeconds * 1e6,
  duration: 5000,
  localEndpoint: { serviceName: pod },
  tags: {
    component: 'proxy',
    node_id: `sidecar~10.0.0.1~${pod}-7d9c6b5f4d-4hk2m.made~made.svc.cluster.local`,
    upstream_cluster: cluster,
    'istio.canonical_service': pod.replace(/-v\d$/, ''),
    'istio.canonical_revision': /v\d$/.exec(pod)?.[0] ?? 'latest',
  },
});

/** A call of price a second by cart: ten of v1, then every other of v2; and one of db each time. */
const spans = Array.from({ length: 30 }, (_, at) => {
  const version = at >= 10 && at % 2 === 0 ? 'v2' : 'v1';
  return [
    span(at + 1, 'a', '', 'cart', at, 'outbound|80||price.made.svc.cluster.local'),
    span(at + 1, 'b', 'a', `price-${version}`, at, 'inbound|80||'),
    span(at + 1, 'c', '', 'cart', at, 'outbound|80||db.made.svc.cluster.local'),
    span(at + 1, 'd', 'c', 'db-v1', at, 'inbound|80||'),
  ];
});

test('where no log tells, spans say which version took each call, and when', () => {
  const read = readTraces(JSON.stringify(spans))!.spans;
  const names = new Names();
  for (const { pod, service, version } of read) names.see({ pod, service, version });
  const found = versionedSpans(read, names);
  expect(found).toHaveLength(1);
  const [price] = found;
  expect(price).toMatchObject({ service: 'price', versions: ['v1', 'v2'] });
  expect(price!.callers.map(({ pod }) => pod)).toEqual(['cart-7d9c6b5f4d-4hk2m']);
  expect(countsBetween(price!, 1e12, 1e12 + 10_000)).toEqual([10, 0]);
  expect(countsBetween(price!, 1e12 + 10_000, 1e12 + 30_000)).toEqual([10, 10]);
});
