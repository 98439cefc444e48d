import { group, sum } from 'd3-array';
import type { PodRecord } from '../../record/pod.ts';
import { count, missing, percent } from '../../words/number.ts';
import { left, right, type Table } from './table.ts';

/** How each pod fared, the hottest first: the one that was full longest, then the one that had most requests at once. */
export function podLoadTable(pods: readonly PodRecord[]): Table {
  const asked = pods.filter((own) => own.requests > 0);
  const ofWorkload = group(asked, (own) => own.workload);
  const hottest = [...asked].sort(
    (a, b) => b.overSeconds - a.overSeconds || b.mostInSystem - a.mostInSystem || b.requests - a.requests,
  );
  return {
    caption:
      'Pod by pod, the hottest first: requests that came to it, and how full it was in its worst window',
    columns: [
      left('Pod'),
      left('Version'),
      ...[
        'Requests',
        'Of its workload',
        'CPU of its limit, at most',
        'Requests in it, at most',
        'Full for',
        'Errors',
        'Ejected for',
      ].map(right),
    ],
    rows: hottest.map((own) => {
      const all = sum(ofWorkload.get(own.workload)!, (each) => each.requests);
      return [
        own.pod,
        own.version ?? missing,
        count(own.requests),
        percent(own.requests / all, all),
        own.mostUsed === null ? missing : `${(own.mostUsed * 100).toFixed(0)} %`,
        atOnce(own.mostInSystem),
        secondsText(own.overSeconds),
        count(own.failed),
        secondsText(own.ejectedSeconds),
      ];
    }),
  };
}

const secondsText = (s: number): string => (s === 0 ? missing : `${Number(s.toFixed(1))} s`);

/** A mean over a window: whole from ten on. */
const atOnce = (n: number): string => (n >= 9.95 ? count(Math.round(n)) : n.toFixed(1));
