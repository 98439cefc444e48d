import { expect, test } from 'vitest';
import { subsetOf } from '../../src/accesslog/subset-of.ts';

const host = 'reviews.default.svc.cluster.local';

test.each([
  { cluster: `outbound|9080|v1|${host}`, wanted: { direction: 'outbound', port: 9080, subset: 'v1', host } },
  { cluster: `outbound|9080||${host}`, wanted: { direction: 'outbound', port: 9080, subset: '', host } },
  { cluster: `outbound|9080|v1|${host};`, wanted: { direction: 'outbound', port: 9080, subset: 'v1', host } },
  {
    cluster: `outbound_.9080_.v1_.${host}`,
    wanted: { direction: 'outbound', port: 9080, subset: 'v1', host },
  },
  { cluster: 'inbound|9080||', wanted: { direction: 'inbound', port: 9080, subset: '', host: '' } },
  { cluster: 'PassthroughCluster', wanted: undefined },
  { cluster: 'BlackHoleCluster', wanted: undefined },
  { cluster: 'a|b|c|d', wanted: undefined },
  { cluster: 'outbound|9080|v1', wanted: undefined },
])('$cluster', ({ cluster, wanted }) => {
  expect(subsetOf(cluster)).toEqual(wanted);
});
