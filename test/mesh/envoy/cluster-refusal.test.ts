import { expect, test } from 'vitest';
import { buildHashRing, buildMaglevTable } from '../../../src/index.ts';
import { clusterRefusal } from '../../../src/mesh/envoy/cluster-refusal.ts';
import type { ClusterConfiguration } from '../../../src/mesh/envoy/route.ts';

const cluster: ClusterConfiguration = {
  name: 'c',
  type: 'EDS',
  host: 'h',
  subset: '',
  port: 80,
  lb_policy: 'RING_HASH',
};

// The limits stand in api/envoy/config/cluster/v3/cluster.proto; the words in ring_hash_lb.cc, maglev_lb.cc and
// outlier_detection_impl.cc.
test.each([
  { own: {}, refused: undefined },
  { own: { ring_hash_lb_config: { minimum_ring_size: 8388608 } }, refused: undefined },
  { own: { ring_hash_lb_config: { minimum_ring_size: 8388609 } }, refused: /MinimumRingSize.*8388608/ },
  { own: { ring_hash_lb_config: { minimum_ring_size: 2 ** 63 } }, refused: /MinimumRingSize.*8388608/ },
  {
    own: { ring_hash_lb_config: { minimum_ring_size: 2048, maximum_ring_size: 1024 } },
    refused: /minimum_ring_size \(2048\) > maximum_ring_size \(1024\)/,
  },
  { own: { maglev_lb_config: { table_size: 5000011 } }, refused: undefined },
  { own: { maglev_lb_config: { table_size: 65536 } }, refused: /prime/ },
  { own: { maglev_lb_config: { table_size: 2 ** 40 } }, refused: /5000011/ },
  {
    own: { outlier_detection: { base_ejection_time: '30s', max_ejection_time: '29s' } },
    refused: /max_ejection_time cannot be smaller than base_ejection_time/,
  },
  { own: { outlier_detection: { max_ejection_time: '29s' } }, refused: /max_ejection_time/ },
  { own: { outlier_detection: { base_ejection_time: '600s' } }, refused: undefined },
])('Envoy’s word on $own is $refused', ({ own, refused }) => {
  const words = clusterRefusal({ ...cluster, ...own });
  if (refused === undefined) expect(words).toBeUndefined();
  else expect(words).toMatch(refused);
});

test('tables that Envoy would refuse are refused before anything is built', () => {
  const hosts = [{ key: 'a', weight: 1 }];
  expect(() => buildHashRing(hosts, 2 ** 63)).toThrow(RangeError);
  expect(() => buildHashRing(hosts, 1, 2 ** 40)).toThrow(/8388608/);
  expect(() => buildMaglevTable(hosts, 2 ** 40)).toThrow(RangeError);
});

test('a ring of a million points has them in order, each host its part', () => {
  const hosts = Array.from({ length: 4 }, (_, host) => ({ key: `10.0.0.${host}:80`, weight: 1 }));
  const { host, positionHigh, positionLow } = buildHashRing(hosts, 1_000_000).points;
  expect(host).toHaveLength(1_000_000);
  const counts = [0, 0, 0, 0];
  let sorted = true;
  for (let point = 0; point < host.length; point += 1) {
    counts[host[point]!]! += 1;
    if (point === 0) continue;
    const [before, own] = [positionHigh[point - 1]!, positionHigh[point]!];
    sorted &&= before < own || (before === own && positionLow[point - 1]! <= positionLow[point]!);
  }
  expect(counts).toEqual([250_000, 250_000, 250_000, 250_000]);
  expect(sorted).toBe(true);
});
