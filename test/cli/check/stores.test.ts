import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { accessLogOf, half } from '../../support/check-files.ts';
import { check } from '../../support/check-run.ts';

const lines = accessLogOf(half)
  .trimEnd()
  .split('\n')
  // A request of its own each: what has one id and one time is one request.
  .map((line, place) => line.replace('"id"', `"id-${place}"`));
const wanted = {
  v1: half.filter((own) => own === 'v1').length,
  v3: half.filter((own) => own === 'v3').length,
};
const seconds = (place: number): number => Date.UTC(2026, 2, 1, 12, 0, place) / 1000;
const iso = (place: number): string => new Date(seconds(place) * 1000).toISOString();
const cluster = (version: string): string => `outbound|9080|${version}|reviews.default.svc.cluster.local`;
/** The same request as Istio's JSON, or with some of its fields. */
const fields = (place: number): Record<string, unknown> => ({
  authority: 'reviews:9080',
  duration: 5,
  method: 'GET',
  path: '/reviews/0',
  request_id: `id-${place}`,
  response_code: 200,
  response_flags: '-',
  start_time: iso(place),
  upstream_cluster: cluster(half[place]!),
  upstream_host: '10.44.2.1:9080',
});
const pod = 'productpage-v1-5d9b4f66f7-x7k2p';
const kubernetes = {
  pod_name: pod,
  namespace_name: 'default',
  container_name: 'istio-proxy',
  labels: { app: 'productpage' },
};
const ndjson = (make: (line: string, place: number) => unknown): string =>
  `${lines.map((line, place) => JSON.stringify(make(line, place))).join('\n')}\n`;
const array = (make: (line: string, place: number) => unknown): string =>
  JSON.stringify(lines.map(make), null, 2);

const streams = (stream: object, from = 0, to = lines.length): object => ({
  stream,
  // Newest first, as Loki answers by default.
  values: lines
    .slice(from, to)
    .map((line, place) => [`${seconds(from + place)}000000001`, line])
    .reverse(),
});
const loki = (...result: object[]): object => ({
  status: 'success',
  data: { resultType: 'streams', result, stats: { summary: {} } },
});
const hit = (source: unknown, place: number): object => ({
  _index: 'istio',
  _id: String(place),
  _score: 1,
  _source: source,
});
const search = (hits: readonly object[], total = hits.length): object => ({
  took: 3,
  timed_out: false,
  _shards: { total: 1 },
  hits: { total: { value: total, relation: 'eq' }, max_score: 1, hits },
});

