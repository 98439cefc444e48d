import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Counters } from '../../../src/experiment/check/counters.ts';
import { formatOf, type IntakeOptions } from '../../../src/experiment/check/format.ts';
import { takeIn } from '../../../src/experiment/check/intake.ts';
import { openPlain } from '../../../src/cli/check/open-plain.ts';
import type { ChoiceRules } from '../../../src/experiment/check/choice.ts';
import { describeReading, Reading } from '../../../src/experiment/check/reading.ts';
import { accessLog } from '../../bench/make-access-log.ts';

const rules: ChoiceRules = {
  host: undefined,
  pattern: undefined,
  shows: [],
  backends: new Map(),
  byStars: false,
  keys: [],
};

async function read(
  name: string,
  data: Uint8Array | string,
  changes: Partial<IntakeOptions> = {},
  chunk = 65_536,
) {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  async function* source() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const reading = new Reading();
  const seen: string[] = [];
  const counts: Record<string, number> = {};
  await takeIn(
    name,
    openPlain(source(), () => reading.notes.push(`${name} is a gzip file that ends early.`)),
    { format: 'auto', columns: {}, rules, counters: new Counters(), ...changes },
    reading,
    (service, key) => {
      if (seen.length < 100) seen.push(key);
      counts[`${service} ${key}`] = (counts[`${service} ${key}`] ?? 0) + 1;
    },
  );
  return { reading, seen, counts };
}

const cluster = (subset: string): string => `outbound|9080|${subset}|reviews.default.svc.cluster.local`;
const istio = (subset: string): string =>
  `[2026-03-01T12:00:00.000Z] "GET /reviews/0 HTTP/1.1" 200 - via_upstream - "-" 0 375 5 4 "-" "curl" "id" "reviews:9080" "10.44.2.1:9080" ${cluster(subset)} 10.44.1.9:30001 10.0.0.206:9080 10.44.1.9:32769 - default`;
const json = (subset: string): string =>
  JSON.stringify({ upstream_cluster: cluster(subset), start_time: '2026-03-01T12:00:00.000Z' });
const envoy =
  '[2026-03-01T12:00:00.000Z] "GET / HTTP/1.1" 200 - 0 1 5 4 "-" "curl" "id" "reviews:9080" "10.44.2.1:9080"';

const mixed = [
  istio('v1'),
  json('v3'),
  `[pod/productpage-v1-abc/istio-proxy] ${istio('v2')}`,
  '',
  '2026-03-01T12:00:00.000Z\tinfo\txdsproxy\tconnected to upstream XDS server: istiod:15012',
  envoy,
  `[productpage-v1-abc istio-proxy] ${json('v1')}`,
  istio('v3').slice(0, 150),
];

test('places are counted by what they are: lines of a node’s log, and what stands between values of JSON', async () => {
  const cri = (mark: string, text: string): string => `2026-03-01T12:00:00.1Z stdout ${mark} ${text}`;
  const log = await read('node.log', `${cri('F', istio('v1'))}\n${cri('P', istio('v2').slice(0, 40))}`);
  expect(describeReading(log.reading)[1]).toBe('Could not be read: 1 line (line 2: the line is cut off).');
  const pages = await read(
    'pages.json',
    `[\n${json('v1')}\n]\nno page at all\n[\n${json('v2')}\n]\nnor here\n`,
  );
  expect(describeReading(pages.reading)[1]).toBe(
    'Could not be read: 2 entries ("no page at all", "nor here": no JSON).',
  );
});

test.each(['\n', '\r\n'])(
  'a file may mix formats; what does not parse is counted and named (line end %j)',
  async (end) => {
    const { seen, reading } = await read('mixed.log', mixed.join(end));
    expect(seen).toEqual(['v1', 'v3', 'v2', 'v1']);
    expect(describeReading(reading)).toEqual([
      'Read mixed.log: 8 lines, 5 requests.',
      'Left out: 1 request without an upstream cluster (no route was found, or the log format lacks it).',
      'Could not be read: 2 lines (line 5: no access log line; line 8: the line is cut off).',
    ]);
  },
);

test('gzip is known by its first bytes, in members and byte by byte', async () => {
  const packed = Buffer.concat([gzipSync(`${istio('v1')}\n${json('v3')}\n`), gzipSync(`${istio('v2')}\n`)]);
  expect((await read('whatever.log', packed)).seen).toEqual(['v1', 'v3', 'v2']);
  expect((await read('whatever.log', packed, {}, 1)).seen).toEqual(['v1', 'v3', 'v2']);
});

test('a gzip file that ends early gives what it held, and says so', async () => {
  // A hundred different lines, so that the archive has something to give before its end.
  const lines = Array.from({ length: 2000 }, (_, i) => istio('v1').replace('"id"', `"${i * 7919}"`)).join(
    '\n',
  );
  const packed = gzipSync(lines);
  const { counts, reading } = await read('a.log.gz', packed.subarray(0, packed.length - 400), {}, 512);
  expect(counts[`reviews.default.svc.cluster.local v1`]).toBeGreaterThan(100);
  expect(reading.notes).toEqual(['a.log.gz is a gzip file that ends early.']);
});

