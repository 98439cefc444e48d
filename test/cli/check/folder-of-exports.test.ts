import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { accessLogOf, half } from '../../support/check-files.ts';
import { check } from '../../support/check-run.ts';

const lines = accessLogOf(half)
  .trimEnd()
  .split('\n')
  .map((line, place) => line.replace('"id"', `"id-${place}"`));
const wanted = {
  v1: half.filter((own) => own === 'v1').length,
  v3: half.filter((own) => own === 'v3').length,
};
const weights = ['--weights', 'v1=50,v3=50'];
const vector = (v1: number, v3: number): string =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: [
        {
          metric: {
            __name__: 'istio_requests_total',
            reporter: 'source',
            destination_service: 'reviews.default.svc.cluster.local',
            destination_version: 'v1',
          },
          value: [1, String(v1)],
        },
        {
          metric: {
            __name__: 'istio_requests_total',
            reporter: 'source',
            destination_service: 'reviews.default.svc.cluster.local',
            destination_version: 'v3',
          },
          value: [1, String(v3)],
        },
      ],
    },
  });

test('a folder of everything: parts of a log in several forms are one log, the same lines twice are said, and counters are not added', async () => {
  const files = {
    'exports/elastic/hits.json': JSON.stringify({
      hits: { total: 20, hits: lines.slice(20, 40).map((message) => ({ _source: { message } })) },
    }),
    'exports/loki.json': JSON.stringify({
      status: 'success',
      data: {
        resultType: 'streams',
        result: [{ stream: {}, values: lines.slice(0, 25).map((line, i) => [String(i), line]) }],
      },
    }),
    'exports/node.log.gz': gzipSync(
      lines
        .slice(40)
        .map((line) => `2026-03-01T12:00:59.123Z stdout F ${line}`)
        .join('\n'),
    ),
    'exports/graph.json': JSON.stringify({
      duration: 600,
      elements: {
        nodes: [
          { data: { id: 'a', nodeType: 'unknown' } },
          { data: { id: 'b', nodeType: 'app', app: 'reviews', version: 'v1' } },
        ],
        edges: [
          { data: { source: 'a', target: 'b', traffic: { protocol: 'http', rates: { http: '0.10' } } } },
        ],
      },
    }),
    'exports/prom.json': vector(500, 480),
    'exports/pods.txt': '  20 reviews-v1-545db77b95-abcde\n  22 reviews-v3-545db77b95-abcde\n',
    'exports/readme.md': '# What these files are\n',
    'exports/virtual-service.yaml': 'apiVersion: networking.istio.io/v1\nkind: VirtualService\n',
  };
  const { counts, notes, leftOut, errors } = await check(files, weights, ['exports']);
  expect(errors).toBe('');
  expect(counts).toEqual(wanted);
  expect(leftOut).toEqual({
    'that were read before (the same request id and time: a log given twice, or two that overlap)': 5,
  });
  expect(notes).toMatch(/Not added: exports\/pods\.txt .*v1 20, v3 22/);
  expect(notes).toMatch(/Not added: exports\/prom\.json .*v1 500, v3 480/);
  expect(notes).toMatch(/Not added: exports\/graph\.json .*v1 60/);
  expect(notes).toMatch(/exports\/readme\.md begins with/);
  expect(notes).toMatch(/exports\/virtual-service\.yaml is a manifest/);
});

