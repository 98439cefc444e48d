import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { byHand } from './remedy.ts';

/** A name is called that no Service has. */
export const noSuchHost: FindingKind = {
  code: 'no-such-host',
  seenIn: (record) =>
    failureGroups(record, ['no-service'], ({ host, caller }) => `${host} ${caller}`).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'no-such-host',
        sentence: `Nobody answers to ${one!.host}: no Service has that name, and every call of ${callersIn(group.failures)} to it fails. ${harmText(group.harm, record)}.`,
        why: `The sidecar of ${one!.caller} has no route for ${one!.host}. (In a cluster the name would not resolve, either.)`,
        remedies: [
          byHand(
            `Correct the host in the traffic, the app file or the rule, or apply the Service ${one!.host}.`,
          ),
        ],
      });
    }),
};
