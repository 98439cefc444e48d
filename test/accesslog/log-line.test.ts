import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Block } from '../../src/accesslog/block.ts';
import { identityOf } from '../../src/accesslog/identity.ts';
import { parseJsonLine } from '../../src/accesslog/json-line.ts';
import { LineReader, parseLine } from '../../src/accesslog/parse-line.ts';
import type { RecordedRequest } from '../../src/accesslog/recorded-request.ts';

const cluster = fc.constantFrom(
  'outbound|9080|v1|reviews.default.svc.cluster.local',
  'outbound|9080|v3|reviews.default.svc.cluster.local',
  'inbound|80||',
);
/** What a client may send; Envoy's own fields are tamer. */
const sent = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('curl/7.73.0', '-', '{x} [2026-', 'a "b" c', 'naïve ☃', '12 34') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 8 }) },
);
const address = fc.constantFrom('10.0.0.7:41234', '[2001:db8::7]:41234', '127.0.0.1:1', '-');
const number = fc.integer({ min: 0, max: 599 });
const parts = fc.record({
  status: number,
  durationMs: number,
  upstreamMs: fc.oneof(number, fc.constant('-')),
  flags: fc.constantFrom('-', 'UH', 'UF,URX'),
  details: fc.constantFrom(
    'via_upstream - "-"',
    '"-" "-"',
    'upstream_reset{1|2} - "delayed connect error: 111"',
  ),
  path: fc.constantFrom('/', '/reviews/0', '/naïve?q=☃'),
  agent: sent,
  id: fc.constantFrom('-', 'cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2', '84961386', 'ü'),
  authority: fc.constantFrom('reviews:9080', 'reviews-shadow', 'ü.de', '-'),
  host: address,
  cluster,
  local: address,
  peer: address,
});
type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;

const time = '2026-03-01T12:00:00.250Z';
const textOf = (own: Parts): string =>
  `[${time}] "GET ${own.path} HTTP/1.1" ${own.status} ${own.flags} ${own.details} 0 375 ${own.durationMs} ${own.upstreamMs} ` +
  `"-" "${own.agent}" "${own.id}" "${own.authority}" "${own.host}" ${own.cluster} ${own.local} 10.0.0.206:9080 ${own.peer} - default`;
const fieldsOf = (own: Parts): Record<string, unknown> => ({
  start_time: time,
  method: 'GET',
  path: own.path,
  response_code: own.status,
  response_flags: own.flags,
  duration: own.durationMs,
  upstream_service_time: String(own.upstreamMs),
  user_agent: own.agent,
  request_id: own.id,
  authority: own.authority,
  upstream_host: own.host,
  upstream_cluster: own.cluster,
  upstream_local_address: own.local,
  downstream_remote_address: own.peer,
  route_name: 'default',
});

const prefix = fc.constantFrom(
  '',
  '',
  '[pod/productpage-v1-abc/istio-proxy] ',
  '2026-03-01T12:00:00Z stdout F ',
);
const anyLine = fc
  .tuple(prefix, parts, fc.boolean())
  .map(([before, own, isText]) => before + (isText ? textOf(own) : JSON.stringify(fieldsOf(own))));
/** Lines with a few bytes lost, doubled or replaced. */
const damagedLine = fc
  .tuple(
    anyLine,
    fc.array(
      fc.tuple(fc.nat(500), fc.constantFrom('', '"', ' ', '\\', '{', '}', '[', ':', ',', '-', '0', '\t')),
      { maxLength: 3 },
    ),
  )
  .map(([line, blows]) =>
    blows.reduce(
      (text, [at, by]) => text.slice(0, at % text.length) + by + text.slice((at % text.length) + 1),
      line,
    ),
  );

const known = (request: object): object =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));

/** What the reader's own object says, field by field. */
const fields = [
  'startUs',
  'status',
  'durationMs',
  'upstreamMs',
  'line',
  'method',
  'path',
  'flags',
  'client',
  'peer',
  'userAgent',
  'requestId',
  'authority',
  'upstreamHost',
  'upstreamCluster',
  'routeName',
  'proxy',
] as const;
const copyOf = (read: ReturnType<LineReader['read']>): object =>
  'unparsed' in read ? read : known(Object.fromEntries(fields.map((name) => [name, read[name]])));

