import { describe, expect, test } from 'vitest';
import { LargeTraces, readTraces } from '../../../../src/fit/traces/format/index.ts';

const jaegerTrace = {
  traceID: 'a1',
  spans: [
    {
      traceID: 'a1',
      spanID: '00b2',
      operationName: 'GET /',
      references: [{ refType: 'FOLLOWS_FROM', traceID: 'a1', spanID: 'b1' }],
      startTime: 1_793_786_400_354_333,
      duration: 3617,
      tags: [
        { key: 'span.kind', type: 'string', value: 'server' },
        { key: 'http.status_code', type: 'int64', value: 503 },
      ],
      processID: 'p1',
      warnings: ["This span's timestamps were adjusted by 2ms"],
    },
  ],
  processes: { p1: { serviceName: 'web', tags: [{ key: 'k8s.pod.name', value: 'web-7d9c6b5f4d-4hk2m' }] } },
};

const zipkinSpan = {
  traceId: 'a1',
  id: 'b2',
  parentId: 'b1',
  kind: 'SERVER',
  timestamp: 1_793_786_400_354_333,
  duration: 3617,
  localEndpoint: { serviceName: 'web', ipv4: '10.0.0.7' },
  tags: { 'http.status_code': '503' },
};

const otlpSpan = {
  traceId: 'oQ==',
  spanId: 'b2',
  parentSpanId: 'b1',
  kind: 2,
  startTimeUnixNano: '1793786400354333100',
  endTimeUnixNano: '1793786400357950100',
  attributes: [{ key: 'http.status_code', value: { intValue: '503' } }],
};
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] };

const expected = { spanId: 'b2', parentId: 'b1', service: 'web', kind: 'server', status: 503, isError: true };

describe.each([
  ['Jaeger', 'what its API answers', { data: [jaegerTrace], total: 0 }],
  ['Jaeger', 'one trace', jaegerTrace],
  ['Jaeger', 'a list of traces', [jaegerTrace]],
  ['Zipkin', 'a list of traces', [[zipkinSpan]]],
  ['Zipkin', 'a list of spans', [zipkinSpan]],
  ['OTLP', 'a document', { resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan] }] }] }],
  ['OTLP', 'a list of documents', [{ resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan] }] }] }]],
  [
    'OTLP',
    "Tempo's first answer",
    {
      batches: [
        { resource, instrumentationLibrarySpans: [{ spans: [{ ...otlpSpan, kind: 'SPAN_KIND_SERVER' }] }] },
      ],
    },
  ],
  [
    'OTLP',
    "Tempo's second answer",
    { trace: { resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan] }] }] } },
  ],
] as const)('%s, %s', (format, _what, document) => {
  test('is known by its content, and its span is read', () => {
    const file = readTraces(JSON.stringify(document))!;
    expect(file.format).toBe(format);
    expect(file.spans).toMatchObject([expected]);
    expect(file.spans[0]!.durationUs).toBeCloseTo(3617, 3);
    expect(file.spans[0]!.startUs).toBeCloseTo(1_793_786_400_354_333, 0);
  });
});

test('Jaeger tells what only follows, and whose clock it corrected; process tags are of each span', () => {
  const [span] = readTraces(JSON.stringify(jaegerTrace))!.spans;
  expect(span).toMatchObject({ follows: true, clockCorrected: true, pod: 'web-7d9c6b5f4d-4hk2m' });
  const untouched = JSON.stringify(jaegerTrace).replace(
    "This span's timestamps were adjusted by 2ms",
    'clock skew adjustment disabled; not applying calculated delta of 2ms',
  );
  expect(readTraces(untouched)!.spans[0]!.clockCorrected).toBe(false);
});

test('ids of Tempo are base64 of the bytes that others write in hexadecimal', () => {
  const ids = { traceId: 'Xh8MmnvAAAAAAAAAAAAAFg==', spanId: 'wwAAAAAAACk=' };
  const document = { batches: [{ resource, scopeSpans: [{ spans: [{ ...otlpSpan, ...ids }] }] }] };
  expect(readTraces(JSON.stringify(document))!.spans[0]).toMatchObject({
    traceId: '5e1f0c9a7bc000000000000000000016',
    spanId: 'c300000000000029',
  });
});

test('of a file of lines the cut last one is told, and the others are read', () => {
  const line = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan] }] }] });
  const file = readTraces(`${line}\n${line}\n${line.slice(0, 80)}`)!;
  expect(file.spans.length).toBe(2);
  expect(file.problems).toEqual(['line 3 holds no spans and is left out']);
});

test.each([
  ['an access log', '{"start_time":"2026-11-04T10:00:00.716Z","response_code":200}\n'.repeat(30)],
  ['metrics', '{"status":"success","data":{"resultType":"matrix","result":[]}}'],
  ['a manifest', 'kind: List'],
  ['nothing', ''],
])('%s is no file of traces', (_what, text) => {
  expect(readTraces(text)).toBeUndefined();
});

describe('a text that is too large for one string is read trace by trace, in pieces of any size', () => {
  const [first, second] = [0, 1].map((at) => ({
    ...jaegerTrace,
    traceID: `a${at}`,
    // Brackets, quotes and letters of several bytes belong to the text.
    spans: [{ ...jaegerTrace.spans[0]!, traceID: `a${at}`, operationName: 'GET "/ü]}[{\\' }],
  }));
  const batch = { resource, scopeSpans: [{ spans: [otlpSpan] }] };

  test.each([
    ['Jaeger, over many lines', JSON.stringify({ limit: [], data: [first, second], total: 0 }, undefined, 2)],
    ['a list of traces', JSON.stringify([first, second])],
    [
      'Zipkin, traces',
      JSON.stringify([[zipkinSpan, { ...zipkinSpan, id: 'b3' }], [{ ...zipkinSpan, id: 'b4' }]]),
    ],
    ['Zipkin, spans', JSON.stringify([zipkinSpan, { ...zipkinSpan, id: 'b3' }])],
    [
      'OTLP, a document a line',
      `${JSON.stringify({ resourceSpans: [batch, batch] })}\n${JSON.stringify({ resourceSpans: [batch] })}\n`,
    ],
    ['Tempo', JSON.stringify({ batches: [batch] })],
  ])('%s', (_what, text) => {
    const whole = readTraces(text)!;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 7, 1000, bytes.length]) {
      const large = new LargeTraces();
      for (let at = 0; at < bytes.length; at += size) large.push(bytes.subarray(at, at + size));
      expect(large.end(), `pieces of ${size}`).toEqual(whole);
    }
  });

  test('what holds no traces has none', () => {
    const large = new LargeTraces();
    large.push(new TextEncoder().encode('{"status":"success","data":{"result":[{"metric":{}}]}}'));
    expect(large.end()).toBeUndefined();
  });
});
