import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';
import { isOver, ruleWaits } from './later.ts';
import { withoutTraffic } from './takes-over.ts';

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
          ...withoutTraffic(record, one!.service, one!.version),
          byHand(
            `See why no pod of ${targetOf(one!)} is ready: replicas, readiness probe, labels that fit nothing.`,
          ),
        ],
      });
    }),
};
