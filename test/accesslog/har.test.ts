import { expect, test } from 'vitest';
import { parseHar } from '../../src/accesslog/har.ts';

const entry = (changes: { request?: object; response?: object; [name: string]: unknown } = {}) => ({
  startedDateTime: '2020-11-25T22:26:18.409+01:00',
  time: 12.5,
  ...changes,
  request: {
    method: 'GET',
    url: 'http://localhost:8080/productpage?u=normal#top',
    httpVersion: 'HTTP/1.1',
    headers: [
      { name: 'Host', value: 'localhost:8080' },
      { name: 'User-Agent', value: 'Mozilla/5.0' },
      { name: 'Cookie', value: 'a=1' },
      { name: 'cookie', value: 'b=2' },
      { name: ':method', value: 'GET' },
    ],
    ...changes.request,
  },
  response: { status: 200, content: { mimeType: 'text/html', text: '<p>Grüße</p>' }, ...changes.response },
});
const har = (...entries: unknown[]): string => JSON.stringify({ log: { version: '1.2', entries } });

test('an entry becomes a request with its headers, body and time', () => {
  expect(parseHar(har(entry()))).toEqual({
    problems: [],
    requests: [
      {
        startUs: 1_606_339_578_409_000,
        method: 'GET',
        path: '/productpage?u=normal',
        authority: 'localhost:8080',
        status: 200,
        durationMs: 12.5,
        userAgent: 'Mozilla/5.0',
        headers: { host: 'localhost:8080', 'user-agent': 'Mozilla/5.0', cookie: 'a=1, b=2' },
        body: '<p>Grüße</p>',
        line: 1,
      },
    ],
  });
});

test('a body in base64 is undone to text', () => {
  const text = Buffer.from('<p>Grüße ☃</p>').toString('base64');
  const { requests } = parseHar(
    har(entry({ response: { status: 200, content: { text, encoding: 'base64' } } })),
  );
  expect(requests[0]!.body).toBe('<p>Grüße ☃</p>');
});

test('a body that was not saved, or is no base64, is missing', () => {
  const { requests } = parseHar(
    har(
      entry({ response: { status: 0, content: { size: 7 } } }),
      entry({ response: { content: { text: '%%%', encoding: 'base64' } } }),
    ),
  );
  expect(requests.map((own) => own.body)).toEqual([undefined, undefined]);
  expect(requests.map((own) => own.status)).toEqual([0, 200]);
});

test('the host comes from the address where no header tells it, and an address without a path is /', () => {
  const { requests } = parseHar(har(entry({ request: { url: 'https://shop.example', headers: [] } })));
  expect(requests[0]).toMatchObject({ path: '/', authority: 'shop.example' });
});

test('entries without a time or an address are named, the others are kept', () => {
  const { requests, problems } = parseHar(
    har(entry({ startedDateTime: 'noon' }), entry(), null, entry({ request: { url: 7 } })),
  );
  expect(requests.map((own) => own.line)).toEqual([2]);
  expect(problems).toEqual([
    { entry: 1, why: 'startedDateTime is missing or no time' },
    { entry: 3, why: 'startedDateTime is missing or no time' },
    { entry: 4, why: 'request.url is missing' },
  ]);
});

test('a byte order mark is no obstacle', () => {
  expect(parseHar(`\uFEFF${har(entry())}`).requests).toHaveLength(1);
});

test.each([
  { text: '{"log":', problem: /^the HAR is not valid JSON/ },
  { text: '{"log":{}}', problem: /^no HAR: log.entries is missing/ },
  { text: '[]', problem: /^no HAR/ },
  { text: 'null', problem: /^no HAR/ },
])('$text is no HAR', ({ text, problem }) => {
  const { requests, problems } = parseHar(text);
  expect(requests).toEqual([]);
  expect(problems).toEqual([{ entry: null, why: expect.stringMatching(problem) as string }]);
});
