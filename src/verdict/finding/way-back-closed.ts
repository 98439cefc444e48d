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
        why: `The old version has lost pods, as its traffic went away. After a revert its traffic is back at once, and new pods take their time${tightest === null ? '' : `: ${tightest} is then at its limit`}.`,
        remedies: [
          byHand(
            'Keep the old version large enough for the whole load (minReplicas, or no autoscaler) until you are sure that you will not go back; or go back in steps.',
          ),
        ],
        look: 'capacity',
        trace: null,
      },
    ];
  },
};
