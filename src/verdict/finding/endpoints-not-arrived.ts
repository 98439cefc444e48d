import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';
import { ruleWaits } from './later.ts';

/** Pods are ready, and the proxy does not know yet. */
export const endpointsNotArrived: FindingKind = {
  code: 'endpoints-not-arrived',
  seenIn: (record) =>
    failureGroups(record, ['endpoints-not-arrived'], targetOf).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'endpoints-not-arrived',
        sentence: `Pods of ${targetOf(one!)} were ready, but the proxies of ${callersIn(group.failures)} had not been told yet: 503. ${harmText(group.harm, record)}.`,
        why: 'Endpoints travel as rules do: through the EndpointSlice, istiod and a push. A rule may overtake them.',
        remedies: [
          ...ruleWaits(record, group.harm, 3),
          byHand(
            `Let some seconds pass between the first ready pod of ${targetOf(one!)} and the rule that sends to it.`,
          ),
        ],
      });
    }),
};
