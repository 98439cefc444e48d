import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIsoTime, parseIsoTime, parseTime } from '../../src/accesslog/iso-time.ts';

test.each([
  { text: '1970-01-01T00:00:00Z', us: 0, because: 'the epoch' },
  { text: '2001-09-09T01:46:40Z', us: 1_000_000_000_000_000, because: 'the billennium' },
  { text: '2001-09-09T01:46:40', us: 1_000_000_000_000_000, because: 'no zone is UTC' },
  { text: '2001-09-09 01:46:40.5Z', us: 1_000_000_000_500_000, because: 'a space, a fraction' },
  { text: '2001-09-09T01:46:40,25Z', us: 1_000_000_000_250_000, because: 'ISO allows a comma' },
  { text: '2001-09-09T01:46:40.123456789Z', us: 1_000_000_000_123_456, because: 'nanoseconds are cut off' },
  { text: '2001-09-09T03:46:40+02:00', us: 1_000_000_000_000_000, because: 'a zone to the east' },
  { text: '2001-09-08T20:16:40-0530', us: 1_000_000_000_000_000, because: 'a zone to the west' },
  { text: '2001-09-09T03:46:40+02', us: 1_000_000_000_000_000, because: 'a zone of whole hours' },
  { text: '2001-09-09T01:46Z', us: 999_999_960_000_000, because: 'no seconds' },
  { text: '2016-12-31T23:59:60Z', us: 1_483_228_800_000_000, because: 'a leap second is the next minute' },
  { text: '2000-02-29T00:00:00Z', us: 951_782_400_000_000, because: 'a leap year of the centuries' },
  { text: '1969-12-31T23:59:59.999Z', us: -1000, because: 'before the epoch' },
])('$text is $us microseconds: $because', ({ text, us }) => {
  expect(parseIsoTime(text)).toBe(us);
});

test.each([
  '',
  '2001-09-09',
  '1900-02-29T00:00:00Z',
  '2001-13-01T00:00:00Z',
  '2001-00-01T00:00:00Z',
  '2001-04-31T00:00:00Z',
  '2001-09-09T24:00:00Z',
  '2001-09-09T01:60:40Z',
  '2001-09-09T01:46:61Z',
  '2001-09-09T01:46:40.Z',
  '2001-09-09T01:46:40 UTC',
  '2001-09-09T01:46:40+25:00',
  '2001-09-09T01:46:4',
  '20O1-09-09T01:46:40Z',
  '09/Sep/2001:01:46:40',
])('"%s" is no time', (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});

test('every instant of which a double holds the microseconds agrees with the calendar of the language', () => {
  const from = Date.UTC(1684, 6, 28);
  fc.assert(
    fc.property(fc.integer({ min: from, max: Date.UTC(2255, 5, 5) }), (ms) => {
      const text = new Date(ms).toISOString();
      expect(parseIsoTime(text)).toBe(ms * 1000);
      expect(formatIsoTime(ms * 1000)).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test('a time owes nothing to the one before it, however little they differ', () => {
  const before = '2026-11-21T12:13:14.5Z';
  for (let place = 0; place < before.length; place += 1) {
    for (const digit of '0123456789') {
      const text = before.slice(0, place) + digit + before.slice(place + 1);
      const ms = Date.parse(text);
      parseIsoTime(before);
      // The language makes the first of December of the 31st of November.
      const isDate = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, -1));
      expect(parseIsoTime(text), text).toBe(isDate ? ms * 1000 : undefined);
    }
  }
});

test.each([
  { text: '12.5', us: 12_500_000, because: 'seconds of the own zero' },
  { text: '1000000000', us: 1e15, because: 'epoch seconds' },
  { text: '1000000000.25', us: 1e15 + 250_000, because: 'epoch seconds with a fraction' },
  { text: '1000000000000', us: 1e15, because: 'epoch milliseconds' },
  { text: '1000000000000000', us: 1e15, because: 'epoch microseconds' },
  { text: '1000000000000000000', us: 1e15, because: 'epoch nanoseconds' },
  { text: ' 1e3 ', us: 1e9, because: 'an exponent and spaces' },
  { text: '2001-09-09T01:46:40Z', us: 1e15, because: 'ISO' },
  { text: 'yesterday', us: undefined, because: 'no time' },
])('a table writes $text for $us: $because', ({ text, us }) => {
  expect(parseTime(text)).toBe(us);
});
