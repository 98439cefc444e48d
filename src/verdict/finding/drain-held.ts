import type { HeldDrain } from '../../record/capacity.ts';
import type { Remedy } from '../../record/finding.ts';
import { moment, plural } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** So long pods may well take to be ready: a drain that waits for them is not held for ever. */
const longSeconds = 600;

/** A node that is drained keeps pods, since a PodDisruptionBudget lets none of them go. */
export const drainHeld: FindingKind = {
  code: 'drain-held',
  seenIn: ({ capacity, scenario }) =>
    (capacity?.held ?? []).map((own) => {
      const { node, workload, pods, fromSeconds, because } = own;
      const mayEnd = because === 'not ready' && scenario.durationSeconds - fromSeconds < longSeconds;
      return {
        code: 'drain-held',
        level: mayEnd ? 'note' : 'harms',
        sentence: `Node ${node} is not drained: ${plural(pods, 'pod')} of ${workload} ${pods === 1 ? 'stays' : 'stay'} there from ${moment(fromSeconds)} to the end, for ${heldText(own)}.`,
        evidence: [],
        harm: noHarm,
        why: heldWhy,
        remedies: heldRemedies(own),
        look: null,
        trace: null,
      };
    }),
};

/** What a budget says, and what is there. */
export type HeldBy = Pick<HeldDrain, 'budgets' | 'because' | 'expected' | 'desired' | 'sparesFrom'> & {
  /** Absent: it is not known yet. */
  readonly healthy?: number;
};

const heldWhy =
  'Kubernetes refuses to evict a pod where its budget forbids it, and kubectl drain asks again every 5 s, without end. Meanwhile the node takes no new pods, and what runs there runs on.';

/** "PodDisruptionBudget web wants 2 healthy pods, and 2 are to be there". */
export function heldText({ budgets, because, expected, desired, healthy }: HeldBy): string {
  const names = `PodDisruptionBudget${budgets.length === 1 ? '' : 's'} ${listed([...budgets])}`;
  const wants = `${names} wants ${plural(desired, 'healthy pod')} to stay`;
  switch (because) {
    case 'several budgets':
      return `${names} select the same pods, and a pod with more than one budget is never evicted`;
    case 'no controller':
      return `${names} counts the pods that controllers want, and no controller wants these`;
    case 'none to spare':
      return `${wants}, and no more than ${expected} ${expected === 1 ? 'is' : 'are'} to be there`;
    case 'not ready':
    case 'no room':
      return `${wants}, and ${healthy ?? 0} of ${expected} ${healthy === 1 ? 'is' : 'are'} healthy at the end${because === 'no room' ? ': no node has room for the others' : ''}`;
  }
}

/** What lets the drain go on. */
export function heldRemedies({ because, expected, sparesFrom }: HeldBy): Remedy[] {
  switch (because) {
    case 'several budgets':
      return [
        byHand('Leave one budget for these pods: delete the others, or let their selectors name other pods.'),
      ];
    case 'no controller':
      return [
        byHand(
          'Let the budget say minAvailable as a number of pods, or let a Deployment keep these pods: then they are counted.',
        ),
      ];
    case 'none to spare':
      return [
        ...(sparesFrom !== null && sparesFrom > expected
          ? [
              byHand(
                `Have ${sparesFrom} pods of those that the budget selects before the drain (replicas, or minReplicas of their autoscaler): one may leave then.`,
              ),
            ]
          : []),
        byHand(
          `Write maxUnavailable: 1 into the budget in place of what it says: ${expected === 1 ? 'the pod may leave then, and nobody serves until the next one is ready, so have two' : 'one pod at a time may leave then'}.`,
        ),
      ];
    case 'no room':
      return [byHand('Make room before the drain: one more node, or smaller requests.')];
    case 'not ready':
      return [
        byHand(
          'Find what keeps the other pods from being ready; when they are, the drain goes on by itself.',
        ),
      ];
  }
}
