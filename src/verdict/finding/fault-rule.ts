import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText } from './failures.ts';
import { byChange } from './remedy.ts';

/** A rule injects faults. */
export const faultRule: FindingKind = {
  code: 'fault-rule',
  seenIn: (record) =>
    failureGroups(record, ['fault-rule'], ({ service }) => service).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'fault-rule',
        sentence: `A fault of a rule answered in place of ${one!.service}. ${harmText(group.harm, record)}.`,
        why: 'The rule has `fault: { abort: ... }` (Envoy flag FI): this is what it is for.',
        remedies: [byChange({ kind: 'no-fault', service: one!.service })],
      });
    }),
};
