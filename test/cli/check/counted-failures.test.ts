import { expect, test } from 'vitest';
import { check } from '../../support/check-run.ts';

const words = ['--host', 'reviews', '--weights', 'v1=50,v3=50'];
const host = 'reviews.default.svc.cluster.local';
const cluster = (version: string): string => `outbound|9080|${version}|${host}`;

// A proxy's page of metrics, `/stats` and `/clusters`: 100 requests to each version, all of v3 failed (envoy,
// docs/root/configuration/upstream/cluster_manager/cluster_stats.rst; operations/admin.rst).
const promPage = (more: string): string =>
  `# TYPE envoy_cluster_upstream_rq_completed counter
envoy_cluster_upstream_rq_completed{cluster_name="${cluster('v1')}"} 100
envoy_cluster_upstream_rq_completed{cluster_name="${cluster('v3')}"} 100
${more}`;
const byCode = `envoy_cluster_upstream_rq{response_code="200",cluster_name="${cluster('v1')}"} 100
envoy_cluster_upstream_rq{response_code="503",cluster_name="${cluster('v3')}"} 100
`;
const byClass = `envoy_cluster_upstream_rq_xx{response_code_class="2",cluster_name="${cluster('v1')}"} 100
envoy_cluster_upstream_rq_xx{response_code_class="5",cluster_name="${cluster('v3')}"} 100
`;
const stats = (version: string, code: string, requests: number): string =>
  ['200', '503']
    .filter((own) => own === code)
    .flatMap((own) => [`rq_${own}`, `rq_${own[0]}xx`])
    .concat('rq_completed', 'rq_total')
    .map((name) => `cluster.${cluster(version)};.upstream_${name}: ${requests}\n`)
    .join('');
const endpoint = (version: string, errors: number): string =>
  `${cluster(version)}::10.244.1.11:9080::rq_error::${errors}
${cluster(version)}::10.244.1.11:9080::rq_success::${100 - errors}
${cluster(version)}::10.244.1.11:9080::rq_total::100
`;

test.each([
  { what: 'a page of metrics, by status', text: promPage(byCode + byClass), reason: '503' },
  { what: 'a page of metrics, by class', text: promPage(byClass), reason: '5xx' },
  { what: '/stats', text: stats('v1', '200', 100) + stats('v3', '503', 100), reason: '503' },
  { what: '/clusters', text: endpoint('v1', 0) + endpoint('v3', 100), reason: 'rq_error' },
])("a proxy's own counters tell the failures beside their totals: $what", async ({ text, reason }) => {
  const { counts, failing, code } = await check({ 'page.txt': text }, [...words, '--fail-on', 'fault']);
  expect(counts).toEqual({ v1: 100, v3: 100 });
  expect(failing).toMatchObject([{ key: 'v3', failed: 100, reasons: [{ reason, requests: 100 }] }]);
  expect(code).toBe(4);
});

test('of two pages of one proxy the failures in between count, also of a status that was new in the second', async () => {
  const before = stats('v1', '200', 10) + stats('v3', '200', 10);
  const after = `${stats('v1', '200', 40)}${stats('v3', '200', 10).replace(/(completed|total): 10/g, '$1: 40')}cluster.${cluster('v3')};.upstream_rq_503: 30\n`;
  const { counts, failing } = await check({ 'pages.txt': before + after }, words);
  expect(counts).toEqual({ v1: 30, v3: 30 });
  expect(failing).toMatchObject([{ key: 'v3', failed: 30 }]);
});

const labels = (version: string, more: Record<string, string> = {}): Record<string, string> => ({
  __name__: 'istio_requests_total',
  reporter: 'source',
  source_workload: 'productpage-v1',
  source_workload_namespace: 'default',
  destination_service: host,
  destination_version: version,
  request_protocol: 'http',
  response_code: '200',
  response_flags: '-',
  ...more,
});
const answer = (...result: (readonly [Record<string, string>, number])[]): string =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: result.map(([metric, to]) => ({
        metric,
        values: [
          [0, '0'],
          [15, String(to)],
        ],
      })),
    },
  });
const grpc = (status: string): Record<string, string> => ({
  request_protocol: 'grpc',
  grpc_response_status: status,
});

test.each([
  { status: '14', failed: 500, because: 'UNAVAILABLE is an error of the server' },
  { status: '13', failed: 500, because: 'INTERNAL is one' },
  { status: '0', failed: 0, because: 'OK' },
  { status: '5', failed: 0, because: 'NOT_FOUND answers what was asked' },
])('a call of gRPC ends by its own status ($status), not by 200: $because', async ({ status, failed }) => {
  const text = answer([labels('v1', grpc('0')), 500], [labels('v3', grpc(status)), 500]);
  const own = await check({ 'prom.json': text }, words);
  expect(own.counts).toEqual({ v1: 500, v3: 500 });
  expect(own.failing.filter(({ key }) => key === 'v3').reduce((sum, each) => sum + each.failed, 0)).toBe(
    failed,
  );
});

