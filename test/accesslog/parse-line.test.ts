import { expect, test } from 'vitest';
import { parseLine } from '../../src/accesslog/parse-line.ts';
import type { RecordedRequest } from '../../src/accesslog/recorded-request.ts';

// 2020-11-25T21:26:18.409Z, from `date -u -d ... +%s`.
const startUs = 1_606_339_578_409_000;

// The line that Istio's access log task shows (istio.io, "Envoy Access Logs").
const istioText =
  '[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" ' +
  '"84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "127.0.0.1:80" ' +
  'inbound|8000|| 127.0.0.1:41854 10.44.1.27:80 10.44.1.23:37652 outbound_.8000_._.httpbin.foo.svc.cluster.local default';

// The example of Envoy's documentation ("Access logging"), with a time of today's format.
const envoyText =
  '[2020-11-25T21:26:18.409Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" ' +
  '"nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"';

const json = {
  start_time: '2020-11-25T21:26:18.409Z',
  route_name: 'default',
  method: 'GET',
  path: '/reviews/0',
  protocol: 'HTTP/1.1',
  response_code: 200,
  response_flags: '-',
  response_code_details: 'via_upstream',
  connection_termination_details: null,
  bytes_received: 0,
  bytes_sent: 375,
  duration: 12,
  upstream_service_time: '11',
  x_forwarded_for: null,
  user_agent: 'curl/7.73.0',
  request_id: '84961386',
  authority: 'reviews:9080',
  upstream_host: '172.30.146.73:9080',
  upstream_cluster: 'outbound|9080|v3|reviews.default.svc.cluster.local',
  upstream_local_address: '172.30.146.82:38618',
  downstream_local_address: '10.42.0.206:9080',
  downstream_remote_address: '172.30.146.82:38616',
  requested_server_name: null,
  upstream_transport_failure_reason: null,
};

const fromJson: RecordedRequest = {
  startUs,
  method: 'GET',
  path: '/reviews/0',
  status: 200,
  flags: '',
  durationMs: 12,
  upstreamMs: 11,
  client: '172.30.146.82',
  peer: '172.30.146.82:38616',
  userAgent: 'curl/7.73.0',
  requestId: '84961386',
  authority: 'reviews:9080',
  upstreamHost: '172.30.146.73:9080',
  upstreamCluster: 'outbound|9080|v3|reviews.default.svc.cluster.local',
  routeName: 'default',
  line: 7,
  proxy: '172.30.146.82',
};

const fromIstio: RecordedRequest = {
  startUs,
  method: 'GET',
  path: '/status/418',
  status: 418,
  flags: '',
  durationMs: 4,
  upstreamMs: 4,
  client: '10.44.1.23',
  peer: '10.44.1.23:37652',
  userAgent: 'curl/7.73.0-DEV',
  requestId: '84961386-6d84-929d-98bd-c5aee93b5c88',
  authority: 'httpbin:8000',
  upstreamHost: '127.0.0.1:80',
  upstreamCluster: 'inbound|8000||',
  routeName: 'default',
  line: 7,
};

const fromEnvoy: RecordedRequest = {
  startUs,
  method: 'POST',
  path: '/api/v1/locations',
  status: 204,
  flags: '',
  durationMs: 226,
  upstreamMs: 100,
  client: '10.0.35.28',
  userAgent: 'nsq2http',
  requestId: 'cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2',
  authority: 'locations',
  upstreamHost: 'tcp://10.0.2.1:80',
  line: 7,
};

test.each([
  { name: 'Istio text', line: istioText, wanted: fromIstio },
  { name: 'Envoy text', line: envoyText, wanted: fromEnvoy },
  { name: 'Istio JSON', line: JSON.stringify(json), wanted: fromJson },
  {
    name: 'JSON with its keys in another order',
    line: JSON.stringify(Object.fromEntries(Object.entries(json).reverse())),
    wanted: fromJson,
  },
  {
    name: 'JSON whose numbers are text and whose unknowns are dashes',
    line: JSON.stringify({
      ...json,
      response_code: '200',
      duration: '12',
      x_forwarded_for: '-',
      requested_server_name: '-',
    }),
    wanted: fromJson,
  },
  {
    name: 'JSON without flags as null',
    line: JSON.stringify({ ...json, response_flags: null }),
    wanted: fromJson,
  },
])('reads $name', ({ line, wanted }) => {
  expect(parseLine(line, 7)).toEqual(wanted);
});

const pod = 'productpage-v1-6b746f74dc-9stvs';
const prefixes: readonly { prefix: string; by: string; pod?: string }[] = [
  { prefix: '[productpage-v1-6b746f74dc-9stvs istio-proxy] ', by: 'stern', pod },
  { prefix: '[pod/productpage-v1-6b746f74dc-9stvs/istio-proxy] ', by: 'kubectl logs --prefix', pod },
  { prefix: 'productpage-v1-6b746f74dc-9stvs istio-proxy ', by: 'stern, default template', pod },
  { prefix: '2020-11-25T21:26:19.000000001Z ', by: 'kubectl logs --timestamps' },
  { prefix: '2020-11-25T21:26:19.000000001Z stdout F ', by: 'the CRI log file' },
  { prefix: '   ', by: 'indentation' },
];
test.each(prefixes)('skips what $by writes before a line, but for the name of a pod', ({ prefix, pod }) => {
  const named = pod === undefined ? {} : { proxy: pod };
  expect(parseLine(prefix + istioText, 7)).toEqual({ ...fromIstio, ...named });
  expect(parseLine(prefix + envoyText, 7)).toEqual({ ...fromEnvoy, ...named });
  expect(parseLine(prefix + JSON.stringify(json), 7)).toEqual({ ...fromJson, ...named });
});

