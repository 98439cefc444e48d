import { didYouMean } from '../../manifest/did-you-mean.ts';
import { orderLimit } from '../../verdict/evidence.ts';
import { evidenceLevels } from '../../verdict/rule-of-evidence.ts';
import { percent, pointsText } from '../../words/number.ts';
import { describeChange } from './changes.ts';
import { shortName } from './choice.ts';
import type { Judged } from './judge-cases.ts';
import { count, describeReading, type Reading } from './reading.ts';
import { alwaysValid, type SplitWatch } from './split-watch.ts';

/** How it was judged, what was read, which changes were placed where, and what does not reach as far as the counts. */
export function notesOf(
  judged: readonly Judged[],
  reading: Reading,
  watch: SplitWatch | undefined,
  conf: number,
): string[] {
  const notes: string[] = [];
  const watched = watch?.state;
  if (watched !== undefined) {
    notes.push(
      `While watching: ${watchText(watch!)}, ${alwaysValid(watched)}${judged[0]!.case.changes.length > 0 ? ' under the last weights' : ''}. The judgement above is for one look at a moment chosen beforehand; whoever stopped because of what came goes by the watch.`,
    );
  }
  if (judged.length > 1) {
    notes.push(
      `${judged.length} services are judged at once: each more strictly, so that luck is called a fault in at most ${percent(evidenceLevels({ conf }).fault)} of all (Holm).`,
    );
  }
  notes.push(...describeReading(reading));
  for (const change of judged[0]?.case.changes ?? []) notes.push(`Weights ${describeChange(change)}.`);
  for (const { case: own } of judged) {
    if (own.tally.standIns.size > 0) {
      const names = [...own.tally.standIns].map(([name, key]) => `${name} for ${key}`);
      notes.push(`A name in the data stands for a version of the weights: ${names.join(', ')}.`);
    }
    const { kept, total } = own.tally;
    const first = (most: number): string => `the first ${count(Math.min(kept, most), 'request')}`;
    if (own.changes.length > 0 && kept < total) {
      notes.push(
        `Which weights a request was drawn by is known for ${first(kept)} of ${count(total, 'request')}: these are judged.`,
      );
    }
    if (kept > orderLimit)
      notes.push(`Order and clients are judged on ${first(orderLimit)}, the counts on all.`);
  }
  return notes;
}

function watchText({ alarmed, rightAfter, within }: SplitWatch): string {
  if (alarmed) return 'an alarm was raised';
  const right =
    rightAfter === undefined
      ? 'the shares are not yet shown'
      : `after ${count(rightAfter, 'request')} the shares were shown`;
  return `no alarm was raised, ${right} to be within ${pointsText(within)} of the weights`;
}

/** Why there was nothing to judge: what was read, and, where no request was for the host, for which they were. */
export function emptyNotes(reading: Reading, host: string | undefined): string[] {
  const { otherHosts } = reading;
  if (otherHosts.size === 0 || host === undefined) return describeReading(reading);
  const near = didYouMean(host, [...otherHosts].map(shortName));
  return [
    ...describeReading(reading),
    `The data are of ${[...otherHosts].join(', ')}${near === undefined ? '' : `: did you mean --host ${near}?`}`,
  ];
}
