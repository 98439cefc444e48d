import type { RefreshSession } from '../../record/record.ts';

/** A rule divided at least one of the pages: where each had one destination, nothing was left to chance. */
export const isDrawn = ({ refreshes }: RefreshSession): boolean =>
  refreshes.some(({ share }) => share !== null && share > 0 && share < 1);
