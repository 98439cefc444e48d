import { describe, expect, test } from 'vitest';
import type { RunRecord, TimelineEntry } from '../../../src/record/record.ts';
import { noHarm } from '../../../src/verdict/finding/finding.ts';
import { isOver, lastEntry, ruleWaits, waits } from '../../../src/verdict/finding/later.ts';

const entry = (
  atSeconds: number,
  verb = 'apply',
  changed: NonNullable<TimelineEntry['changed']> = [],
): TimelineEntry => ({ atSeconds, verb, file: `${verb}-${atSeconds}.yaml`, changes: [], changed });
const recordOf = (...timeline: TimelineEntry[]): RunRecord =>
  ({ timeline, scenario: { durationSeconds: 100 } }) as unknown as RunRecord;

describe('an entry of the timeline that is to wait', () => {
  test.each([
    { others: [], until: 20, to: 20, withRest: false, because: 'nothing follows' },
    { others: [entry(15)], until: 20, to: 20, withRest: true, because: 'the next would come before it' },
    { others: [entry(20)], until: 20, to: 20, withRest: true, because: 'the next would come with it' },
    { others: [entry(21)], until: 20, to: 20, withRest: false, because: 'the next comes later' },
    { others: [entry(20.5)], until: 20.2, to: 21, withRest: true, because: 'it waits for a whole second' },
    { others: [entry(5)], until: 20, to: 20, withRest: false, because: 'what came before stays before' },
    {
      others: [entry(15, 'scale')],
      until: 20,
      to: 20,
      withRest: false,
      because: 'another verb is another matter',
    },
    {
      others: [entry(5), entry(15, 'scale'), entry(30)],
      until: 20,
      to: 20,
      withRest: false,
      because: 'none of these',
    },
  ])('until $until s takes along what follows: $withRest, as $because', ({ others, until, to, withRest }) => {
    const own = entry(10);
    expect(waits(recordOf(own, ...others), own, until)).toEqual({
      kind: 'later',
      verb: 'apply',
      file: 'apply-10.yaml',
      atSeconds: 10,
      toSeconds: to,
      withRest,
    });
  });
});

test.each([
  { timeline: [entry(5), entry(10), entry(15)], until: 10, at: 10, because: 'the last until then' },
  { timeline: [entry(5), entry(9, 'crash')], until: 10, at: 5, because: 'a crash is nobody’s act' },
  { timeline: [entry(5, 'restart'), entry(6, 'cordon')], until: 10, at: 5, because: 'a restart is' },
  { timeline: [entry(11)], until: 10, at: undefined, because: 'it comes later' },
])(
  'what operators did last until $until s is what they did at $at s: $because',
  ({ timeline, until, at }) => {
    expect(lastEntry(recordOf(...timeline), until, () => true)?.atSeconds).toBe(at);
  },
);

test('of what operators did that is taken which fits', () => {
  const found = lastEntry(
    recordOf(entry(5), entry(6, 'scale'), entry(7)),
    10,
    ({ verb }) => verb === 'scale',
  );
  expect(found?.atSeconds).toBe(6);
});

test.each([
  { toSeconds: 94.9, over: true, because: 'five seconds went by without' },
  { toSeconds: 95, over: false, because: 'it may have gone on' },
  { toSeconds: null, over: false, because: 'it never ended' },
])('harm until $toSeconds s of 100 s is over: $over, as $because', ({ toSeconds, over }) => {
  expect(isOver(recordOf(), { ...noHarm, toSeconds })).toBe(over);
});

test.each([
  { kind: 'VirtualService', waits: true },
  { kind: 'HTTPRoute', waits: true },
  { kind: 'DestinationRule', waits: false },
  { kind: undefined, waits: false },
])(
  'of failures from 12 s to 15.5 s what changed a $kind before them waits until 3 s after: $waits',
  (row) => {
    const changed = row.kind === undefined ? [] : [{ kind: row.kind, namespace: 'default', name: 'web' }];
    const record = recordOf(entry(10, 'apply', changed), entry(14));
    const found = ruleWaits(record, { ...noHarm, fromSeconds: 12, toSeconds: 15.5 }, 3);
    expect(found.flatMap(({ changes }) => changes)).toEqual(
      row.waits
        ? [
            // 15.5 + 3 is 18.5: the next whole second. The entry at 14 s would be overtaken.
            {
              kind: 'later',
              verb: 'apply',
              file: 'apply-10.yaml',
              atSeconds: 10,
              toSeconds: 19,
              withRest: true,
            },
          ]
        : [],
    );
  },
);
