import type { RunRecord } from '../../record/record.ts';
import type { FindingRecord, Harm } from '../../record/finding.ts';

/**
 * One thing that can be wrong with a run, or explain it: a pure reading of the record, so that a stored run can be
 * diagnosed again. A member owns its code, its words and its remedy.
 */
export interface FindingKind {
  readonly code: string;
  /** What it finds; empty where it is not so. */
  seenIn(record: RunRecord): readonly FindingRecord[];
}

/** No page, no request, no time. */
export const noHarm: Harm = {
  pages: 0,
  pagesWithout: 0,
  pagesLate: 0,
  requests: 0,
  seconds: 0,
  fromSeconds: null,
  toSeconds: null,
};

/**
 * How much of a run may go wrong before it "does not hold": one page in a thousand failed or without a part, one in a
 * hundred late. What is less is told ("holds, but"). The usual objectives of a service, 99.9 % and 99 %.
 */
export const tolerated = { failed: 0.001, late: 0.01 } as const;

/** What a finding with this harm does to the answer. */
export function levelOf(
  { pages, pagesWithout, pagesLate, requests }: Harm,
  record: RunRecord,
): FindingRecord['level'] {
  const all = Math.max(1, record.pages.pages);
  if ((pages + pagesWithout) / all > tolerated.failed || pagesLate / all > tolerated.late) return 'breaks';
  return pages + pagesWithout + pagesLate + requests > 0 ? 'harms' : 'note';
}

/**
 * The order of findings: by what they do to the answer, then by pages that failed, came without a part, or came late (these
 * count half). Requests do not count: they are of many kinds, and those that matter are told in pages. Of equals, the one that
 * stands first in the list of kinds comes first.
 */
export function severityOf({ level, harm }: FindingRecord): number {
  return rank[level] * 1e15 + (harm.pages + harm.pagesWithout) * 1e3 + harm.pagesLate * 5e2;
}

const rank: Readonly<Record<FindingRecord['level'], number>> = { breaks: 3, harms: 2, note: 1, luck: 0 };
