import { expect, test } from 'vitest';
import { SeenRequests } from '../../../src/experiment/check/seen-requests.ts';

const request = { startUs: 1e15, requestId: 'a', upstreamCluster: 'outbound|80|v1|x', line: 1 };

test('the same request id and time is the same request, whatever its line', () => {
  const seen = new SeenRequests();
  expect([request, { ...request, line: 7 }].map((own) => seen.isRepeated(own))).toEqual([false, true]);
});

test.each([
  { other: { requestId: 'b' }, because: 'another request' },
  { other: { startUs: 1e15 + 1000 }, because: 'a call that hands the id of its page on' },
  { other: { upstreamCluster: 'outbound|80|v2|x' }, because: 'another hop of the same page' },
  { other: { upstreamHost: '10.0.0.2:80' }, because: 'a second call at the same time' },
])('$because is no repetition', ({ other }) => {
  const seen = new SeenRequests();
  seen.isRepeated(request);
  expect(seen.isRepeated({ ...request, ...other })).toBe(false);
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
    expect(seen.isRepeated(own)).toBe(false);
});

test('a hundred thousand requests are told apart, and each is known again', () => {
  const seen = new SeenRequests();
  const all = Array.from({ length: 100_000 }, (_, i) => ({ ...request, requestId: `id-${i}` }));
  expect(all.filter((own) => seen.isRepeated(own))).toHaveLength(0);
  expect(all.filter((own) => seen.isRepeated(own))).toHaveLength(all.length);
});
