import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { Phase, RunRecord } from '../../src/record/record.ts';
import { openMetrics } from '../../src/report/metrics.ts';
import { shipped } from '../support/scenario.ts';
import { withoutTraffic } from '../support/record.ts';

test('counters are told as OpenMetrics under the names of Istio and Envoy, quoted and ended as the format asks', () => {
  const record = {
    ...withoutTraffic(),
    metrics: {
      requests: [
        {
          reporter: 'source' as const,
          source: 'say "x"',
          service: 'reviews',
          namespace: 'shop',
          protocol: 'http' as const,
          destination: 'reviews-v3',
          version: 'v3',
          status: 503,
          flags: 'UF,URX',
          requests: 7,
          durationMs: 20.5,
          durations: [2, 0, 5, 0],
        },
      ],
      durationEdgesMs: [0.5, 1, 5],
      envoy: [{ name: 'envoy_cluster_upstream_rq_retry', pod: 'p', cluster: 'outbound|9080|v3|r', value: 3 }],
    },
  };
  const about =
    'reporter="source",source_workload="say \\"x\\"",destination_service="reviews.shop.svc.cluster.local",destination_service_name="reviews",destination_service_namespace="shop",destination_workload="reviews-v3",destination_version="v3",request_protocol="http",response_code="503",response_flags="UF,URX"';
  expect(openMetrics(record).split('\n')).toEqual([
    '# HELP istio_requests Requests by caller, destination and outcome; reporter tells whose proxy counted.',
    '# TYPE istio_requests counter',
    `istio_requests_total{${about}} 7`,
    "# HELP istio_request_duration_milliseconds Time from a request at the reporting proxy to its answer there; a caller's holds its retries.",
    '# TYPE istio_request_duration_milliseconds histogram',
    '# UNIT istio_request_duration_milliseconds milliseconds',
    `istio_request_duration_milliseconds_bucket{${about},le="0.5"} 2`,
    `istio_request_duration_milliseconds_bucket{${about},le="1.0"} 2`,
    `istio_request_duration_milliseconds_bucket{${about},le="5.0"} 7`,
    `istio_request_duration_milliseconds_bucket{${about},le="+Inf"} 7`,
    `istio_request_duration_milliseconds_count{${about}} 7`,
    `istio_request_duration_milliseconds_sum{${about}} 20.5`,
    '# TYPE envoy_cluster_upstream_rq_retry counter',
    'envoy_cluster_upstream_rq_retry_total{pod="p",cluster_name="outbound|9080|v3|r"} 3',
    '# EOF',
    '',
  ]);
});

test('a run’s text is OpenMetrics: families in one piece, cumulative buckets that end with the count, # EOF', async () => {
  const { record } = runOnce(await shipped('retries-hide-a-bad-canary'));
  const lines = openMetrics(record).split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  const families: string[] = [];
  const samples = new Map<string, number>();
  for (const line of lines.slice(0, -2)) {
    const comment = /^# (HELP|TYPE|UNIT) ([a-z_]+) (.+)$/.exec(line);
    if (comment !== null) {
      if (families.at(-1) !== comment[2]) families.push(comment[2]!);
      continue;
    }
    const [, name, labels, value] = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)+)\} ([0-9.]+)$/.exec(line)!;
    // A sample belongs to the family above it.
    expect(name!.replace(/_(total|bucket|count|sum)$/, '')).toBe(families.at(-1));
    const key = `${name}{${labels}}`;
    expect(samples.has(key)).toBe(false);
    samples.set(key, Number(value));
  }
  expect(new Set(families).size).toBe(families.length);
  // Each line of requests has its histogram, with buckets that grow up to the same number.
  const requests = [...samples].filter(([key]) => key.startsWith('istio_requests_total'));
  expect(requests.length).toBeGreaterThan(5);
  for (const [key, count] of requests) {
    const own = key.slice('istio_requests_total{'.length, -1);
    const family = 'istio_request_duration_milliseconds';
    const buckets = [...samples].filter(([name]) => name.startsWith(`${family}_bucket{${own},le=`));
    expect(buckets.map(([name]) => /le="([^"]+)"/.exec(name)![1])).toEqual(
      // Envoy's default buckets of a histogram (envoy/source/common/stats/histogram_impl.cc), as OpenMetrics writes numbers.
      `0.5 1.0 5.0 10.0 25.0 50.0 100.0 250.0 500.0 1000.0 2500.0 5000.0 10000.0 30000.0 60000.0 300000.0 600000.0
       1800000.0 3600000.0 +Inf`.split(/\s+/),
    );
    const below = buckets.map(([, value]) => value);
    expect(below).toEqual([...below].sort((a, b) => a - b));
    expect(below.at(-1)).toBe(count);
    expect(samples.get(`${family}_count{${own}}`)).toBe(count);
    // The sum lies between the lower and the upper edges of the buckets.
    const sum = samples.get(`${family}_sum{${own}}`)!;
    const edges = [0, 0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 3e5];
    const within = edges.map((_, bucket) => below[bucket]! - (below[bucket - 1] ?? 0));
    expect(sum).toBeGreaterThanOrEqual(within.reduce((total, n, at) => total + n * edges[at]!, 0));
    expect(sum).toBeLessThanOrEqual(within.reduce((total, n, at) => total + n * (edges[at + 1] ?? 6e5), 0));
  }
});

