import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** Outlier detection has put every pod out. */
export const allPodsEjected: FindingKind = {
  code: 'all-pods-ejected',
  seenIn: (record) =>
    failureGroups(record, ['all-ejected'], targetOf).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'all-pods-ejected',
        sentence: `Outlier detection had ejected every pod of ${targetOf(one!)}, and nobody was left to answer: 503. ${harmText(group.harm, record)}.`,
        why: 'The proxy knows pods, and has ejected all of them (maxEjectionPercent allows it, minHealthPercent does not forbid it).',
        remedies: [
          byHand('Lower maxEjectionPercent, so that some pods stay in; and mend what made the pods fail.'),
        ],
      });
    }),
};
