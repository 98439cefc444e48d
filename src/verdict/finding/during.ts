import type { RunRecord } from '../../record/record.ts';
import { moment } from '../../words/number.ts';

/** "From 60 s on, ", "From 60 s to 120 s, ", before a sentence; of the whole run nothing. */
export function during(
  { scenario: { durationSeconds } }: RunRecord,
  fromSeconds: number,
  toSeconds: number,
): string {
  if (toSeconds < durationSeconds) return `From ${moment(fromSeconds)} to ${moment(toSeconds)}, `;
  return fromSeconds === 0 ? '' : `From ${moment(fromSeconds)} on, `;
}
