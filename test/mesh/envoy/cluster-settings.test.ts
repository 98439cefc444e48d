import { describe, expect, test } from 'vitest';
import { clusterSettings } from '../../../src/mesh/envoy/cluster-settings.ts';
import type { CircuitBreakerThresholds, ClusterConfiguration } from '../../../src/mesh/envoy/route.ts';

/** 2^32 - 1: no limit. */
const most = 4294967295;
const thresholds = (
  own: Partial<CircuitBreakerThresholds>,
): NonNullable<ClusterConfiguration['circuit_breakers']> => ({
  thresholds: [
    { max_connections: most, max_pending_requests: most, max_requests: most, max_retries: most, ...own },
  ],
});
const settingsOf = (own: Partial<ClusterConfiguration>) =>
  clusterSettings(
    {
      name: 'outbound|9080|v1|reviews.default.svc.cluster.local',
      type: 'EDS',
      host: 'reviews.default.svc.cluster.local',
      subset: 'v1',
      port: 9080,
      lb_policy: 'LEAST_REQUEST',
      ...own,
    },
    false,
  );

describe('connections are counted where something limits them or sets a time for them', () => {
  test.each<{ own: Partial<ClusterConfiguration>; pooled: boolean; because: string }>([
    { own: {}, pooled: false, because: 'nothing is written' },
    { own: { connect_timeout: '10s' }, pooled: false, because: 'istiod writes that everywhere' },
    { own: { connect_timeout: '1s' }, pooled: true, because: 'a time of its own' },
    { own: { circuit_breakers: thresholds({}) }, pooled: false, because: 'limits that are none' },
    { own: { circuit_breakers: thresholds({ max_connections: 1 }) }, pooled: true, because: 'connections' },
    { own: { circuit_breakers: thresholds({ max_pending_requests: 1 }) }, pooled: true, because: 'the line' },
    { own: { circuit_breakers: thresholds({ max_requests: 1 }) }, pooled: true, because: 'requests' },
    { own: { circuit_breakers: thresholds({ max_retries: 1 }) }, pooled: true, because: 'retries' },
    {
      own: {
        circuit_breakers: thresholds({
          retry_budget: { budget_percent: { value: 20 }, min_retry_concurrency: 3 },
        }),
      },
      pooled: true,
      because: 'a budget',
    },
    { own: { max_requests_per_connection: 1 }, pooled: true, because: 'each carries one request' },
    { own: { max_requests_per_connection: 0 }, pooled: false, because: '0 is without limit' },
    {
      own: { common_http_protocol_options: { idle_timeout: '3s' } },
      pooled: true,
      because: 'idle ones are closed',
    },
  ])('$own: $pooled ($because)', ({ own, pooled }) => {
    expect(settingsOf(own)).toMatchObject({ pooled, managed: pooled });
  });
});

test.each<{ own: Partial<ClusterConfiguration>; managed: boolean; because: string }>([
  { own: { lb_policy: 'RING_HASH' }, managed: true, because: 'it has a ring' },
  { own: { lb_policy: 'MAGLEV' }, managed: true, because: 'it has a table' },
  { own: { lb_policy: 'RANDOM' }, managed: false, because: 'a draw needs nothing' },
  { own: { lb_policy: 'ROUND_ROBIN' }, managed: false, because: 'a turn is a number' },
  { own: { outlier_detection: {} }, managed: true, because: 'endpoints are judged' },
  {
    own: { common_lb_config: { locality_weighted_lb_config: {} } },
    managed: true,
    because: 'localities come first',
  },
  {
    own: { round_robin_lb_config: { slow_start_config: { slow_start_window: '60s' } } },
    managed: true,
    because: 'endpoints warm up',
  },
])('a proxy keeps a state for $own: $managed, as $because', ({ own, managed }) => {
  expect(settingsOf(own)).toMatchObject({ managed, pooled: false });
});

test("what is not written is Envoy's default: an hour idle, panic below 50 %, one request at a time over HTTP/1", () => {
  expect(settingsOf({})).toMatchObject({
    timeouts: { connectUs: 5e6, idleUs: 3600e6 },
    panicThresholdPercent: 50,
    pool: { maxStreamsPerConnection: 1, maxRequestsPerConnection: 0 },
    outlier: undefined,
    slowStart: undefined,
    byLocality: false,
  });
});

test('what is written is read: times, limits, warm-up, panic', () => {
  const settings = settingsOf({
    connect_timeout: '2s',
    common_http_protocol_options: { idle_timeout: '0s' },
    http2_protocol_options: {},
    max_requests_per_connection: 7,
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    least_request_lb_config: {
      slow_start_config: {
        slow_start_window: '60s',
        aggression: { default_value: 2 },
        min_weight_percent: { value: 20 },
      },
    },
    circuit_breakers: thresholds({
      max_connections: 1,
      max_pending_requests: 2,
      max_requests: 3,
      max_retries: 4,
      retry_budget: { budget_percent: { value: 25 }, min_retry_concurrency: 5 },
    }),
  });
  expect(settings).toMatchObject({
    timeouts: { connectUs: 2e6, idleUs: Infinity },
    panicThresholdPercent: 0,
    pool: { maxRequestsPerConnection: 7 },
    slowStart: { windowUs: 60e6, aggression: 2, minWeightPercent: 20 },
    limits: {
      maxConnections: 1,
      maxPending: 2,
      maxRequests: 3,
      maxRetries: 4,
      retryBudget: { percent: 25, minConcurrency: 5 },
    },
  });
  // Envoy's own Http2ProtocolOptions.max_concurrent_streams.
  expect(settings.pool.maxStreamsPerConnection).toBe(1024);
  const fewer = settingsOf({ http2_protocol_options: { max_concurrent_streams: 3 } });
  expect(fewer.pool.maxStreamsPerConnection).toBe(3);
});
