import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf, versionsIn } from './failures.ts';
import { byChange, byHand } from './remedy.ts';

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
          byChange({
            kind: 'max-ejection',
            service: one!.service,
            versions: versionsIn(group.failures),
            // Envoy ejects while 100 (ejected + 1) / hosts <= maxEjectionPercent: half of the pods stay, and the only one.
            percent: 50,
          }),
          byHand('Find out why the pods fail, and mend that first.'),
        ],
      });
    }),
};
