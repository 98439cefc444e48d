import type { FindingKind } from './finding.ts';
import { callersIn, versionsIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { byChange, byHand } from './remedy.ts';

/** A circuit breaker refuses requests. */
export const breakerOpens: FindingKind = {
  code: 'breaker-opens',
  seenIn: (record) =>
    failureGroups(record, ['breaker-open'], ({ service, caller }) => `${service} ${caller}`).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'breaker-opens',
        sentence: `A circuit breaker of ${callersIn(group.failures)} refused requests to ${one!.service}: 503 at once. ${harmText(group.harm, record)}.`,
        why: 'More requests or connections were under way than connectionPool of the DestinationRule allows (Envoy flag UO). Each proxy counts for itself.',
        remedies: [
          byChange({
            kind: 'connection-limits',
            service: one!.service,
            versions: versionsIn(group.failures),
            limit: 1024,
          }),
          byHand(`Give ${one!.service} more pods, if they are the bottleneck.`),
        ],
      });
    }),
};
