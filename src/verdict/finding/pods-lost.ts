import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** Requests met pods that were gone, refused them, or died with them. */
export const podsLost: FindingKind = {
  code: 'pods-lost',
  seenIn: (record) =>
    failureGroups(record, ['pod-gone', 'refused', 'broken-off'], targetOf).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'pods-lost',
        sentence: `Requests met pods of ${targetOf(one!)} that were gone, took no connection, or died with them. ${harmText(group.harm, record)}.`,
        why: 'A pod that ends, or refuses, breaks the requests that are on their way to it, until its endpoint is out of every proxy (Envoy flags UF, UC).',
        remedies: [
          byHand(
            'A preStop sleep of some seconds keeps a pod that is to go until nobody sends to it; retries on connect-failure hide the rest. Where containers crash, mend that first.',
          ),
        ],
      });
    }),
};
