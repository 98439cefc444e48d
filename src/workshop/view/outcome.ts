import type { YourPage } from '../../experiment/session/desk.ts';

/** What became of a page: it is on its way, failed as a whole, came without the part in focus, or shows a version. */
export type Outcome = 'under way' | 'failed' | 'without' | 'shown';

export function outcomeOf(page: YourPage): Outcome {
  if (page.tookUs === undefined) return 'under way';
  if (page.status !== 200) return 'failed';
  return page.version === '' ? 'without' : 'shown';
}

/** The latest page that is there; undefined: none came yet. */
export const latestDone = (pages: readonly YourPage[]): YourPage | undefined =>
  pages.findLast((page) => page.tookUs !== undefined);