/** Requests that a reporter has for a service, by version or by anything else. */
const counted = (
  { metrics }: RunRecord,
  reporter: 'source' | 'destination',
  service: string,
  fits: (own: RunRecord['metrics']['requests'][number]) => boolean = () => true,
): number =>
  metrics.requests
    .filter((own) => own.reporter === reporter && own.service === service && fits(own))
    .reduce((sum, own) => sum + own.requests, 0);

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/**
 * Istio's stats filter counts a request once at the caller's proxy, whatever came of it, and at the pod's once for each
 * try or mirrored copy that came there (https://istio.io/latest/docs/reference/config/metrics/, `reporter`).
 */
test.each([
  { name: 'fifteen-refreshes', because: 'nothing was tried again: both count the same' },
  { name: 'fault-injection', because: 'callers left, their requests had come' },
  { name: 'fault-injection/scenario-abort.yaml', because: 'the caller’s proxy answers in place of ratings' },
  { name: 'circuit-breaking', because: 'what a breaker refused never left' },
  { name: 'mirroring', because: 'copies have no caller who counts them' },
  { name: 'retries-hide-a-bad-canary', because: 'each try is a request to the pod' },
])(
  '$name: metrics count what the run counted, and destinations what came there: $because',
  async ({ name }) => {
    const { record } = runOnce(await shipped(name));
    expect(record.pages.inFlight).toBe(0);
    for (const { service, keys, phases } of record.splits) {
      const versions = keys.map((key) =>
        counted(record, 'destination', service, (own) => own.version === key),
      );
      const sum = (of: (phase: Phase) => number): number => total(phases.map(of));
      expect(counted(record, 'source', service)).toBe(sum(({ requests }) => requests));
      expect(versions).toEqual(keys.map((_, key) => sum(({ meters }) => meters.served[key]!)));
      const neverLeft = counted(record, 'source', service, (own) => own.destination === 'unknown');
      const refused = counted(record, 'source', service, (own) => own.flags === 'UO');
      expect(total(versions)).toBe(
        counted(record, 'source', service) -
          neverLeft -
          refused +
          sum(({ meters }) => meters.retries + total(meters.mirrored)),
      );
    }
  },
);

test('without a sidecar nobody counts: a caller has no source reporter, and the pods know it as unknown', async () => {
  const { record } = runOnce(await shipped('client-without-sidecar'));
  expect(counted(record, 'source', 'reviews')).toBe(0);
  const phases = record.splits.find(({ service }) => service === 'reviews')!.phases;
  expect(counted(record, 'destination', 'reviews', (own) => own.source === 'unknown')).toBe(
    total(phases.map(({ requests }) => requests)),
  );
});

test('a pod without a sidecar has no destination reporter, its callers count all the same', async () => {
  const scenario = await shipped('fifteen-refreshes');
  const manifests = scenario.manifests.map((own) =>
    own.kind === 'Deployment' && own.metadata.name === 'reviews-v1'
      ? {
          ...own,
          spec: {
            ...own.spec,
            template: {
              ...own.spec.template,
              injectedProxy: { ...own.spec.template.injectedProxy, inject: false },
            },
          },
        }
      : own,
  );
  const { record } = runOnce({ ...scenario, manifests });
  const v1 = (reporter: 'source' | 'destination'): number =>
    counted(record, reporter, 'reviews', (own) => own.version === 'v1');
  expect(v1('source')).toBe(record.refreshes[0]!.counts[0]);
  expect(v1('source')).toBeGreaterThan(0);
  expect(v1('destination')).toBe(0);
});

test('what a port speaks is told by its name: plain TCP is not called HTTP', async () => {
  const protocols = async (name: string) => [
    ...new Set(runOnce(await shipped(name)).record.metrics.requests.map((own) => own.protocol)),
  ];
  expect(await protocols('tcp-shifting')).toEqual(['tcp']);
  expect(await protocols('grpc-pinning')).toEqual(['grpc']);
});
