import { sort } from 'd3-array';
import type { Push, RunRecord } from '../../record/record.ts';
import { count, missing, moment, seconds } from '../../words/number.ts';
import { pushText } from '../words.ts';
import { left, right, type Table } from './table.ts';

/** When the proxies held each push, counted from the change that it carries. */
export function propagationTable(record: RunRecord): Table {
  return {
    caption: 'How each change reached the proxies, in seconds since the change',
    columns: [
      right('Snapshot'),
      left('Change'),
      right('Changed at'),
      right('Push began'),
      right('First proxy'),
      right('Half of them'),
      right('Last proxy'),
      right('Proxies'),
    ],
    rows: record.pushes.map((push) => {
      const { delays, total } = arrivalDelays(push);
      const half = delays[Math.ceil(total / 2) - 1];
      return [
        count(push.snapshot),
        pushText(push, 3),
        moment(push.changedSeconds),
        seconds(push.startedSeconds - push.changedSeconds),
        delays.length === 0 ? missing : seconds(delays[0]!),
        half === undefined ? missing : seconds(half),
        push.settledSeconds === null
          ? 'not within the run'
          : seconds(push.settledSeconds - push.changedSeconds),
        `${count(delays.length)} of ${count(total)}`,
      ];
    }),
  };
}

/** Seconds from the change to each arrival, in order, and how many proxies were to get it. */
export function arrivalDelays(push: Push): { readonly delays: readonly number[]; readonly total: number } {
  const delays = push.arrivals.flatMap(({ atSeconds }) =>
    atSeconds === null ? [] : [atSeconds - push.changedSeconds],
  );
  return { delays: sort(delays), total: push.arrivals.length };
}
