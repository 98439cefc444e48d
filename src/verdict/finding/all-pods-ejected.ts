import type { Failure } from '../../record/failure.ts';
import type { RunRecord } from '../../record/record.ts';
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
            percent: someStay(record, one!),
          }),
          byHand('Find out why the pods fail, and mend that first.'),
        ],
      });
    }),
};

/** All but one of the pods, at most half of them (Envoy: 100 (ejected + 1) / hosts <= maxEjectionPercent). */
function someStay({ pods }: RunRecord, { pod }: Failure): number {
  const workload = pods.find((own) => own.pod === pod)?.workload;
  const all = pods.filter((own) => own.workload === workload).length;
  return all < 2 ? 50 : Math.min(50, Math.floor((100 * (all - 1)) / all));
}
