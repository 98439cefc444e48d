import { sum } from 'd3-array';
import { kindOf } from '../mesh/app/traffic/index.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** About how many pages a run asks for, as far as its traffic can tell before it is played. */
export const expectedPages = ({ traffic, durationUs }: Pick<Scenario, 'traffic' | 'durationUs'>): number =>
  sum(traffic, (own) => {
    const { pagesUntil, pagesWritten } = kindOf(own);
    return pagesWritten?.(own) ?? pagesUntil?.(own, durationUs) ?? Infinity;
  });
