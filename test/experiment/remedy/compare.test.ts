import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/experiment/remedy/compare.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { FindingRecord } from '../../../src/record/finding.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { shipped } from '../../support/scenario.ts';

const played = runOnce(await shipped('circuit-breaking')).record;
const found = played.diagnosis!.findings[0]!;

/** A run in which one finding cost so many failed pages. */
const costing = (pages: number, failed = pages, code = found.code): RunRecord => ({
  ...played,
  pages: { ...played.pages, pages: 1000, failed, late: 0, overdue: 0, withErrorInBody: [] },
  diagnosis: {
    answer: pages > 0 ? 'does not hold' : 'holds',
    findings: pages > 0 ? [finding(pages, code)] : [],
  },
});

const finding = (pages: number, code = found.code): FindingRecord => ({
  ...found,
  code,
  level: 'breaks',
  sentence: `${code} cost ${pages}.`,
  harm: { ...found.harm, pages, pagesWithout: 0, pagesLate: 0 },
});

describe('whether a remedy helped', () => {
  test.each([
    { after: [0], verdict: 'helps', says: 'Helps: removes 100 % of the harm (100 pages before, 0 after).' },
    { after: [2], verdict: 'helps', says: 'Helps: removes 98 % of the harm' },
    { after: [60], verdict: 'helps in part', says: 'Helps in part: removes 40 % of the harm' },
    { after: [100], verdict: 'does not help', says: 'Does not help: 100 pages before, 100 after.' },
    { after: [95], verdict: 'does not help', says: 'Does not help: 100 pages before, 95 after.' },
    { after: [140], verdict: 'makes it worse', says: 'Makes it worse: 40 pages more fail or come late.' },
  ])('100 pages before, $after after: $verdict', ({ after, verdict, says }) => {
    const compared = compare(
      finding(100),
      [costing(100)],
      after.map((own) => costing(own)),
    );
    expect(compared.verdict).toBe(verdict);
    expect(compared.sentence).toContain(says);
  });

  test('harm that only has another name then is no help', () => {
    const { verdict, sentence } = compare(finding(100), [costing(100)], [costing(100, 100, 'overloaded')]);
    expect(verdict).toBe('does not help');
    expect(sentence).toContain(
      'pages fail or come late as before (100 before, 100 after). Then the worst is overloaded:',
    );
  });

  test('of harm that has partly another name then, only the pages that come well are removed', () => {
    const { removed, verdict, sentence } = compare(
      finding(100),
      [costing(100)],
      [costing(60, 60, 'autoscaler-late')],
    );
    expect(removed).toBe(0.4);
    expect(verdict).toBe('helps in part');
    expect(sentence).toContain(
      'removes 40 % of the harm (pages that failed or came late: 100 before, 60 after)',
    );
  });

  test('what is left over is named', () => {
    const { verdict, sentence } = compare(finding(100), [costing(100)], [costing(5, 5, 'pods-lost')]);
    expect(verdict).toBe('helps');
    expect(sentence).toContain('but more is wrong. Then the worst is pods-lost: pods-lost cost 5.');
  });

  test('a part that chance may have taken is no help: the interval of the difference holds 0', () => {
    // Differences -60 and +10: mean -25, half 12.7 x 35 = 445 (Student, one degree of freedom).
    const { verdict, harm } = compare(
      finding(100),
      [costing(100), costing(100)],
      [costing(40), costing(110)],
    );
    expect(harm.mean).toBe(-25);
    expect(harm.high).toBeGreaterThan(0);
    expect(verdict).toBe('does not help');
  });
});
