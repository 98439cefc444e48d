import type { Change } from '../../manifest/change/index.ts';
import type { Harm, Remedy } from '../../record/finding.ts';
import type { RunRecord, TimelineEntry } from '../../record/record.ts';
import { byChange } from './remedy.ts';

/** An entry of the timeline by which operators act; the rest befalls the mesh. */
const isOperators = ({ verb }: TimelineEntry): boolean =>
  ['apply', 'delete', 'scale', 'restart'].includes(verb);

/** The last entry of operators until a moment that fits. */
export const lastEntry = (
  { timeline }: RunRecord,
  untilSeconds: number,
  fits: (entry: TimelineEntry) => boolean,
): TimelineEntry | undefined =>
  timeline.findLast((own) => own.atSeconds <= untilSeconds && isOperators(own) && fits(own));

/** An entry of the timeline waits until the first whole second from a moment on; where one of its verb would be overtaken, all those wait as long. */
export function waits(
  { timeline }: RunRecord,
  { verb, file, atSeconds }: TimelineEntry,
  untilSeconds: number,
): Change {
  const toSeconds = Math.ceil(untilSeconds);
  const withRest = timeline.some(
    (own) => own.verb === verb && own.atSeconds > atSeconds && own.atSeconds <= toSeconds,
  );
  return { kind: 'later', verb, file, atSeconds, toSeconds, withRest };
}

/** When the slowest proxy held what was changed last before a moment, endpoints and rules alike. */
export const settledAfter = ({ pushes }: RunRecord, fromSeconds: number): number =>
  Math.max(
    0,
    ...pushes.flatMap(({ changedSeconds, settledSeconds }) =>
      changedSeconds <= fromSeconds && settledSeconds !== null ? [settledSeconds] : [],
    ),
  );

/** It came to an end before the run did. */
export const isOver = ({ scenario }: RunRecord, { toSeconds }: Harm): boolean =>
  toSeconds !== null && toSeconds < scenario.durationSeconds - 5;

/** The rule in force at the first failure waits until some seconds after the last; empty: it was there from the start. */
export function ruleWaits(
  record: RunRecord,
  { fromSeconds, toSeconds }: Harm,
  restSeconds: number,
): Remedy[] {
  const rule = lastEntry(record, fromSeconds ?? 0, ({ changed = [] }) =>
    changed.some(({ kind }) => kind === 'VirtualService' || kind === 'HTTPRoute'),
  );
  return rule === undefined ? [] : [byChange(waits(record, rule, (toSeconds ?? 0) + restSeconds))];
}