const unknown = {
  destination_service: 'unknown',
  destination_service_name: 'unknown',
  destination_version: 'unknown',
};
const gateway = { source_workload: 'istio-ingressgateway' };
const noRoute = { ...gateway, ...unknown, response_code: '404', response_flags: 'NR' };

test('requests of a gateway that found no route count for the one service that it asks', async () => {
  const text = answer(
    [labels('v1', gateway), 100],
    [labels('v3', gateway), 100],
    [labels('unknown', noRoute), 200],
  );
  const { unrouted, code } = await check({ 'prom.json': text }, [...words, '--fail-on', 'fault']);
  expect(unrouted).toEqual({ '404 NR': 200 });
  expect(code).toBe(4);
});

test('requests that found no route are named where their gateway asks other services, too', async () => {
  const other = labels('v1', { ...gateway, destination_service: 'cart.default.svc.cluster.local' });
  const text = answer(
    [labels('v1', gateway), 100],
    [labels('v3', gateway), 100],
    [other, 50],
    [labels('unknown', noRoute), 200],
  );
  const { unrouted, notes } = await check({ 'prom.json': text }, words);
  expect(unrouted).toEqual({});
  expect(notes).toMatch(
    /^istio-ingressgateway failed 200 requests with 404 NR; for which service is not told\.$/m,
  );
});

test('callers without a sidecar are told with their shares: the destination counts them, and no source', async () => {
  const destination = { reporter: 'destination' };
  const unknownCaller = { ...destination, source_workload: 'unknown' };
  const text = answer(
    [labels('v1'), 100],
    [labels('v3'), 100],
    [labels('v1', destination), 100],
    [labels('v3', destination), 100],
    [labels('v1', unknownCaller), 900],
    [labels('v3', unknownCaller), 300],
  );
  const { counts, notes } = await check({ 'prom.json': text }, words);
  expect(counts).toEqual({ v1: 100, v3: 100 });
  expect(notes).toMatch(
    /^1,200 requests of 1,400 for reviews\.default\.svc\.cluster\.local came from callers without a sidecar: .* v1 900 \(75 %\), v3 300 \(25 %\)\.$/m,
  );
  expect(notes).not.toMatch(/the other end of each call counts it, too/);
});

test('a destination that knows its callers tells of none without a sidecar', async () => {
  const text = answer(
    [labels('v1'), 100],
    [labels('v3'), 100],
    [labels('v1', { reporter: 'destination' }), 101],
    [labels('v3', { reporter: 'destination' }), 100],
  );
  expect((await check({ 'prom.json': text }, words)).notes).not.toMatch(/sidecar/);
});

const node = (id: string, more: object): object => ({ data: { id, namespace: 'default', ...more } });
const edge = (target: string, protocol: string, code: string): object => ({
  data: {
    id: target,
    source: 's',
    target,
    traffic: {
      protocol,
      rates: { [protocol]: '1.00' },
      responses: { [code]: { flags: { '-': '100.0' }, hosts: { [host]: '100.0' } } },
    },
  },
});
const graph = (protocol: string, good: string, bad: string): string =>
  JSON.stringify({
    timestamp: 1793786400,
    duration: 600,
    graphType: 'versionedApp',
    elements: {
      nodes: [
        node('s', { nodeType: 'service', service: 'reviews' }),
        node('v1', { nodeType: 'app', app: 'reviews', version: 'v1' }),
        node('v3', { nodeType: 'app', app: 'reviews', version: 'v3' }),
      ],
      edges: [edge('v1', protocol, good), edge('v3', protocol, bad)],
    },
  });

test.each([
  { protocol: 'grpc', good: '0', bad: '14', because: 'UNAVAILABLE' },
  { protocol: 'http', good: '200', bad: '-', because: 'no answer' },
  { protocol: 'http', good: '200', bad: '503', because: 'its status' },
])("Kiali's graph tells failures of $protocol: $because", async ({ protocol, good, bad }) => {
  const { failing, notes } = await check({ 'graph.json': graph(protocol, good, bad) }, words);
  expect(failing).toMatchObject([{ key: 'v3', failed: 600 }]);
  // A graph has no query, and counts each call once.
  expect(notes).not.toMatch(/query|reporter/);
});
