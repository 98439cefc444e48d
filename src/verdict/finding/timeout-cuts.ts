import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { byHand } from './remedy.ts';

/** Somebody stopped waiting. */
export const timeoutCuts: FindingKind = {
  code: 'timeout-cuts',
  seenIn: (record) =>
    failureGroups(record, ['timeout', 'caller-left'], ({ service, cause }) => `${service} ${cause}`).map(
      (group) => {
        const [one] = group.failures;
        return failureFinding(record, group, {
          code: 'timeout-cuts',
          sentence: `${one!.cause === 'timeout' ? 'The timeout of the rule' : `The patience of ${callersIn(group.failures)}`} for ${one!.service} ended before the answer came. ${harmText(group.harm, record)}.`,
          why: 'Whoever stops waiting does not stop the work: the pod goes on with it. The cause is what made the answer slow; see the findings beside this one.',
          remedies: [
            byHand(
              'Find what is slow first. A timeout must be longer than the slowest answer that is still worth having, retries and their pauses included.',
            ),
          ],
        });
      },
    ),
};
