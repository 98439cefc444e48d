import { expect, test } from 'vitest';
import type { RecordedRequest } from '../../../src/accesslog/recorded-request.ts';
import { identityIn, SeenRequests } from '../../../src/experiment/check/seen-requests.ts';

const isRepeated = (seen: SeenRequests, own: RecordedRequest): boolean =>
  seen.isRepeated(own, identityIn(own));

const request = { startUs: 1e15, requestId: 'a', upstreamCluster: 'outbound|80|v1|x', line: 1 };

test('the same request id and time is the same request, whatever its line', () => {
  const seen = new SeenRequests();
  expect([request, { ...request, line: 7 }].map((own) => isRepeated(seen, own))).toEqual([false, true]);
});

test.each([
  { other: { requestId: 'b' }, because: 'another request' },
  { other: { startUs: 1e15 + 1000 }, because: 'a call that hands the id of its page on' },
  { other: { upstreamCluster: 'outbound|80|v2|x' }, because: 'another hop of the same page' },
  { other: { upstreamHost: '10.0.0.2:80' }, because: 'a second call at the same time' },
])('$because is no repetition', ({ other }) => {
  const seen = new SeenRequests();
  isRepeated(seen, request);
  expect(isRepeated(seen, { ...request, ...other })).toBe(false);
});

test('without an id, or without a time, nothing is known to be repeated', () => {
  const seen = new SeenRequests();
  const { requestId: _, ...nameless } = request;
  for (const own of [
    nameless,
    nameless,
    { ...request, startUs: Number.NaN },
    { ...request, startUs: Number.NaN },
  ])
    expect(isRepeated(seen, own)).toBe(false);
});

test('a hundred thousand requests are told apart, and each is known again', () => {
  const seen = new SeenRequests();
  const all = Array.from({ length: 100_000 }, (_, i) => ({ ...request, requestId: `id-${i}` }));
  expect(all.filter((own) => isRepeated(seen, own))).toHaveLength(0);
  expect(all.filter((own) => isRepeated(seen, own))).toHaveLength(all.length);
});

test.each([
  { order: 'in the order of time', startOf: (i: number) => i * 1000, because: 'as in a log' },
  { order: 'backwards', startOf: (i: number) => -i * 1000, because: 'as in a table, the newest first' },
  {
    order: 'with a slow one now and then',
    startOf: (i: number) => (i % 997 === 0 ? 0 : i * 1000),
    because: 'lines are written at the end',
  },
])('what comes $order is known again however long ago it was: $because', ({ startOf }) => {
  const seen = new SeenRequests();
  const nth = (i: number) => ({ ...request, requestId: `id-${i}`, startUs: 1e15 + startOf(i) });
  // Each is followed by one that came a while ago: one, ten thousand, ..., ninety thousand requests before.
  const again = (i: number): number => i - [1, 10_000, 20_000, 40_000, 60_000, 90_000][i % 6]!;
  const mistaken: number[] = [];
  for (let i = 0; i < 100_000; i += 1) {
    if (isRepeated(seen, nth(i))) mistaken.push(i);
    if (again(i) >= 0 && !isRepeated(seen, nth(again(i)))) mistaken.push(again(i));
  }
  expect(mistaken).toEqual([]);
});
