import { expect, test } from 'vitest';
import { parseIsoTime } from '../../../src/accesslog/iso-time.ts';
import {
  describeChange,
  parseChange,
  parseChanges,
  placeChanges,
  type Change,
  type PlacedChange,
} from '../../../src/experiment/check/changes.ts';

const us = (text: string): number => parseIsoTime(text)!;
const change = (text: string): Change => parseChange(text) as Change;
const firstUs = us('2026-03-01T12:00:00Z');

test.each([
  {
    text: '12:03:20=v1=90,v3=10',
    atUs: us('2026-03-01T12:03:20Z'),
    because: 'a clock time on the day of the first request',
  },
  { text: '12:03:20.5=v1=1', atUs: us('2026-03-01T12:03:20.5Z'), because: 'with a fraction' },
  { text: '11:59=v1=1', atUs: us('2026-03-01T11:59:00Z'), because: 'shortly before the first request' },
  {
    text: '00:10=v1=1',
    atUs: us('2026-03-01T00:10:00Z'),
    because: 'nearer on the same day than on the next',
  },
  {
    text: '2026-03-01T13:03:20+01:00=v1=1',
    atUs: us('2026-03-01T12:03:20Z'),
    because: 'a date and time with its zone',
  },
  { text: '90s=v1=1', atUs: us('2026-03-01T12:01:30Z'), because: 'a span after the first request' },
  { text: ' 90s =v1=1', atUs: us('2026-03-01T12:01:30Z'), because: 'with blanks around it' },
  { text: '+1m30s=v1=1', atUs: us('2026-03-01T12:01:30Z'), because: 'a span with a sign' },
])('$text takes force: $because', ({ text, atUs }) => {
  expect(placeChanges([change(text)], firstUs)).toEqual([{ atUs, weights: change(text).weights }]);
});

test('a clock time shortly after midnight belongs to the next day of a log that begins before it', () => {
  const [placed] = placeChanges([change('00:10=v1=1')], us('2026-03-01T23:50:00Z')) as PlacedChange[];
  expect(placed!.atUs).toBe(us('2026-03-02T00:10:00Z'));
  const [before] = placeChanges([change('23:50=v1=1')], us('2026-03-02T00:10:00Z')) as PlacedChange[];
  expect(before!.atUs).toBe(us('2026-03-01T23:50:00Z'));
});

test('a number is after so many requests, and needs no times', () => {
  expect(placeChanges([change('15=v1=90,v3=10')], undefined)).toEqual([
    { atIndex: 15, weights: { keys: ['v1', 'v3'], values: [90, 10] } },
  ]);
  expect(placeChanges([change('12:00=v1=1')], undefined)).toMatch(/carries no times/);
  expect(placeChanges([change('12:00=v1=1')], Number.NaN)).toMatch(/carries no times/);
});

test('changes are placed in the order in which they take force, and one kind at a time', () => {
  const placed = placeChanges([change('20=v1=1'), change('10=v3=1')], undefined);
  expect((placed as PlacedChange[]).map((own) => own.atIndex)).toEqual([10, 20]);
  expect(placeChanges([change('20=v1=1'), change('90s=v3=1')], firstUs)).toMatch(/do not mix/);
});

test.each(['', 'v1=50', 'soon=v1=50', '25:00=v1=50', '12:60=v1=50', '12:00', '12:00=v1', '12:00=v1=0'])(
  'the change "%s" is refused',
  (text) => {
    expect(parseChange(text)).toHaveProperty('wrong');
  },
);

test('a list has a change a line', () => {
  const { changes, problems } = parseChanges(
    '# the shift\n12:03:20 v1=90,v3=10\r\n\n12:10=v1=50,v3=50 # half\n2026-03-01 12:20:00 v3=100\nsoon v1=1\n12:30 v1=9,v3=x\n',
    'shift.txt',
  );
  expect(changes.map((own) => own.weights.values)).toEqual([[90, 10], [50, 50], [100]]);
  expect(changes[2]!.moment).toEqual({ kind: 'instant', us: us('2026-03-01T12:20:00Z') });
  // Line 7: "x" stands behind the 14 characters of "12:30 v1=9,v3=".
  expect(problems.map(({ file, line, column, message }) => [file, line, column, message])).toEqual([
    ['shift.txt', 6, 1, '"soon" is no moment'],
    ['shift.txt', 7, 15, 'v3 has "x"; a weight is a number, 0 or more'],
  ]);
});

test('a placed change is told with its date, its second of the recording, or its number', () => {
  const weights = { keys: ['v1', 'v3'], values: [90, 10] };
  expect(describeChange({ atUs: firstUs, weights })).toBe('from 2026-03-01T12:00:00.000Z: v1=90, v3=10');
  expect(describeChange({ atUs: 90e6, weights })).toBe('from 90 s: v1=90, v3=10');
  expect(describeChange({ atIndex: 15, weights })).toBe('after 15 requests: v1=90, v3=10');
});
