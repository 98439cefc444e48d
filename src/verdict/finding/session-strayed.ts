import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { strayRemedies, strayWhy } from './stray.ts';

/** One browser's tally or order is not what independent draws bring. */
export const sessionStrayed: FindingKind = {
  code: 'session-strayed',
  seenIn: (record) =>
    record.refreshes.flatMap((session) =>
      session.verdict.kind !== 'fault' || session.errors > 0
        ? []
        : [
            {
              code: 'session-strayed',
              level: 'breaks' as const,
              sentence: session.verdict.sentence,
              evidence: session.verdict.reasons,
              harm: {
                ...noHarm,
                requests: session.refreshes.length,
                fromSeconds: session.refreshes[0]!.atSeconds,
                toSeconds: session.refreshes.at(-1)!.atSeconds,
              },
              why: strayWhy(record),
              remedies: [
                ...strayRemedies(record),
                byHand(
                  'Compare two pages that follow each other: what decided each of them (`meshshift trace`)?',
                ),
              ],
              look: 'session',
              trace: null,
            },
          ],
    ),
};
