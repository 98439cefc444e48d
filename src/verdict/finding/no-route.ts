import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { byChange, byHand } from './remedy.ts';

/** No route takes the request: 404. */
export const noRoute: FindingKind = {
  code: 'no-route',
  seenIn: (record) =>
    failureGroups(record, ['no-route'], ({ host, caller }) => `${host} ${caller}`).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'no-route',
        sentence: `No rule takes the requests of ${callersIn(group.failures)} to ${one!.host}: they get 404. ${harmText(group.harm, record)}.`,
        why: 'The proxy has rules for this host, and none of their matches fits the request (Envoy flag NR).',
        remedies: [
          byChange({ kind: 'last-route', host: one!.host }),
          byHand('Correct the match, the host or the gateway.'),
        ],
      });
    }),
};
