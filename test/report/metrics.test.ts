import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
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
        },
      ],
      envoy: [{ name: 'envoy_cluster_upstream_rq_retry', pod: 'p', cluster: 'outbound|9080|v3|r', value: 3 }],
    },
  };
  expect(openMetrics(record).split('\n')).toEqual([
    '# HELP istio_requests Requests by caller, destination and outcome; reporter tells whose proxy counted.',
    '# TYPE istio_requests counter',
    'istio_requests_total{reporter="source",source_workload="say \\"x\\"",destination_service="reviews.shop.svc.cluster.local",destination_service_name="reviews",destination_service_namespace="shop",destination_workload="reviews-v3",destination_version="v3",request_protocol="http",response_code="503",response_flags="UF,URX"} 7',
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
  const of = (text: string): [string, number][] => [...samples].filter(([key]) => key.startsWith(text));
  const v3 = of('istio_request_duration_milliseconds').filter(([key]) => key.includes('version="v3"'));
  const buckets = v3.filter(([key]) => key.includes('_bucket')).map(([, value]) => value);
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
  const count = v3.find(([key]) => key.includes('_count'))![1];
  expect(buckets.at(-1)).toBe(count);
  // The callers' counter and the histogram count the same requests; the pods answered retries on top.
  const total = (reporter: string): number =>
    of('istio_requests_total')
      .filter(
        ([key]) =>
          key.includes(`reporter="${reporter}"`) && key.includes('destination_workload="reviews-v3"'),
      )
      .reduce((sum, [, value]) => sum + value, 0);
  expect(total('source')).toBe(count);
  expect(total('destination')).toBeGreaterThan(count);
});

test('what a port speaks is told by its name: plain TCP is not called HTTP', async () => {
  const protocols = async (name: string) => [
    ...new Set(runOnce(await shipped(name)).record.metrics.requests.map((own) => own.protocol)),
  ];
  expect(await protocols('tcp-shifting')).toEqual(['tcp']);
  expect(await protocols('grpc-pinning')).toEqual(['grpc']);
});
