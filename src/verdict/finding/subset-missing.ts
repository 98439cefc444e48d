import type { RunRecord } from '../../record/record.ts';
import { seconds } from '../../words/number.ts';
import type { FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { callersIn, failureFinding, failureGroups, harmText, targetOf } from './failures.ts';

/** A rule names a subset that the proxy does not know: too early by its push, or by its manifest, or never defined. */
export const subsetMissing: FindingKind = {
  code: 'subset-missing',
  seenIn: (record) =>
    failureGroups(record, ['subset-not-arrived', 'subset-unknown'], targetOf).map((group) => {
      const [one] = group.failures;
      const target = targetOf(one!);
      const isUnknown = group.failures.some(({ cause }) => cause === 'subset-unknown');
      const later = definedAt(record, target, group.harm.fromSeconds ?? 0);
      const [sentence, why, remedy] = !isUnknown
        ? [
            `The rule reached ${callersIn(group.failures)} before the subset that it names, ${target}: its whole share got 503.`,
            'The rule and the DestinationRule were changed together, and istiod sends them in what may be two pushes; Envoy does not know the cluster until then (flag NC).',
            'Apply the DestinationRule first, and the rule some seconds later.',
          ]
        : later !== undefined
          ? [
              `The rule was applied ${seconds(later - group.harm.fromSeconds!)} before the DestinationRule that defines ${target}: its whole share got 503 until then.`,
              'A rule that names a subset which nobody defines is accepted; Envoy does not know the cluster (flag NC).',
              'Apply the DestinationRule first, wait until it has reached every proxy, then the rule.',
            ]
          : [
              `No DestinationRule defines the subset of ${target}, and a rule sends requests to it: its whole share gets 503.`,
              'A rule that names a subset which nobody defines is accepted; Envoy does not know the cluster (flag NC).',
              'Correct the name of the subset in the rule, or add the subset to the DestinationRule of the host.',
            ];
      return failureFinding(record, group, {
        code: 'subset-missing',
        sentence: `${sentence} ${harmText(group.harm, record)}.`,
        why,
        remedies: [byHand(remedy)],
      });
    }),
};

/** When a later manifest brings what a destination lacked; undefined: none does. */
function definedAt({ mesh }: RunRecord, target: string, fromSeconds: number): number | undefined {
  return mesh.find(
    (step) =>
      step.fromSeconds > fromSeconds &&
      step.rules.some(({ destinations }) =>
        destinations.some(({ to, lacks }) => to === target && lacks !== 'subset'),
      ),
  )?.fromSeconds;
}
