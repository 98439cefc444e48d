import { expect, test } from 'vitest';
import { expositionSeries } from '../../src/accesslog/exposition.ts';
import { prometheusFailure, prometheusSeries } from '../../src/accesslog/prometheus-json.ts';
import type { Series } from '../../src/accesslog/series.ts';

/** A series as plain arrays. */
const plain = (series: readonly Series[] | undefined): unknown =>
  series?.map(({ labels, times, values }) => ({ labels, times: [...times], values: [...values] }));

const vector = {
  status: 'success',
  data: {
    resultType: 'vector',
    result: [
      {
        metric: { __name__: 'istio_requests_total', destination_version: 'v1' },
        value: [1735689600.5, '11'],
      },
      {
        metric: { __name__: 'istio_requests_total', destination_version: 'v3' },
        value: [1735689600.5, 'NaN'],
      },
    ],
  },
};

const readVector = [
  {
    labels: { __name__: 'istio_requests_total', destination_version: 'v1' },
    times: [1735689600.5],
    values: [11],
  },
  {
    labels: { __name__: 'istio_requests_total', destination_version: 'v3' },
    times: [1735689600.5],
    values: [Number.NaN],
  },
];

test.each([
  { form: 'on one line', text: JSON.stringify(vector) },
  {
    form: 'indented, with CRLF and a byte order mark',
    text: `\uFEFF${JSON.stringify(vector, null, 2).replaceAll('\n', '\r\n')}\r\n`,
  },
  { form: 'its data alone', text: JSON.stringify(vector.data) },
  { form: 'its result alone, as promtool and jq print it', text: JSON.stringify(vector.data.result) },
  {
    form: 'with keys in another order, and more of them',
    text: JSON.stringify({
      data: { result: vector.data.result, stats: {}, resultType: 'vector' },
      warnings: ['x'],
      status: 'success',
    }),
  },
])('an instant vector of the API is a sample a series: $form', ({ text }) => {
  expect(plain(prometheusSeries(text))).toEqual(readVector);
});

test('a range has all samples of a series, with infinities; answers may follow each other, a line each', () => {
  const matrix = JSON.stringify({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { pod: 'a' },
          values: [
            [10, '1'],
            [25, '+Inf'],
            [40, '-Inf'],
            [55, '2.5e3'],
          ],
        },
      ],
    },
  });
  const read = {
    labels: { pod: 'a' },
    times: [10, 25, 40, 55],
    values: [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2500],
  };
  expect(plain(prometheusSeries(matrix))).toEqual([read]);
  expect(plain(prometheusSeries(`${matrix}\n${matrix}\n`))).toEqual([read, read]);
});

test('a scalar is a series without labels; a text and native histograms have no number to tell', () => {
  const answer = (resultType: string, result: unknown): string =>
    JSON.stringify({ status: 'success', data: { resultType, result } });
  expect(plain(prometheusSeries(answer('scalar', [1435781451.781, '1'])))).toEqual([
    { labels: {}, times: [1435781451.781], values: [1] },
  ]);
  expect(prometheusSeries(answer('string', [1435781451.781, 'foo']))).toEqual([]);
  expect(prometheusSeries(answer('vector', [{ metric: {}, histogram: [1, { count: '3' }] }]))).toEqual([]);
  expect(prometheusSeries(answer('vector', []))).toEqual([]);
});

test('an answer that failed has no series, and says why', () => {
  const text = JSON.stringify({
    status: 'error',
    errorType: 'bad_data',
    error: 'parse error: unexpected end',
  });
  expect(prometheusSeries(text)).toEqual([]);
  expect(prometheusFailure(text)).toBe('bad_data: parse error: unexpected end');
  expect(prometheusFailure(JSON.stringify(vector))).toBeUndefined();
});

test.each([
  ['other JSON', '{"a": 1}'],
  ['a HAR', '{"log": {"entries": []}}'],
  ['a list of something else', '[{"metric": "cpu"}]'],
  ['a log of JSON lines', '{"start_time": "2026-01-01T00:00:00Z"}\n{"start_time": "2026-01-01T00:00:01Z"}\n'],
  ['a log', '[2026-01-01T00:00:00.000Z] "GET / HTTP/1.1" 200'],
  ['nothing', ''],
])('%s is no answer of Prometheus', (_, text) => {
  expect(prometheusSeries(text)).toBeUndefined();
});

