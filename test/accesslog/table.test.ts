import { expect, test } from 'vitest';
import { parseCsv } from '../../src/accesslog/csv.ts';
import { parseNdjson } from '../../src/accesslog/ndjson.ts';

test('columns are found by name, in any case and order; the others are headers', () => {
  const csv = 'Path,End-User,TIME,version,status,client\r\n/a,jason,1000000000,v3,200,10.0.0.7:5000\r\n';
  expect(parseCsv(csv, { time: 'time' })).toEqual({
    problems: [],
    requests: [
      {
        startUs: 1e15,
        path: '/a',
        version: 'v3',
        status: 200,
        client: '10.0.0.7',
        headers: { 'end-user': 'jason' },
        line: 2,
      },
    ],
  });
});

// RFC 4180, section 2, rules 5 to 7.
test('quoted cells hold separators, doubled quotes and line ends', () => {
  const csv = 'time,path,note\n1,"/a,b","say ""hi""\r\nthere"\n2,/c,"x"';
  const { requests, problems } = parseCsv(csv, {});
  expect(problems).toEqual([]);
  expect(requests).toEqual([
    { startUs: 1e6, path: '/a,b', headers: { note: 'say "hi"\nthere' }, line: 3 },
    { startUs: 2e6, path: '/c', headers: { note: 'x' }, line: 4 },
  ]);
});

test.each([';', '\t'])('"%s" separates where the heading says so', (separator) => {
  const csv = `time;version\n1,5;v1\n`.replaceAll(';', separator).replace('1,5', '1.5');
  expect(parseCsv(csv, {}).requests).toEqual([{ startUs: 1_500_000, version: 'v1', line: 2 }]);
});

test('a named column that is missing is one problem that names the columns there are', () => {
  const { requests, problems } = parseCsv('a,b\n1,2\n', { time: 'when' });
  expect(requests).toEqual([]);
  expect(problems[0]).toBe('there is no column "when"; the columns are a, b');
});

test('without a time column rows carry no time', () => {
  expect(parseCsv('version\nv1\n', {}).requests).toEqual([{ startUs: Number.NaN, version: 'v1', line: 2 }]);
});

test('rows that are no request are named by their line, the others are kept', () => {
  const { requests, problems } = parseCsv('time,version\nnoon,v1\n\n2,v1\n3\n,v1\n', {});
  expect(requests.map((own) => own.line)).toEqual([4]);
  expect(problems).toEqual([
    'line 2: time "noon" is no time',
    'line 5: 1 cells in place of 2',
    'line 6: time is empty',
  ]);
});

test('a table that ends within a quoted cell says so', () => {
  expect(parseCsv('time,note\n1,"x', {}).problems).toEqual(['the table ends within a quoted cell']);
});

test('an empty table has no requests', () => {
  expect(parseCsv('', {})).toEqual({ requests: [], problems: [] });
});

test('JSON lines are read by the same names', () => {
  const lines = [
    { ts: 1.5, ver: 'v1', path: '/a', headers: { 'End-User': 'jason' }, nested: { a: 1 } },
    { ts: '2001-09-09T01:46:40Z', ver: 'v3' },
  ];
  const text = `${lines.map((line) => JSON.stringify(line)).join('\r\n')}\r\nnope\n{"ts":1}\n`;
  expect(parseNdjson(text, { time: 'ts', version: 'ver' })).toEqual({
    requests: [
      { startUs: 1_500_000, path: '/a', version: 'v1', headers: { 'end-user': 'jason' }, line: 1 },
      { startUs: 1e15, version: 'v3', line: 2 },
    ],
    problems: ['line 3: no JSON object', 'line 4: there is no "ver"'],
  });
});
