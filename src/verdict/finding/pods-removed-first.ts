import type { Failure } from '../../record/failure.ts';
import type { Harm, Remedy } from '../../record/finding.ts';
import type { RunRecord, TimelineEntry } from '../../record/record.ts';
import type { FindingKind } from './finding.ts';
import { lastEntry, settledAfter, waits } from './later.ts';
import { byChange, byHand } from './remedy.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';

/** The old version went before the rule that leaves it had arrived everywhere. */
export const podsRemovedFirst: FindingKind = {
  code: 'pods-removed-first',
  seenIn: (record) =>
    failureGroups(record, ['pods-removed-first'], targetOf).map((group) => {
      const [one] = group.failures;
      const removal = removalOf(record, one!, group.harm.fromSeconds ?? 0);
      return failureFinding(record, group, {
        code: 'pods-removed-first',
        sentence: `The pods of ${targetOf(one!)} were removed before the new rule had reached ${callersIn(group.failures)}, whose proxies still sent requests there: they got ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'A rule can take some seconds to reach every proxy, and pods go at once. Until then a proxy acts on the old rule.',
        remedies: [
          ...(removal === undefined
            ? []
            : [byChange(waits(record, removal, restSeconds(record, removal, group.harm)))]),
          ...keepRemedies(targetOf(one!)),
        ],
      });
    }),
};

/** @param whose pods go: a version, or its workload */
export const keepRemedies = (whose: string): Remedy[] => [
  byHand(`Keep the pods of ${whose} until every proxy holds the new rule (\`istioctl proxy-status\`).`),
];

/** What took the pods away: the last that operators did to their workload before the first failure. */
function removalOf(
  record: RunRecord,
  { pod, service, version }: Failure,
  untilSeconds: number,
): TimelineEntry | undefined {
  const workloads = record.pods.flatMap((own) =>
    own.pod === pod || (service === record.focus && own.version === version) ? [own.workload] : [],
  );
  return lastEntry(record, untilSeconds, ({ changed = [] }) =>
    changed.some(({ kind, name }) => workloadKinds.includes(kind) && workloads.includes(name)),
  );
}

const workloadKinds = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Rollout', 'Pod'];

/** Some seconds after the last proxy has heard of the rule, and after the last failure. */
const restSeconds = (record: RunRecord, { atSeconds }: TimelineEntry, { toSeconds }: Harm): number =>
  Math.max(settledAfter(record, atSeconds), toSeconds ?? 0) + 3;
