import { expect, test } from 'vitest';
import { isMisread } from '../../../src/experiment/check/misread.ts';
import { parseChange } from '../../../src/experiment/check/changes.ts';
import { weightsOf } from '../../../src/experiment/fit/applied-files.ts';
import { kubernetesObjects } from '../../../src/fit/names.ts';
import { Intake, kindOf } from '../../../src/experiment/fit/intake.ts';

const zipkin =
  '{"traceId":"1","id":"2","kind":"CLIENT","localEndpoint":{"serviceName":"cart.shop"},"tags":{"upstream_cluster":"outbound|80||a","response_flags":"-"}}';

const textLine =
  '[2026-11-04T10:00:00.061Z] "GET /shop HTTP/2" 200 - via_upstream - "-" 0 41 19 19 "-" "x" "id" "shop" "10.0.0.1:80" outbound|80||web.shop.svc.cluster.local - - - - -';

test.each([
  {
    head: `[[${zipkin}]]`,
    kind: 'json',
    because: 'Zipkin, traces: the tags of a proxy are no fields of a log',
  },
  { head: `[${zipkin}]`, kind: 'json', because: 'Zipkin, spans' },
  { head: `${zipkin}\n${zipkin}`, kind: 'json', because: 'Zipkin, a span a line' },
  { head: '{"start_time":"2026-11-04T10:00:00Z","traceId":"1"}', kind: 'log', because: 'a log that has ids' },
  { head: '{"data":[{"traceID":"1","spans":[],"processes":{}}]}', kind: 'json', because: 'Jaeger' },
  {
    head: '{\n "data": [\n  {\n   "traceID": "1"',
    kind: 'json',
    because: 'a text over many lines is no log',
  },
  {
    head: '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"response_flags":"-"},"values":[[1,"2"]]}]}}',
    kind: 'json',
    because: "an answer of Prometheus, whose labels are called like a log's fields",
  },
  {
    head: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}',
    kind: 'json',
    because: 'kubectl, JSON',
  },
  {
    head: '{"level":"info","msg":"ready"}\n{"start_time":"2026-11-04T10:00:00Z","response_code":200}\n',
    kind: 'log',
    because: 'a proxy that writes its own lines as JSON, too',
  },
  {
    head: `26T10:00:00.1Z] "GET /\n${textLine}\n`,
    kind: 'log',
    because: 'the first line of a log is cut off',
  },
  { head: `[2026-11-04T10\n${textLine}\n`, kind: 'log', because: 'or ends early' },
  {
    head: '# Source: web/templates/all.yaml\nkind: List\napiVersion: v1\n',
    kind: 'manifest',
    because: 'Helm',
  },
  {
    head: 'time,command\n2026-11-04T10:06:00Z,kubectl apply -n shop -f rules/price-70-30.yaml\n',
    kind: 'applied',
    because: 'a list of changes',
  },
  { head: '# TYPE a counter\na{b="c"} 1\n', kind: 'page', because: "a proxy's own page of metrics" },
  { head: 'apiVersion: v1\nkind: List\n', kind: 'manifest', because: 'kubectl, YAML' },
])('$kind: $because', ({ head, kind }) => {
  expect(kindOf(head)).toBe(kind);
});

const rule = (v1: number, v2: number): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: price, namespace: shop }
spec:
  hosts: [price]
  http:
    - match: [{ headers: { x-group: { exact: beta } } }]
      route: [{ destination: { host: list } }]
    - route:
        - { destination: { host: price, subset: old }, weight: ${v1} }
        - { destination: { host: price, subset: new }, weight: ${v2} }
`;
const subsets = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: price, namespace: shop }
spec:
  host: price
  subsets: [{ name: old, labels: { version: v1 } }, { name: new, labels: { version: v2 } }]
`;

function given(): Intake {
  const intake = new Intake();
  const log = intake.log('gate-6c7f4d8b9-q2xwz.log');
  log.push(new TextEncoder().encode(`${textLine}\n${textLine.replace('10:00', '10:30')}\n`));
  log.end();
  intake.manifests('all.yaml', `${rule(50, 50)}---\n${subsets}`);
  intake.manifests('k/price-70-30.yaml', rule(70, 30));
  intake.applied(
    'changes.csv',
    'time,command\n2026-11-04T10:06:00Z,kubectl apply -n shop -f price-70-30.yaml\n2026-11-04T10:09:00Z,kubectl apply -f none.yaml\n',
  );
  return intake;
}

test('a list of applied manifests tells the changes: their times from the list, weights by version from the manifests', () => {
  const read = given().evidence([]);
  if (typeof read === 'string') throw new Error(read);
  expect(read.evidence.changes).toEqual([
    { atMs: Date.UTC(2026, 10, 4, 10, 6), weights: { v1: 70, v2: 30 } },
  ]);
  expect(read.notes.join()).toContain('none.yaml was applied, as changes.csv has it, but it is not given');
  // What was applied stands before what the cluster was found with: the last of an object counts.
  const weights = read.evidence.objects.map((own) => /"weight":(\d+)/.exec(JSON.stringify(own))?.[1]);
  expect(weights).toEqual(['70', '50', undefined]);
});

test('weights beside a rule that gives a subset some requests by a header are no shares', () => {
  const objects = kubernetesObjects('r.yaml', rule(100, 0).replace('host: list', 'host: price, subset: new'));
  expect(weightsOf(objects, [])).toBeUndefined();
  expect(weightsOf(kubernetesObjects('r.yaml', rule(100, 0)), [])).toEqual({ old: 100, new: 0 });
});

test('changes that are told by hand are used in place of those of a list', () => {
  const change = parseChange('10:12=v1=40,v2=60');
  if (isMisread(change)) throw new Error('misread');
  const read = given().evidence([change]);
  if (typeof read === 'string') throw new Error(read);
  expect(read.evidence.changes).toMatchObject([{ weights: { v1: 40, v2: 60 } }]);
});

test('a page of metrics says nothing of rates, and is left out with the reason', () => {
  const intake = given();
  intake.page('stats.txt', '# TYPE istio_requests_total counter\nistio_requests_total{pod="a"} 12\n');
  const read = intake.evidence([]);
  expect(typeof read === 'string' ? read : read.notes.join()).toContain(
    'stats.txt is left out: it is a page of metrics',
  );
});
