import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
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
        sentence: `${targetOf(one!)} has no ready pod, and ${callersIn(group.failures)} sent requests to it: they got ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'Where a subset or Service has no endpoint, the caller’s proxy answers its whole share with 503 (flag UH); other versions do not take over.',
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
