import { expect, test } from 'vitest';
import { failingOf, failingText } from '../../src/verdict/failing.ts';

const textOf = (key: string | null, requests: number, reasons: Readonly<Record<string, number>>): string =>
  failingText(failingOf(key, requests, new Map(Object.entries(reasons)), 0.01)!);

test.each([
  {
    requests: 80,
    failed: 20,
    says: 'v3: 20 of 80 requests failed (25 %): 503 UH.',
    because: 'a quarter of them',
  },
  {
    requests: 20,
    failed: 20,
    says: 'v3: all 20 requests failed: 503 UH.',
    because: 'a share of all says no more',
  },
  { requests: 1, failed: 1, says: 'v3: its only request failed: 503 UH.', because: 'one is not many' },
])('of $requests requests of a version $failed failed: $because', ({ requests, failed, says }) => {
  expect(textOf('v3', requests, { '503 UH': failed })).toBe(says);
});

test('of several reasons each is told with its number, the most frequent first', () => {
  // 4 + 8 of 48 are a quarter.
  expect(textOf('v3', 48, { '504 UT': 4, '503 UH': 8 })).toBe(
    'v3: 12 of 48 requests failed (25 %): 8 with 503 UH, 4 with 504 UT.',
  );
});
