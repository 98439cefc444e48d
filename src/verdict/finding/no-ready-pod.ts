import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byChange, byHand } from './remedy.ts';
import { isOver, ruleWaits } from './later.ts';
import { takesOver } from './takes-over.ts';

/** A rule sends requests to a version none of whose pods is ready. */
export const noReadyPod: FindingKind = {
  code: 'no-ready-pod',
  seenIn: (record) =>
    failureGroups(record, ['no-pod'], targetOf).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'no-ready-pod',
        sentence: `${targetOf(one!)} has no ready pod, and the rule sends requests to it: they get 503. ${harmText(group.harm, record)}.`,
        why: 'A subset or Service without an endpoint answers 503 for its whole share (Envoy flag UH); other versions do not help out.',
        remedies: [
          ...(isOver(record, group.harm) ? ruleWaits(record, group.harm, 5) : []),
          ...(one!.version === null
            ? []
            : [
                byChange({
                  kind: 'no-traffic',
                  service: one!.service,
                  version: one!.version,
                  to: takesOver(record, one!.service, one!.version),
                }),
              ]),
          ...(one!.version === null ? [byHand(`See why pods of ${targetOf(one!)} are not ready.`)] : []),
        ],
      });
    }),
};
