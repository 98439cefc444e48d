import { expect, test } from 'vitest';
import { check } from '../../support/check-run.ts';

// Bookinfo's product page until 2023: a DOCTYPE, and stars in a font of their colour.
const page = (stars: string): string =>
  `<!DOCTYPE html>\n<html><body><h4>Book Reviews</h4><blockquote>An extremely entertaining play${stars}</blockquote></body></html>`;
const none = page('');
const red = page('<font color="red"><span class="glyphicon glyphicon-star"></span></font>');
const failed =
  '<!DOCTYPE html><html><body><h4>Error fetching product reviews</h4><p>Sorry, product reviews are currently unavailable for this book.</p></body></html>';
const entry = (second: number, url: string, status: number, text: string | undefined): object => ({
  startedDateTime: `2026-11-04T10:00:${String(second).padStart(2, '0')}.000Z`,
  time: 20,
  request: { method: 'GET', url, headers: [] },
  response: { status, content: text === undefined ? { size: 0 } : { size: text.length, text } },
});
const har = (entries: readonly object[]): string => JSON.stringify({ log: { version: '1.2', entries } });
const site = 'http://34.1.2.3/productpage';
const pages = [none, red, none, red, none, red].map((text, i) => entry(i, site, 200, text));
const weights = ['--weights', 'v1=50,v3=50'];

test('pages within a HAR are read out of its JSON: red stars stay red behind a DOCTYPE', async () => {
  const own = har(Array.from({ length: 30 }, (_, i) => entry(i, site, 200, red)));
  const { counts, kind } = await check({ 'refreshes.har': own }, ['--weights', 'v1=100']);
  expect(counts).toEqual({ v3: 30 });
  expect(kind).toBe('fault');
});

test('pages of a HAR count once each beside an index page that has a DOCTYPE, too', async () => {
  const index = entry(0, 'http://34.1.2.3/', 200, '<!DOCTYPE html><html><body>Hello!</body></html>');
  const { counts, unrouted } = await check({ 'index.har': har([index, ...pages]) }, weights);
  expect(counts).toEqual({ v1: 3, v3: 3 });
  expect(unrouted).toEqual({});
});

test.each([
  {
    what: 'analytics that the browser blocked',
    other: entry(9, 'https://www.google-analytics.com/collect', 0, undefined),
    unrouted: {},
  },
  {
    what: "a widget's host that is down",
    other: entry(9, 'https://widget.example/boot.js', 502, 'bad'),
    unrouted: {},
  },
  {
    what: 'a page of the site itself that failed',
    other: entry(9, site, 503, 'no healthy upstream'),
    unrouted: { '503': 1 },
  },
  {
    what: 'a page without an answer',
    other: entry(9, site, 0, undefined),
    unrouted: { 'no answer': 1 },
  },
  {
    what: 'a page that says that its reviews failed',
    other: entry(9, site, 200, failed),
    unrouted: { '"Error fetching product reviews"': 1 },
  },
])('of a HAR only failures of the site count: $what', async ({ other, unrouted }) => {
  const own = await check({ 'refreshes.har': har([...pages, other]) }, weights);
  expect(own.counts).toEqual({ v1: 3, v3: 3 });
  expect(own.unrouted).toEqual(unrouted);
});

test('a failure of the site counts whichever service is asked about: a page has the address of a gateway', async () => {
  const own = har([...pages, entry(9, site, 503, 'no healthy upstream')]);
  expect((await check({ 'refreshes.har': own }, ['--host', 'reviews', ...weights])).unrouted).toEqual({
    '503': 1,
  });
});

const answer = (version: string): string =>
  JSON.stringify({ id: '0', podname: `reviews-${version}-545db77b95-abcde`, reviews: [{ reviewer: 'R1' }] });
const both = [answer('v1'), answer('v3'), answer('v1'), answer('v3')];
// Envoy's own texts (source/common/router/router.cc, source/extensions/filters/http/fault/fault_filter.cc), and curl's.
const errors = [
  'no healthy upstream',
  'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
  'upstream request timeout',
  'fault filter abort',
  'curl: (7) Failed to connect to reviews port 9080: Connection refused',
];
const told = {
  '"no healthy upstream"': 1,
  '"upstream connect error or disconnect/reset before headers"': 1,
  '"upstream request timeout"': 1,
  '"fault filter abort"': 1,
  'curl: (7)': 1,
};

test.each([
  { form: 'a line each', text: [...both, ...errors].join('\n') },
  { form: 'without an end of line', text: [...both, ...errors].join('') },
  { form: 'printed over several lines', text: [...both, ...errors].join('\n').replace(/\{/g, '{\n') },
])('what proxies and curl print in place of an answer failed: $form', async ({ text }) => {
  const { counts, unrouted, unparsed, code } = await check({ 'loop.txt': text }, [
    ...weights,
    '--fail-on',
    'fault',
  ]);
  expect(counts).toEqual({ v1: 2, v3: 2 });
  expect(unrouted).toEqual(told);
  expect(unparsed).toBe(0);
  expect(code).toBe(4);
});

test('answers that say their version may have failures among them', async () => {
  const hello = (own: string): string => `Hello version: ${own}, instance: helloworld-${own}-867747c89-abcde`;
  const text = [hello('v1'), 'no healthy upstream', hello('v3'), hello('v1'), hello('v3')].join('\n');
  const { counts, unrouted, errors: refused } = await check({ 'hello.txt': text }, weights);
  expect(refused).toBe('');
  expect(counts).toEqual({ v1: 2, v3: 2 });
  expect(unrouted).toEqual({ '"no healthy upstream"': 1 });
});

test('pages one after the other may have failures among them', async () => {
  const text = [none, red, 'no healthy upstream', none, failed, red].join('\n');
  const { counts, unrouted } = await check({ 'pages.txt': text }, weights);
  expect(counts).toEqual({ v1: 2, v3: 2 });
  expect(unrouted).toEqual({ '"no healthy upstream"': 1, '"Error fetching product reviews"': 1 });
});
