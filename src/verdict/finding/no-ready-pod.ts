import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';
import { isOver, ruleWaits } from './later.ts';
import type { Harm } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
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
          ...(podCame(record, one!.service, group.harm) ? ruleWaits(record, group.harm, 5) : []),
          ...withoutTraffic(record, one!.service, one!.version),
          byHand(
            `See why no pod of ${targetOf(one!)} is ready: replicas, readiness probe, labels that fit nothing.`,
          ),
        ],
      });
    }),
};

/** It ended because a pod of the Service became ready: else there is nothing to wait for. */
function podCame(record: RunRecord, service: string, harm: Harm): boolean {
  const workloads = new Set(
    record.mesh.flatMap(({ calls, rules }) =>
      [...calls, ...rules.flatMap(({ destinations }) => destinations)]
        .filter((own) => own.service === service)
        .flatMap((own) => own.workloads),
    ),
  );
  const { fromSeconds, toSeconds } = harm;
  return (
    isOver(record, harm) &&
    (record.capacity?.podEvents ?? []).some(
      ({ what, workload, atSeconds }) =>
        what === 'ready' &&
        workloads.has(workload) &&
        atSeconds > fromSeconds! &&
        atSeconds <= toSeconds! + 5,
    )
  );
}