/** What each store makes of the same sixty requests. */
const forms: Readonly<Record<string, string>> = {
  'Loki, answer of its API': JSON.stringify(
    loki(streams({ pod, app: 'productpage' }, 0, 20), streams({ pod: 'other-1' }, 20)),
  ),
  'Loki, the same printed': JSON.stringify(loki(streams({})), null, 2),
  'Loki, its data alone': JSON.stringify((loki(streams({})) as { data: object }).data),
  'Loki, structured metadata beside the line': JSON.stringify({
    data: {
      result: [
        { values: lines.map((line, i) => [`${seconds(i)}000000001`, line, { trace: 'x' }]), stream: { pod } },
      ],
      resultType: 'streams',
    },
    status: 'success',
  }),
  'Loki, lines of JSON': JSON.stringify(
    loki({ stream: {}, values: lines.map((_, i) => [`${seconds(i)}000000001`, JSON.stringify(fields(i))]) }),
  ),
  'logcli --output jsonl': ndjson((line, i) => ({ labels: { pod }, line, timestamp: iso(i) })),
  'Elasticsearch, a search whose hits hold the line': JSON.stringify(
    search(lines.map((message, i) => hit({ '@timestamp': iso(i), message, kubernetes }, i))),
  ),
  'Elasticsearch, hits with fields of their own': JSON.stringify(
    search(lines.map((_, i) => hit(fields(i), i))),
    null,
    2,
  ),
  'Elasticsearch, fields one level down': JSON.stringify(
    search(lines.map((_, i) => hit({ '@timestamp': iso(i), istio: fields(i) }, i))),
  ),
  'Elasticsearch, dotted fields in lists': JSON.stringify(
    search(
      lines.map((_, i) => ({
        _id: String(i),
        fields: {
          '@timestamp': [iso(i)],
          'json.upstream_cluster.keyword': [cluster(half[i]!)],
          'json.request_id': [`id-${i}`],
        },
      })),
    ),
  ),
  'Elasticsearch, a hit a line': ndjson((message, i) => hit({ message, '@timestamp': iso(i) }, i)),
  'Kibana, sources in a list': array((log, i) => ({ _source: { log: `${log}\n`, '@timestamp': iso(i) } })),
  'CloudWatch, filter-log-events': JSON.stringify(
    {
      events: lines.map((message, i) => ({
        logStreamName: pod,
        timestamp: seconds(i) * 1000,
        message,
        ingestionTime: 1,
        eventId: String(i),
      })),
      searchedLogStreams: [],
    },
    null,
    4,
  ),
  'CloudWatch, events of Fluent Bit': JSON.stringify({
    events: lines.map((log, i) => ({
      timestamp: seconds(i) * 1000,
      message: JSON.stringify({ log, stream: 'stdout', kubernetes }),
    })),
  }),
  'CloudWatch, get-query-results': JSON.stringify({
    results: lines.map((line, i) => [
      { field: '@timestamp', value: iso(i).replace('T', ' ').replace('Z', '') },
      { field: '@message', value: line },
      { field: '@ptr', value: 'x' },
    ]),
    statistics: { recordsMatched: 60 },
    status: 'Complete',
  }),
  'CloudWatch, Insights exported as JSON': array((line, i) => ({ '@timestamp': iso(i), '@message': line })),
  'Google Cloud, text in a list': array((textPayload, i) => ({
    insertId: String(i),
    logName: 'projects/p/logs/stdout',
    resource: { type: 'k8s_container', labels: { pod_name: pod } },
    textPayload,
    timestamp: iso(i),
  })),
  'Google Cloud, JSON in a list': array((_, i) => ({
    insertId: String(i),
    jsonPayload: fields(i),
    timestamp: iso(i),
  })),
  'Google Cloud, a line each, without start_time': ndjson((_, i) => {
    const { start_time: _time, ...jsonPayload } = fields(i);
    return { insertId: String(i), jsonPayload, timestamp: iso(i), severity: 'INFO' };
  }),
  'Google Cloud, httpRequest and labels': ndjson((_, i) => ({
    httpRequest: {
      requestMethod: 'GET',
      requestUrl: 'http://reviews:9080/reviews/0',
      status: 200,
      latency: '0.005s',
    },
    labels: { upstream_cluster: cluster(half[i]!), request_id: `id-${i}`, response_flag: '-' },
    timestamp: iso(i),
    logName: 'projects/p/logs/client-accesslog-stackdriver',
  })),
  'Fluent Bit, json_lines': ndjson((log, i) => ({
    date: seconds(i) + 0.5,
    time: iso(i),
    stream: 'stdout',
    _p: 'F',
    log,
    kubernetes,
  })),
  'Fluent Bit, json': JSON.stringify(lines.map((log, i) => ({ date: seconds(i), log }))),
  'Fluent Bit, with what it read of the line': ndjson((_, i) => ({
    date: seconds(i),
    kubernetes,
    log_processed: fields(i),
    log: 'x',
  })),
  'Datadog, a search of its API': JSON.stringify({
    data: lines.map((message, i) => ({
      id: `AAAA${i}`,
      type: 'log',
      attributes: {
        service: 'istio-proxy',
        status: 'info',
        timestamp: iso(i),
        message,
        tags: [],
        attributes: {},
      },
    })),
    links: { self: 'https://api.datadoghq.com/api/v2/logs/events/search' },
  }),
  'Datadog, what it read of the lines': JSON.stringify({
    data: lines.map((_, i) => ({
      id: `AAAA${i}`,
      type: 'log',
      attributes: { timestamp: iso(i), message: '', attributes: fields(i) },
    })),
  }),
  'Datadog, exported as a table': `Date,Host,Service,Message\n${lines.map((line, i) => `"${iso(i)}","node-1","istio-proxy","${line.replaceAll('"', '""')}"`).join('\n')}\n`,
  'Splunk, results': JSON.stringify({
    preview: false,
    init_offset: 0,
    messages: [],
    fields: [{ name: '_raw' }],
    results: lines.map((_raw, i) => ({ _time: iso(i), _raw, host: 'node-1' })),
  }),
  'Splunk, a result a line': ndjson((_raw, i) => ({
    preview: false,
    offset: i,
    result: { _time: iso(i), _raw, source: '/var/log/containers/x.log' },
  })),
  'Splunk, exported as a table': `"_serial","_time",source,index,"_raw"\n${lines.map((line, i) => `${i},"${iso(i)}",x,main,"${line.replaceAll('"', '""')}"`).join('\n')}\n`,
  'Azure, an answer of Log Analytics': JSON.stringify({
    tables: [
      {
        name: 'PrimaryResult',
        columns: [{ name: 'TimeGenerated', type: 'datetime' }, { name: 'PodName' }, { name: 'LogMessage' }],
        rows: lines.map((line, i) => [iso(i), pod, line]),
      },
    ],
  }),
  'New Relic': array((message, i) => ({ timestamp: seconds(i) * 1000, message, pod_name: pod })),
  VictoriaLogs: ndjson((_msg, i) => ({ _time: iso(i), _stream: '{pod="x"}', _msg })),
  'journalctl -o json': ndjson((MESSAGE, i) => ({
    __REALTIME_TIMESTAMP: `${seconds(i)}000000`,
    _HOSTNAME: 'node-1',
    PRIORITY: '6',
    CONTAINER_NAME: 'istio-proxy',
    MESSAGE,
  })),
  'stern --output json': ndjson((message) => ({
    message,
    nodeName: 'node-1',
    namespace: 'default',
    podName: pod,
    containerName: 'istio-proxy',
  })),
  Docker: ndjson((log, i) => ({ log: `${log}\n`, stream: 'stdout', time: iso(i) })),
  OpenTelemetry: JSON.stringify({
    resourceLogs: [
      {
        resource: {},
        scopeLogs: [
          {
            scope: {},
            logRecords: lines.map((line, i) => ({
              timeUnixNano: `${seconds(i)}000000000`,
              body: { stringValue: line },
            })),
          },
        ],
      },
    ],
  }),
  'objects printed by jq': lines.map((_, i) => JSON.stringify(fields(i), null, 2)).join('\n'),
  'JSON under keys of its own': ndjson((_, i) => ({ ts: iso(i), dest: cluster(half[i]!), code: 200 })),
};

