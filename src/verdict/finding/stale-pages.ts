import { count, plural, seconds } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** Pages of a browser that an old rule decided, while the new one was on its way. */
export const stalePages: FindingKind = {
  code: 'stale-pages',
  seenIn: (record) =>
    record.refreshes.flatMap((session) => {
      const stale = session.refreshes.filter((own) => own.stale);
      if (stale.length === 0) return [];
      const slowest = Math.max(
        0,
        ...record.pushes.flatMap((push) =>
          push.settledSeconds === null ? [] : [push.settledSeconds - push.changedSeconds],
        ),
      );
      return [
        {
          code: 'stale-pages',
          level: 'note' as const,
          sentence: `${plural(stale.length, 'page')} of ${count(session.refreshes.length)} of ${session.name} ${stale.length === 1 ? 'was' : 'were'} decided by the old rule: the new one was still on its way.`,
          evidence:
            slowest === 0 ? [] : [`The slowest change reached the last proxy after ${seconds(slowest)}.`],
          harm: {
            ...noHarm,
            requests: stale.length,
            seconds: stale.at(-1)!.atSeconds - stale[0]!.atSeconds,
            fromSeconds: stale[0]!.atSeconds,
            toSeconds: stale.at(-1)!.atSeconds,
          },
          why: 'A rule takes up to some seconds to reach every proxy; until then old and new act side by side.',
          remedies: [byHand('Wait some seconds after `kubectl apply` before you count.')],
          look: 'session',
          trace: '--where stale',
        },
      ];
    }),
};
