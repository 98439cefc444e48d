import { count, percent, plural } from '../../words/number.ts';
import { levelOf, noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { withoutFaults } from './without-faults.ts';

/** Pages came late, and no pod was short of anything: the work itself, or what they wait for, takes so long. */
export const pagesLate: FindingKind = {
  code: 'pages-late',
  seenIn(record) {
    const { pages } = record;
    const late = (pages.late ?? 0) + pages.overdue;
    if (late === 0) return [];
    const asked = pages.pages + pages.overdue;
    const harm = {
      ...noHarm,
      pagesLate: late,
      fromSeconds: 0,
      toSeconds: record.scenario.durationSeconds,
      seconds: record.scenario.durationSeconds,
    };
    return [
      {
        code: 'pages-late',
        level: levelOf(harm, record),
        sentence: `${count(late)} of ${plural(asked, 'page')} (${percent(late / Math.max(1, asked), asked)}) took longer than ${(pages.lateMs ?? 0) / 1000} s${pages.overdue > 0 ? `, ${count(pages.overdue)} of them had not come when the run ended` : ''}.`,
        evidence: [],
        harm,
        why: 'The slowest page shows where the time goes: a queue, a retry and its pauses, a delay that a rule injects, or work that is slow.',
        remedies: [...withoutFaults(record), byHand('Look at the slowest page before anything else.')],
        look: 'latency',
        trace: '--slowest',
      },
    ];
  },
};