describe.each(Object.entries(forms))('%s', (_, text) => {
  test.each([
    { name: 'export.json', form: 'as it came', data: text },
    {
      name: 'export',
      form: 'with a byte order mark and CRLF',
      data: `\uFEFF${text.replaceAll('\n', '\r\n')}`,
    },
    { name: 'export.jsonl', form: 'packed', data: gzipSync(text) },
  ])('tells its sixty requests, $form', async ({ name, data }) => {
    const { counts, unparsed, errors } = await check({ [name]: data });
    expect(errors).toBe('');
    expect(counts).toEqual(wanted);
    expect(unparsed).toBe(0);
  });
});

test('the order of the requests is that of their times, whatever the order of the export', async () => {
  const { notes } = await check({
    'loki.json': JSON.stringify(loki(streams({}))),
    'again.log': lines.join('\n'),
  });
  expect(notes).not.toMatch(/Could not be read/);
});

test('one export given in two forms is counted once, and that is said', async () => {
  const { counts, leftOut } = await check({
    'loki.json': forms['Loki, answer of its API']!,
    'hits.json': forms['Elasticsearch, a search whose hits hold the line']!,
    'pod.log': lines.join('\n'),
    'gcp.json': forms['Google Cloud, text in a list']!,
  });
  expect(counts).toEqual(wanted);
  expect(leftOut).toEqual({
    'that were read before (the same request id and time: a log given twice, or two that overlap)': 180,
  });
});

test('an event of Datadog without attributes is one that cannot be read, and hides no other', async () => {
  const data = [{ type: 'log' }, ...lines.map((message) => ({ type: 'log', attributes: { message } }))];
  const { counts, unparsed } = await check({ 'dd.json': JSON.stringify({ data }) });
  expect(counts).toEqual(wanted);
  expect(unparsed).toBe(1);
});

