import type { RunRecord } from '../../record/record.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { byChange, byHand } from './remedy.ts';
import { withoutFaults } from './without-faults.ts';

/** Somebody stopped waiting. */
export const timeoutCuts: FindingKind = {
  code: 'timeout-cuts',
  seenIn: (record) =>
    failureGroups(record, ['timeout', 'caller-left'], ({ service, cause }) => `${service} ${cause}`).map(
      (group) => {
        const [one] = group.failures;
        return failureFinding(record, group, {
          code: 'timeout-cuts',
          sentence: `${one!.cause === 'timeout' ? `The timeout of the rule for ${one!.service} ended` : `${callersIn(group.failures)} stopped waiting for ${one!.service}`} before the answer came. ${harmText(group.harm, record)}.`,
          why: 'A caller that stops waiting does not stop the work: the pod goes on with it. The cause is what made the answer slow; see the other findings.',
          remedies: [
            ...(one!.cause === 'timeout'
              ? [
                  byChange({
                    kind: 'timeout',
                    service: one!.service,
                    seconds: longEnough(record, one!.service),
                  }),
                ]
              : []),
            ...withoutFaults(record),
            byHand(
              one!.cause === 'timeout'
                ? 'Find what is slow first.'
                : 'Find what is slow first: how long a caller waits is its own, and no rule makes it longer.',
            ),
          ],
        });
      },
    ),
};

/** Four times the longest that anybody waited: nobody knows how long those would have taken that were cut. */
const longEnough = ({ splits, pages }: RunRecord, service: string): number => {
  const longest = splits.find((own) => own.service === service)?.latency.map(({ maxMs }) => maxMs) ?? [];
  return Math.max(
    1,
    Math.ceil((4 * Math.max(...longest, longest.length === 0 ? pages.latency.maxMs : 0)) / 1000),
  );
};