test.each([
  { name: 'a.zip', data: Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), say: /unzip -p a\.zip \| meshshift check -/ },
  { name: 'a.zst', data: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0), say: /zstd -dc a\.zst/ },
  { name: 'a.xz', data: Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), say: /xz -dc a\.xz/ },
  { name: 'a.bin', data: Uint8Array.of(1, 2, 0, 4), say: /no text/ },
  { name: 'traces.json', data: '{"data":[{"traceID":"1","spans":[]}]}', say: /holds traces: .*kubectl logs/ },
  {
    name: 'gcp.yaml',
    data: '---\ninsertId: x\nlogName: y\n',
    say: /gcloud logging read FILTER --format=json/,
  },
  {
    name: 'bit.txt',
    data: '[0] kube.var.log: [[1740830400.1, {}], {"log"=>"x"}]\n',
    say: /format=json_lines/,
  },
  {
    name: 'promtool.txt',
    data: 'istio_requests_total{destination_version="v1"} => 31 @[1584.0]\n',
    say: /promtool query instant -o json/,
  },
  {
    name: 'pods.txt',
    data: 'NAME   READY   STATUS\nreviews-x   2/2   Running\n',
    say: /kubectl logs deploy/,
  },
  {
    name: 'routes.txt',
    data: 'NAME     VHOST NAME     DOMAINS     MATCH     VIRTUAL SERVICE\n9080     reviews:9080     reviews     /*     reviews.default\n',
    say: /table of kubectl or istioctl, without requests: kubectl logs deploy/,
  },
  {
    name: 'top.txt',
    data: 'NAME   CPU(cores)   MEMORY(bytes)\nreviews-x   12m   61Mi\n',
    say: /kubectl logs deploy/,
  },
  {
    name: 'rates.txt',
    data: '     WORKLOAD    TOTAL RPS    ERROR RPS  P50 LATENCY\n   reviews-v1        4.669        0.000          9ms\n',
    say: /rates of a minute, no counts: ask Prometheus: curl/,
  },
  {
    name: 'config.json',
    data: '[{"name":"9080","virtualHosts":[{"routes":[{"route":{"weightedClusters":{"clusters":[]}}}]}]}]',
    say: /configuration of a proxy, without requests: its weights are given by --weights/,
  },
  {
    name: 'fortio.txt',
    data: 'Fortio 1.66.0 running at 40 queries per second\nCode 200 : 400 (100.0 %)\n',
    say: /summary of a load generator, which tells no versions/,
  },
  { name: 'hey.txt', data: '\nSummary:\n  Total:\t10.0042 secs\n', say: /summary of a load generator/ },
  {
    name: 'console.txt',
    data: 'Element\tValue\n{destination_version="v1",reporter="source"}\t29\n',
    say: /what Prometheus' own page shows: ask for JSON/,
  },
  {
    name: 'served.log',
    data: '[2026-03-01T12:00:00.000Z] "GET /reviews/0 HTTP/1.1" 200 - via_upstream - "-" 0 295 5 4 "-" "curl" "x" "reviews:9080" "10.44.2.1:9080" inbound|9080|| 127.0.0.6:41 10.44.2.1:9080 10.44.0.1:5 - default\n',
    say: /log of who was called. The choice shows in that of who called: kubectl logs deploy/,
  },
  {
    name: 'answer.json',
    data: '{"status":"error","errorType":"x","message":"no such index"}',
    say: /.+/,
  },
  { name: 'dash.json', data: '{"title":"x","panels":[]}', say: /Download CSV/ },
  {
    name: 'login.html',
    data: '<!DOCTYPE html><html><body>Sign in</body></html>',
    say: /Left out: 1 request that is no product page/,
  },
  { name: 'own.json', data: '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n', say: /keys are a, b/ },
  {
    name: 'nginx.log',
    data: '10.0.0.1 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5\n',
    say: /--envoy-format/,
  },
  { name: 'empty.log', data: '', say: /empty\.log is empty/ },
])('$name is answered with what would be read', async ({ name, data, say }) => {
  const { code, errors } = await check({ [name]: data }, weights);
  expect(code).toBe(3);
  expect(errors).toMatch(say);
});

test('counts over time know which weights they were drawn by; counts of one moment do not', async () => {
  const range = (v1: readonly number[], v3: readonly number[]): string =>
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [v1, v3].map((values, place) => ({
          metric: {
            __name__: 'istio_requests_total',
            reporter: 'source',
            destination_service: 'reviews.default.svc.cluster.local',
            destination_version: place === 0 ? 'v1' : 'v3',
          },
          values: values.map((value, minute) => [Date.UTC(2026, 2, 1, 12, minute) / 1000, String(value)]),
        })),
      },
    });
  // 40 under 100 : 0, then 30 and 29 under 50 : 50.
  const change = ['--weights', 'v1=100,v3=0', '--change', '12:01:30=v1=50,v3=50'];
  const told = await check({ 'range.json': range([0, 40, 70], [0, 0, 29]) }, change);
  expect(told.kind).toBe('chance');
  const refused = await check({ 'prom.json': vector(70, 29) }, change);
  expect(refused.errors).toMatch(/MS4008.*carries no times/);
});