test('a gzip file that is damaged is an error of reading', async () => {
  const packed = Uint8Array.of(0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff);
  await expect(read('a.log.gz', packed)).rejects.toMatchObject({
    code: expect.stringMatching(/^Z_/) as string,
  });
});

test('a line beyond a megabyte is counted and named', async () => {
  const { seen, reading } = await read(
    'long.log',
    `${istio('v1')}\n${'x'.repeat(1_100_000)}\n${istio('v3')}\n`,
  );
  expect(seen).toEqual(['v1', 'v3']);
  expect(reading.unparsedExamples).toEqual([
    { source: 'long.log', place: { noun: 'line', number: 2 }, why: 'the line is longer than 1 MB' },
  ]);
});

const page = (colour: string): string =>
  `<font color="${colour}"><span class="glyphicon glyphicon-star"></span></font>`;
const entry = (text: string | undefined) => ({
  startedDateTime: '2026-03-01T12:00:00Z',
  request: { method: 'GET', url: 'http://localhost/productpage', headers: [] },
  response: { status: 200, content: { text } },
});
const har = (...entries: object[]): string => JSON.stringify({ log: { entries } });

test('a HAR of refreshes tells versions by their stars', async () => {
  const text = har(entry(page('red')), entry('.css {}'), entry(page('black')), entry(undefined), {});
  const { seen, reading } = await read('refreshes.har', text);
  expect(seen).toEqual(['v3', 'v2']);
  expect(describeReading(reading)).toEqual([
    'Read refreshes.har: 4 requests.',
    'Left out: 2 requests that are no product page.',
    'Could not be read: 1 entry (entry 5: startedDateTime is missing or no time).',
  ]);
});

test('a HAR without contents, or none at all, says what is missing', async () => {
  expect((await read('a.har', har(entry(undefined)))).reading.notes[0]).toMatch(/holds no page contents/);
  expect((await read('a.har', '{}')).reading.notes[0]).toMatch(/no HAR/);
});

test('a table tells versions by a column, or by the cluster', async () => {
  expect((await read('a.csv', 'time,version\n1,v1\n2,v3\n')).seen).toEqual(['v1', 'v3']);
  expect((await read('a.tsv', `start_time\tupstream_cluster\n1\t${cluster('v3')}\n`)).seen).toEqual(['v3']);
  expect((await read('a.csv', 'when,by\n1,v1\n', { columns: { time: 'when', version: 'by' } })).seen).toEqual(
    ['v1'],
  );
});

test('a table whose named column is missing says so once', async () => {
  const { reading } = await read('a.csv', 'when,by\n1,v1\n2,v2\n', { columns: { version: 'who' } });
  expect(reading.notes).toEqual(['a.csv: there is no column "who"; the columns are when, by.']);
});

test('JSON lines tell versions by a field, or as an access log does', async () => {
  const lines = `{"time":1,"version":"v1"}\n${json('v3')}\n\n`;
  expect((await read('a.ndjson', lines)).seen).toEqual(['v1', 'v3']);
});

test.each([
  { name: 'a.log', format: 'log' },
  { name: 'a.log.gz', format: 'log' },
  { name: '-', format: 'log' },
  { name: 'A.HAR', format: 'har' },
  { name: 'a.csv.gz', format: 'csv' },
  { name: 'a.tsv', format: 'csv' },
  { name: 'a.jsonl', format: 'ndjson' },
])('$name is read as $format', ({ name, format }) => {
  expect(formatOf(name)).toBe(format);
});

test('five megabytes of mixed text and JSON give every choice that was written', async () => {
  const wanted: Record<string, number> = {};
  let text = '';
  for (const line of accessLog(5_000_000)) {
    text += line;
    const subset = /outbound\|9080\|(v\d)\|/.exec(line)?.[1];
    if (subset === undefined) continue;
    const key = `reviews.default.svc.cluster.local ${subset}`;
    wanted[key] = (wanted[key] ?? 0) + 1;
  }
  const { counts, reading } = await read('big.log', text);
  expect(counts).toEqual(wanted);
  expect(reading.unparsed).toBe(0);
  expect(reading.lines).toBe(text.split('\n').length - 1);
});

test('of what was left out, the reason of most requests is told first', () => {
  const reading = new Reading();
  for (const [reason, times] of [
    ['to other services', 1],
    ['that are mirrored copies', 3],
    ['without a version', 2],
  ] as const)
    for (let time = 0; time < times; time++) reading.leave(reason);
  expect(describeReading(reading)).toEqual([
    'Left out: 3 requests that are mirrored copies.',
    'Left out: 2 requests without a version.',
    'Left out: 1 request to other services.',
  ]);
});
