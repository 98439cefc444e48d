import { expect, test } from 'vitest';
import { outlierSettings } from '../../../src/mesh/envoy/outlier-settings.ts';
import type { OutlierDetection } from '../../../src/mesh/envoy/route.ts';

/** What becomes of one cluster's `outlier_detection`, as texts a table can hold. */
const read = (own: OutlierDetection): Record<string, number | boolean> => {
  const { enforcing, ...rest } = outlierSettings(own, false);
  return { ...rest, ...enforcing };
};

// api/envoy/config/cluster/v3/outlier_detection.proto: each field's default stands in its comment.
test.each<{ own: OutlierDetection; field: string; written: number | boolean; left: number | boolean }>([
  { own: { consecutive_5xx: 7 }, field: 'consecutive5xx', written: 7, left: 5 },
  { own: { consecutive_gateway_failure: 8 }, field: 'consecutiveGatewayFailure', written: 8, left: 5 },
  {
    own: { consecutive_local_origin_failure: 9 },
    field: 'consecutiveLocalOriginFailure',
    written: 9,
    left: 5,
  },
  { own: { interval: '1.5s' }, field: 'intervalUs', written: 1_500_000, left: 10_000_000 },
  { own: { base_ejection_time: '45s' }, field: 'baseEjectionUs', written: 45_000_000, left: 30_000_000 },
  { own: { max_ejection_time: '100s' }, field: 'maxEjectionUs', written: 100_000_000, left: 300_000_000 },
  { own: { max_ejection_percent: 50 }, field: 'maxEjectionPercent', written: 50, left: 10 },
  {
    own: { split_external_local_origin_errors: true },
    field: 'splitExternalLocalOriginErrors',
    written: true,
    left: false,
  },
  { own: { enforcing_consecutive_5xx: 0 }, field: 'consecutive-5xx', written: 0, left: 100 },
  {
    own: { enforcing_consecutive_gateway_failure: 100 },
    field: 'consecutive-gateway-failure',
    written: 100,
    left: 0,
  },
  {
    own: { enforcing_consecutive_local_origin_failure: 0 },
    field: 'consecutive-local-origin-failure',
    written: 0,
    left: 100,
  },
  { own: { enforcing_success_rate: 0 }, field: 'success-rate', written: 0, left: 100 },
  {
    own: { enforcing_local_origin_success_rate: 0 },
    field: 'local-origin-success-rate',
    written: 0,
    left: 100,
  },
])('a proxy acts on $own as written, and by Envoy’s default ($left) where it is left out', (row) => {
  expect(read(row.own)[row.field]).toBe(row.written);
  expect(read({})[row.field]).toBe(row.left);
  // Nothing else has moved.
  expect({ ...read(row.own), [row.field]: row.left }).toEqual(read({}));
});

test('a base time beyond five minutes is the longest time, too, where none is written', () => {
  expect(read({ base_ejection_time: '400s' })['maxEjectionUs']).toBe(400_000_000);
});
