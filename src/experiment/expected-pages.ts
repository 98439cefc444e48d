import { sum } from 'd3-array';
import { kindOf, type Traffic } from '../mesh/app/traffic/index.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** About how many pages a run asks for, as far as its traffic can tell before it is played. */
export const expectedPages = ({ traffic, durationUs }: Pick<Scenario, 'traffic' | 'durationUs'>): number =>
  sum(traffic, (own) => kindOf(own).pagesUntil?.(own, durationUs) ?? written(own));

/** Of an entry that lists its pages, or counts them. */
function written(own: Traffic): number {
  if (own.kind === 'replay') return own.atUs.length;
  return own.kind === 'refresh' ? own.count : Infinity;
}
