import type { StalledRollout } from '../../record/capacity.ts';
import { moment, plural, seconds } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A new template came so late that none of its pods was ready when the run ended: what held until then says nothing of it. */
export const rolloutUnfinished: FindingKind = {
  code: 'rollout-unfinished',
  seenIn: ({ capacity, scenario: { durationSeconds } }) =>
    (capacity?.stalled ?? [])
      .filter(({ because }) => because === 'run ends')
      .map((own) => ({
        code: 'rollout-unfinished',
        level: 'harms',
        sentence: `The run ended before ${own.old === null ? 'a' : 'a new'} pod of ${own.kind} ${own.workload} was ready: it says nothing of how ${own.old === null ? 'it serves' : 'the new version serves'}.`,
        evidence: [
          `The first of them was made at ${moment(own.fromSeconds)}, ${seconds(durationSeconds - own.fromSeconds)} before the end. At the end, ${plural(own.pods, 'pod')}: not ready yet${oldText(own)}.`,
        ],
        harm: noHarm,
        why: 'A pod gets requests when it is ready: its application has started, and its readiness probe has passed.',
        remedies: [byHand('Play on until they are ready and have served a while: a longer duration.')],
        look: 'capacity',
        trace: null,
      })),
};

const oldText = ({ old }: StalledRollout): string =>
  old === null || old === 0 ? '' : `; ${plural(old, 'old pod')} ${old === 1 ? 'serves' : 'serve'}`;