test('a page of Datadog behind which there is more is said to be one', async () => {
  const text = JSON.stringify({
    data: lines.map((message) => ({ type: 'log', attributes: { message } })),
    meta: { page: { after: 'eyJ' } },
  });
  expect((await check({ 'dd.json': text })).notes).toMatch(/there is more behind its cursor/);
});

test('a part of what a store holds is said to be one', async () => {
  const say = async (document: object): Promise<string> =>
    (await check({ 'a.json': JSON.stringify(document) })).notes;
  const some = lines.slice(0, 40).map((message, i) => hit({ message }, i));
  expect(await say(search(some, 10_000))).toMatch(/found 10,000 and answers with 40/);
  expect(await say({ events: lines.map((message) => ({ message })), nextToken: 'x' })).toMatch(
    /more behind its nextToken/,
  );
  expect(
    await say({ results: lines.map((value) => [{ field: '@message', value }]), status: 'Running' }),
  ).toMatch(/was running/);
  const hundred = Array.from({ length: 100 }, (_, i) => [`${i}`, lines[i % 60]]);
  expect(await say(loki({ stream: {}, values: hundred }))).toMatch(/as many as Loki answers with/);
});

test("counts of a store: Elasticsearch's aggregations, Insights' stats", async () => {
  const buckets = {
    took: 1,
    hits: { total: { value: 60, relation: 'eq' }, hits: [] },
    aggregations: {
      service: {
        buckets: [
          {
            key: 'reviews',
            doc_count: 60,
            version: {
              buckets: [
                { key: 'v1', doc_count: 31 },
                { key: 'v3', doc_count: 29 },
              ],
            },
          },
        ],
      },
    },
  };
  expect((await check({ 'a.json': JSON.stringify(buckets) })).counts).toEqual({ v1: 31, v3: 29 });
  const stats = {
    results: [
      [
        { field: 'upstream_cluster', value: cluster('v1') },
        { field: 'count(*)', value: '31' },
      ],
      [
        { field: 'upstream_cluster', value: cluster('v3') },
        { field: 'count(*)', value: '29' },
      ],
    ],
    status: 'Complete',
  };
  expect((await check({ 'a.json': JSON.stringify(stats) })).counts).toEqual({ v1: 31, v3: 29 });
});

test("Google Cloud's server lines tell who served, where no caller's lines do", async () => {
  const server = ndjson((_, i) => ({
    httpRequest: { requestMethod: 'GET', requestUrl: 'http://reviews:9080/reviews/0', status: 200 },
    labels: {
      upstream_cluster: 'inbound|9080||',
      destination_service_host: 'reviews.default.svc.cluster.local',
      destination_canonical_revision: half[i],
      request_id: `id-${i}`,
    },
    timestamp: iso(i),
  }));
  expect((await check({ 'server.json': server })).counts).toEqual(wanted);
  const both = await check({
    'server.json': server,
    'client.json': forms['Google Cloud, httpRequest and labels']!,
  });
  expect(both.counts).toEqual(wanted);
  expect(both.notes).toMatch(/Not added: server.json/);
});

test('lines of other kinds, mirrored copies and failures are told apart inside envelopes, too', async () => {
  const other = lines.map((line, i) =>
    i < 30
      ? line.replace('reviews.default', 'ratings.default')
      : i < 40
        ? line.replace('"reviews:9080"', '"reviews-shadow:9080"')
        : line,
  );
  const { leftOut } = await check(
    { 'a.json': JSON.stringify(loki({ stream: {}, values: other.map((line, i) => [`${i}`, line]) })) },
    ['--weights', 'v1=50,v3=50', '--host', 'reviews'],
  );
  expect(leftOut).toEqual({ 'to other services': 30, 'that are mirrored copies': 10 });
});

test('an empty answer says that nothing is in it', async () => {
  for (const empty of [loki(), search([]), { events: [] }, { results: [], status: 'Complete' }, []]) {
    const { code, errors } = await check({ 'a.json': JSON.stringify(empty) });
    expect(code).toBe(3);
    expect(errors).toMatch(/no request tells which version was chosen/);
  }
});