test.each([
  {
    by: 'Docker',
    line: JSON.stringify({ log: `${istioText}\n`, stream: 'stdout', time: '2020-11-25T21:26:19Z' }),
    wanted: fromIstio,
  },
  {
    by: 'Google Cloud, text',
    line: JSON.stringify({ textPayload: istioText, severity: 'INFO' }),
    wanted: fromIstio,
  },
  {
    by: 'Google Cloud, JSON',
    line: JSON.stringify({ jsonPayload: json, severity: 'INFO' }),
    wanted: fromJson,
  },
  {
    by: 'a collector of JSON lines',
    line: JSON.stringify({ message: JSON.stringify(json) }),
    wanted: fromJson,
  },
])('unwraps the envelope of $by', ({ line, wanted }) => {
  expect(parseLine(line, 7)).toEqual(wanted);
});

const text = (change: (line: string) => string): RecordedRequest =>
  parseLine(change(istioText), 1) as RecordedRequest;

test.each([
  {
    name: 'a path with an escaped quote',
    read: text((line) => line.replace('/status/418', '/a\\"b?q=\\"x y\\"')).path,
    wanted: '/a"b?q="x y"',
  },
  {
    name: 'an agent with bare quotes, which Envoy does not escape',
    read: text((line) => line.replace('curl/7.73.0-DEV', 'a "b" c')).userAgent,
    wanted: 'a "b" c',
  },
  {
    name: 'an agent that looks like fields',
    read: text((line) => line.replace('curl/7.73.0-DEV', '12 34 - [x] {y}')).userAgent,
    wanted: '12 34 - [x] {y}',
  },
  {
    name: 'the outermost of several forwarded addresses',
    read: text((line) => line.replace(' 4 4 "-"', ' 4 4 "203.0.113.9, 10.0.0.1"')).client,
    wanted: '203.0.113.9',
  },
  {
    name: 'an IPv6 client with a port',
    read: text((line) => line.replace('10.44.1.23:37652', '[2001:db8::7]:37652')).client,
    wanted: '2001:db8::7',
  },
  {
    name: 'a forwarded IPv6 client without a port',
    read: text((line) => line.replace(' 4 4 "-"', ' 4 4 "2001:db8::7"')).client,
    wanted: '2001:db8::7',
  },
  { name: 'flags', read: text((line) => line.replace('418 -', '503 UF,URX')).flags, wanted: 'UF,URX' },
  {
    name: 'a failure reason in words with numbers',
    read: text((line) => line.replace('- "-" 0', '- "delayed connect error: 111" 0')).durationMs,
    wanted: 4,
  },
  {
    name: 'the mixer columns of Istio 1.4',
    read: text((line) => line.replace('via_upstream - "-"', '"-" "-"')).upstreamCluster,
    wanted: 'inbound|8000||',
  },
  {
    name: 'a response that no upstream timed',
    read: text((line) =>
      line.replace(
        '418 - via_upstream - "-" 0 135 4 4',
        '0 DC downstream_remote_disconnect - "-" 0 0 2500 -',
      ),
    ).durationMs,
    wanted: 2500,
  },
  {
    name: 'a connection without HTTP',
    read: text((line) => line.replace('GET /status/418 HTTP/1.1', '- - -').replace('418 -', '0 -')).method,
    wanted: undefined,
  },
])('reads $name', ({ read, wanted }) => {
  expect(read).toEqual(wanted);
});

test('a text line cut off at any place says so, or has all of what it tells', () => {
  const whole = parseLine(istioText, 7);
  for (let length = 0; length < istioText.length; length += 1) {
    const read = parseLine(istioText.slice(0, length), 7);
    if ('unparsed' in read) continue;
    // Beyond the cluster, only the last three fields may be missing; what is there is whole.
    expect(length).toBeGreaterThan(istioText.indexOf('inbound|8000|| '));
    const { client = fromIstio.client, peer = fromIstio.peer, routeName: _, ...rest } = read;
    expect({ ...rest, client, peer, routeName: 'default' }).toEqual(whole);
  }
});

test('a JSON line cut off at any place is no request', () => {
  const line = JSON.stringify(json);
  for (let length = 1; length < line.length; length += 1) {
    expect(parseLine(line.slice(0, length), 7)).toEqual({ unparsed: 'the line is cut off' });
  }
});

test.each([
  { line: 'Hello', because: 'no access log line' },
  {
    line: '2020-11-25T21:26:18.409Z info xdsproxy connected to upstream XDS server',
    because: 'no access log line',
  },
  { line: '[2020-11-25T21:26:18.409Z] warning envoy config', because: 'no request line after the time' },
  {
    line: '[2020-99-25T21:26:18.409Z] "GET / HTTP/1.1" 200 - 0 1 2 3 "-" "-" "-" "-" "-"',
    because: 'the time is none',
  },
  { line: '{"a": }', because: 'the JSON is not valid' },
  { line: '{"level":"info","ts":"2020"}', because: 'the JSON has no start_time' },
  { line: '{"start_time":"noon"}', because: 'start_time is no time' },
])('"$line" is no request: $because', ({ line, because }) => {
  expect(parseLine(line, 1)).toEqual({ unparsed: because });
});
