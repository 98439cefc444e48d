import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { between, countAt, Counters } from '../../src/experiment/counters.ts';

describe('copies of the counters', () => {
  test('each says for good what had been counted by then, however many follow and whatever room is made for new names', () => {
    const steps = fc.array(fc.record({ key: fc.nat(40), count: fc.nat(3), copies: fc.nat(2) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, fc.nat(2000), (list, before) => {
        const counters = new Counters();
        // So many copies that histories end anywhere.
        for (let each = 0; each < before; each++) counters.copy(0);
        const seen = new Map<number, number>();
        const copies = list.flatMap(({ key, count, copies }) => {
          if (key >= counters.shown.length) counters.ensure(1, key + 1, 0);
          counters.shown[key]! += count;
          seen.set(key, (seen.get(key) ?? 0) + count);
          const then = new Map(seen);
          return Array.from({ length: copies }, () => ({ totals: counters.copy(1), then }));
        });
        for (const { totals, then } of copies)
          for (let key = 0; key <= 40; key++) expect(countAt(totals, 'shown', key)).toBe(then.get(key) ?? 0);
      }),
      { numRuns: 30 },
    );
  });

  test('what a copied run counts is not told of the original', () => {
    const [original, other] = [new Counters(), new Counters()];
    original.requests[0] = 2;
    const before = original.copy(1);
    other.copyFrom(original);
    other.requests[0]! += 5;
    const [own, others] = [original.copy(2), other.copy(2)];
    expect(between(before, own, 'requests', 0)).toBe(0);
    expect(between(before, others, 'requests', 0)).toBe(5);
  });
});