const page = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{ method = "post" , code = "400", }    3 1395066363000

msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero, or }"} +Inf -3982045
latency_bucket{le="+Inf"} NaN
`;

test('the text format of Prometheus: escapes, blanks, times in milliseconds or none', () => {
  const read = [
    {
      labels: { __name__: 'http_requests_total', method: 'post', code: '200' },
      times: [1395066363],
      values: [1027],
    },
    {
      labels: { __name__: 'http_requests_total', method: 'post', code: '400' },
      times: [1395066363],
      values: [3],
    },
    {
      labels: {
        __name__: 'msdos_file_access_time_seconds',
        path: 'C:\\DIR\\FILE.TXT',
        error: 'Cannot find file:\n"FILE.TXT"',
      },
      times: [Number.NaN],
      values: [1458255915],
    },
    { labels: { __name__: 'metric_without_timestamp_and_labels' }, times: [Number.NaN], values: [12.47] },
    {
      labels: { __name__: 'something_weird', problem: 'division by zero, or }' },
      times: [-3982.045],
      values: [Number.POSITIVE_INFINITY],
    },
    { labels: { __name__: 'latency_bucket', le: '+Inf' }, times: [Number.NaN], values: [Number.NaN] },
  ];
  expect(plain(expositionSeries(page))).toEqual(read);
  expect(plain(expositionSeries(`\uFEFF${page.replaceAll('\n', '\r\n')}`))).toEqual(read);
});

test('OpenMetrics: times in seconds, exemplars, the end of the page', () => {
  const text = `# TYPE foo histogram
foo_bucket{le="0.1"} 8 # {} 0.054
foo_bucket{le="1"} 11 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.7
foo_bucket{le="+Inf"} 17 1520879607 # {trace_id="oHg5SJYRHA0 # x"} 9.8 1520879607.789
foo_count 17
# EOF
`;
  expect(plain(expositionSeries(text))).toEqual([
    { labels: { __name__: 'foo_bucket', le: '0.1' }, times: [Number.NaN], values: [8] },
    { labels: { __name__: 'foo_bucket', le: '1' }, times: [1520879607.789], values: [11] },
    { labels: { __name__: 'foo_bucket', le: '+Inf' }, times: [1520879607], values: [17] },
    { labels: { __name__: 'foo_count' }, times: [Number.NaN], values: [17] },
  ]);
});

test('names in UTF-8 stand quoted inside the braces, of metrics and of labels', () => {
  const text = `{"istio.requests", "destination.version"="v1", pod="a"} 3
{"größe"} 4
plain{"größe \\"x\\""="v3"} 5
`;
  expect(plain(expositionSeries(text))).toEqual([
    {
      labels: { __name__: 'istio.requests', 'destination.version': 'v1', pod: 'a' },
      times: [Number.NaN],
      values: [3],
    },
    { labels: { __name__: 'größe' }, times: [Number.NaN], values: [4] },
    { labels: { __name__: 'plain', 'größe "x"': 'v3' }, times: [Number.NaN], values: [5] },
  ]);
});

test('two pages one after the other give each series two samples, whatever the order of labels', () => {
  expect(plain(expositionSeries('a{x="1",y="2"} 3 1000\nb 1\na{y="2",x="1"} 5 16000\nb 2\n'))).toEqual([
    { labels: { __name__: 'a', x: '1', y: '2' }, times: [1, 16], values: [3, 5] },
    { labels: { __name__: 'b' }, times: [Number.NaN, Number.NaN], values: [1, 2] },
  ]);
});

test('what curl wrote before the page and a last line that is cut off are left out', () => {
  const text = `HTTP/1.1 200 OK\ncontent-type: text/plain\n\n${page}istio_requests_total{reporter="sou`;
  expect(expositionSeries(text)).toHaveLength(6);
});

test.each([
  ['a list of versions', 'v1 11\nv3 4\n'],
  ['counts first', '     11 v1\n      4 v3\n'],
  [
    'a log',
    '[2026-01-01T00:00:00.000Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 5 3 3 "-" "curl" "1" "a" "b"\n',
  ],
  ['JSON lines', '{"start_time": "2026-01-01T00:00:00Z"}\n'],
  ['a table', 'time,version\n1,v1\n'],
  ['nothing', ''],
])('%s is no page of metrics', (_, text) => {
  expect(expositionSeries(text)).toBeUndefined();
});
