import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText } from './failures.ts';
import { byHand } from './remedy.ts';

/** Visitors found no pod of the gateway, or lost the one that they came through. */
export const noGateway: FindingKind = {
  code: 'no-gateway',
  seenIn: (record) =>
    failureGroups(record, ['no-gateway'], () => '').map((group) =>
      failureFinding(record, group, {
        code: 'no-gateway',
        sentence: `Visitors came to no pod of the gateway, or lost their connection when one ended. ${harmText(group.harm, record)}.`,
        why: 'A gateway is a Deployment like others: a connection that comes where none of its pods is ready, or to one that is gone, is refused, and what a pod still carries when it dies is lost with it.',
        remedies: [
          byHand(
            'Keep more than one replica of the gateway, and let a rolling update bring a new pod before it takes an old one away (maxUnavailable 0); a PodDisruptionBudget does the same for drained nodes.',
          ),
        ],
      }),
    ),
};
