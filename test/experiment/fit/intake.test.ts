import { expect, test } from 'vitest';
import { kindOf } from '../../../src/experiment/fit/intake.ts';

const zipkin =
  '{"traceId":"1","id":"2","kind":"CLIENT","localEndpoint":{"serviceName":"cart.shop"},"tags":{"upstream_cluster":"outbound|80||a","response_flags":"-"}}';

test.each([
  {
    head: `[[${zipkin}]]`,
    kind: 'json',
    because: 'Zipkin, traces: the tags of a proxy are no fields of a log',
  },
  { head: `[${zipkin}]`, kind: 'json', because: 'Zipkin, spans' },
  { head: `${zipkin}\n${zipkin}`, kind: 'json', because: 'Zipkin, a span a line' },
  { head: '{"start_time":"2026-11-04T10:00:00Z","traceId":"1"}', kind: 'log', because: 'a log that has ids' },
  { head: '{"data":[{"traceID":"1","spans":[]}]}', kind: 'json', because: 'Jaeger' },
  { head: 'apiVersion: v1\nkind: List\n', kind: 'manifest', because: 'kubectl, YAML' },
])('$kind: $because', ({ head, kind }) => {
  expect(kindOf(head)).toBe(kind);
});
