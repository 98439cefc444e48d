import { plural } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { isDrawn } from './is-drawn.ts';

/** Pages that rules decided one by one, without a draw: for whom, not how many. */
export const notADraw: FindingKind = {
  code: 'not-a-draw',
  seenIn: (record) =>
    record.refreshes.flatMap((session) => {
      if (session.errors > 0 || isDrawn(session) || session.refreshes.every(({ share }) => share === null))
        return [];
      const counts = session.keys.flatMap((key, place) =>
        session.counts[place]! === 0 ? [] : [`${session.counts[place]!} of ${key}`],
      );
      return [
        {
          code: 'not-a-draw',
          level: 'note' as const,
          sentence: `${plural(session.refreshes.length, 'page')} of ${session.name} brought ${listed(counts)}, and none was drawn: each time one rule with one destination decided.`,
          evidence: [],
          harm: noHarm,
          why: 'A match (a header, a path) or a weight of 100 leaves nothing to chance.',
          remedies: [],
          look: 'session',
          trace: null,
        },
      ];
    }),
};