test('a text line tells what its JSON tells, agents and paths of whatever letters included', () => {
  fc.assert(
    fc.property(parts, (own) => {
      // Envoy writes a quote of the client as it is, and what follows may then look like the next field.
      fc.pre(!/"|\\/.test(own.agent));
      expect(parseLine(textOf(own), 1)).toEqual(parseLine(JSON.stringify(fieldsOf(own)), 1));
    }),
  );
});

describe('a JSON line that is read from its bytes', () => {
  test.each([
    ...[
      '{"a":1}x',
      '{"a":01}',
      '{"a":-1}',
      '{"a":1.5}',
      '{"a":1e3}',
      '{"a":tru}',
      '{"a":1,}',
      '{,}',
      '{"a" :1}',
    ],
    ...['{"a":"\t"}', '{"a":"\\u0041"}', '{"a":{}}', '{"a":[1]}', '{"a":1} ', '{"a":12345678901234567890}'],
  ])('comes to what JSON.parse makes of it: %s', (object) => {
    for (const key of [
      'path',
      'response_code',
      'response_flags',
      'duration',
      'upstream_service_time',
      'start_time',
      'other',
    ]) {
      const line = object.replace('"a"', `"start_time":"${time}","path":"/","${key}"`);
      expect(parseLine(line, 1)).toEqual(parseJsonLine(line, 0, 1, parseLine));
    }
  });

  test('does so with any bytes lost, doubled or replaced, and with keys that come twice', () => {
    const value = fc.oneof(sent, number, fc.constantFrom(null, true, 'null', '007', 1.5, '-', time));
    const again = fc.tuple(
      parts.map(fieldsOf),
      fc.dictionary(fc.constantFrom(...Object.keys(fieldsOf({} as Parts))), value),
    );
    const doubled = again.map(
      ([own, other]) => `${JSON.stringify(own).slice(0, -1)},${JSON.stringify(other).slice(1)}`,
    );
    fc.assert(
      fc.property(fc.oneof(damagedLine, doubled), (line) => {
        fc.pre(/^[^{]*\{/.test(line) && !/^[^{]*\[\d{4}-/.test(line));
        expect(parseLine(line, 1)).toEqual(parseJsonLine(line, line.indexOf('{'), 1, parseLine));
      }),
      { numRuns: 1000 },
    );
  });
});

test('a line says the same wherever it stands, and nothing of the lines before it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyLine, damagedLine), { minLength: 2, maxLength: 6 }), (lines) => {
      const block = new Block(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
      const reader = new LineReader();
      let from = 0;
      for (const [index, line] of lines.entries()) {
        const end = block.bytes.indexOf(10, from);
        expect(copyOf(reader.read(block, from, end, index))).toEqual(known(parseLine(line, index)));
        from = end + 1;
      }
    }),
    { numRuns: 500 },
  );
});

test('the identity that is read from bytes is that of the request', () => {
  fc.assert(
    fc.property(anyLine, (line) => {
      const block = new Block(new TextEncoder().encode(line));
      const read = new LineReader().read(block, 0, block.bytes.length, 1) as RecordedRequest;
      const wanted = identityOf(parseLine(line, 1) as RecordedRequest);
      expect(read.identity ?? wanted).toBe(wanted);
      // Of ASCII nothing but the bytes is asked.
      if (/^[ -~]*$/.test(line) && !line.includes('\\')) expect(read.identity).toBe(wanted);
    }),
  );
});

test('names are told apart beyond the number that is remembered, and when they are long', () => {
  const reader = new LineReader();
  const authority = (name: string): string | undefined => {
    const block = new Block(new TextEncoder().encode(`{"start_time":"${time}","authority":"${name}"}`));
    return (reader.read(block, 0, block.bytes.length, 1) as RecordedRequest).authority;
  };
  const names = [...Array.from({ length: 9000 }, (_, i) => `host-${i}`), 'x'.repeat(5000), 'x'.repeat(5001)];
  for (const name of [...names, ...names]) expect(authority(name)).toBe(name);
});
