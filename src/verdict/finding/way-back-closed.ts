import { rollbackText } from '../capacity-verdict.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** The shift could not be taken back at each instant. */
export const wayBackClosed: FindingKind = {
  code: 'way-back-closed',
  seenIn({ capacity }) {
    const meter = capacity?.rollback ?? null;
    const unsafe = meter?.points.filter((own) => !own.isSafe) ?? [];
    if (meter === null || unsafe.length === 0) return [];
    const tightest = unsafe.find((own) => own.tightest !== null)?.tightest ?? null;
    return [
      {
        code: 'way-back-closed',
        level: 'breaks',
        sentence: rollbackText(meter),
        evidence: [],
        harm: { ...noHarm, fromSeconds: unsafe[0]!.atSeconds, toSeconds: unsafe.at(-1)!.atSeconds },
        why: `The version that one would go back to has shrunk with its traffic${tightest === null ? '' : ` (${tightest} has nothing to spare after the revert)`}; a weight moves at once, pods take their time.`,
        remedies: [
          byHand(
            'Keep the old version at the size of the whole load (minReplicas, or no autoscaler) until one would not go back any more; or go back in steps.',
          ),
        ],
        look: 'capacity',
        trace: null,
      },
    ];
  },
};
