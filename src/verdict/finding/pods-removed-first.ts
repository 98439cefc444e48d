import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, targetOf } from './failures.ts';

/** The old version went before the rule that leaves it had arrived everywhere. */
export const podsRemovedFirst: FindingKind = {
  code: 'pods-removed-first',
  seenIn: (record) =>
    failureGroups(record, ['pods-removed-first'], targetOf).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'pods-removed-first',
        sentence: `The pods of ${targetOf(one!)} were removed before the new rule had reached ${callersIn(group.failures)}: its proxies still sent requests there, and got 503. ${harmText(group.harm, record)}.`,
        why: 'A rule takes up to some seconds to reach every proxy, pods go at once. What a proxy has not been told, it does not know.',
        remedy: `Keep the pods of ${targetOf(one!)} until every proxy holds the new rule (\`istioctl proxy-status\`), then scale down.`,
      });
    }),
};
