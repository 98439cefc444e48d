import type { RefreshSession, RunRecord } from '../../record/record.ts';
import { count, milliseconds, missing, moment, percent } from '../../words/number.ts';
import { labelOf, lacksPart } from '../words.ts';
import { left, right, type Table } from './table.ts';

/** Every refresh of one session: when, what it showed, under which snapshot; at most `most` rows, and the caption says so. */
export function refreshTable(record: RunRecord, session: RefreshSession, most = 120): Table {
  return {
    caption: `Refreshes of ${session.name}${cutText(session, most)}`,
    columns: [
      right('No.'),
      right('At'),
      left('Version'),
      left('Shows'),
      right('Status'),
      right('Page took'),
      right(`Share of ${session.distributionKey ?? 'the key'} held`),
      right('Snapshot'),
      left('Rule'),
      left('Flags'),
    ],
    rows: session.refreshes.slice(0, most).map((refresh, i) => {
      const key = session.keys[refresh.key];
      return [
        count(i + 1),
        moment(refresh.atSeconds),
        key === undefined ? missing : labelOf(record, session.service, key),
        showsText(refresh.shows),
        refresh.status === 0 ? 'no answer' : refresh.status.toFixed(0),
        milliseconds(refresh.latencyMs),
        refresh.share === null ? missing : percent(refresh.share),
        count(refresh.snapshot),
        refresh.stale ? 'old rule' : 'as configured',
        refresh.flags,
      ];
    }),
  };
}

/** ", the first 120 of 2,000" where not all are shown. */
export function cutText(session: RefreshSession, most: number): string {
  const all = session.refreshes.length;
  return all > most ? `, the first ${count(most)} of ${count(all)}` : '';
}

/** What the page shows, in words: "no stars", "red stars", "error", "without ratings". */
export function showsText(shows: string): string {
  if (shows === 'none') return 'no stars';
  if (shows === 'black' || shows === 'red') return `${shows} stars`;
  if (lacksPart(shows)) return `without ${shows.slice('no-'.length)}`;
  return shows;
}

/** Counts of a session in the order of its keys, without those that nothing came of: "4 v1 (no stars), 11 v3 (red stars), 1 error". */
export function countsText(record: RunRecord, session: RefreshSession): string {
  const parts = session.keys.flatMap((key, i) => {
    const n = session.counts[i] ?? 0;
    return n > 0 || key === session.distributionKey
      ? [`${count(n)} ${labelOf(record, session.service, key)}`]
      : [];
  });
  if (session.errors > 0) parts.push(`${count(session.errors)} ${session.errors === 1 ? 'error' : 'errors'}`);
  return parts.join(', ');
}
