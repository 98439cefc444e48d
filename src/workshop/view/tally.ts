import type { YourPage } from '../../experiment/session/desk.ts';
import { outcomeOf } from './outcome.ts';

interface PageTally {
  readonly byVersion: ReadonlyMap<string, number>;
  /** Pages that came without the part in focus. */
  readonly without: number;
  readonly failed: number;
}

/** How many of the pages that are there show what. */
export function tallyOf(pages: readonly YourPage[]): PageTally {
  const byVersion = new Map<string, number>();
  let without = 0;
  let failed = 0;
  for (const page of pages) {
    const outcome = outcomeOf(page);
    if (outcome === 'shown') byVersion.set(page.version, (byVersion.get(page.version) ?? 0) + 1);
    if (outcome === 'without') without += 1;
    if (outcome === 'failed') failed += 1;
  }
  return { byVersion, without, failed };
}

/** How often in a row the pages showed the same: lately, and at most. */
export function runsOf(pages: readonly YourPage[]): { readonly now: number; readonly longest: number } {
  let now = 0;
  let longest = 0;
  let last = '';
  for (const page of pages) {
    const outcome = outcomeOf(page);
    if (outcome === 'under way') continue;
    const shown = outcome === 'shown' ? `shown ${page.version}` : outcome;
    now = shown === last ? now + 1 : 1;
    last = shown;
    longest = Math.max(longest, now);
  }
  return { now, longest };
}
