import { endpointsByHand } from './endpoints-by-hand.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
import { listed } from '../../words/listed.ts';
import { byHand } from './remedy.ts';
import { isOver, ruleWaits } from './later.ts';
import type { Failure } from '../../record/failure.ts';
import type { Harm, Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { withoutTraffic } from './takes-over.ts';

/** A rule sends requests to a version none of whose pods is ready. */
export const noReadyPod: FindingKind = {
  code: 'no-ready-pod',
  seenIn: (record) =>
    failureGroups(record, ['no-pod'], (own) => emptyIn(record, own)).flatMap((group) => {
      const [one] = group.failures;
      if (endpointsByHand(record, one!) !== undefined) return [];
      const empty = emptyIn(record, one!);
      const recreated = recreatedIn(record, workloadsOf(record, one!), group.harm);
      return failureFinding(record, group, {
        code: 'no-ready-pod',
        sentence: `${empty} has no ready pod${recreated.length === 0 ? '' : `, ${recreateText(recreated)}`}, and ${callersIn(group.failures)} sent requests to it: they got ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'Where a subset or Service has no endpoint, the caller’s proxy answers its whole share with 503 (flag UH); other versions do not take over.',
        remedies: [
          ...recreated.flatMap(recreateRemedies),
          ...(podCame(record, one!.service, group.harm) ? ruleWaits(record, group.harm, 5) : []),
          ...withoutTraffic(record, one!.service, one!.version),
          ...readyRemedies(empty, workloadsOf(record, one!)),
        ],
      });
    }),
};

/** What has no pod: a version, or the Service where the version is all that it has, with a rule or without. */
function emptyIn(record: RunRecord, one: Failure): string {
  const all = record.mesh.flatMap(({ calls }) => calls).find(({ service }) => service === one.service);
  const own = workloadsOf(record, one);
  return all !== undefined && own.length > 0 && all.workloads.every((each) => own.includes(each))
    ? one.service
    : targetOf(one);
}

/** Of these workloads those that made way for a new template of theirs when it began. */
function recreatedIn(
  { mesh, capacity }: RunRecord,
  workloads: readonly string[],
  { fromSeconds }: Harm,
): readonly string[] {
  if (fromSeconds === null) return [];
  const facts = mesh.findLast((own) => own.fromSeconds <= fromSeconds)?.workloads ?? [];
  const events = capacity?.podEvents ?? [];
  return workloads.filter((name) => {
    if (facts.find((own) => own.name === name)?.recreates !== true) return false;
    const own = events.filter(({ workload }) => workload === name);
    // Those that go before anything fails are followed by new ones; of a workload that is scaled to none they are not.
    const left = own.findLast(({ what, atSeconds }) => what === 'terminating' && atSeconds <= fromSeconds);
    return (
      left !== undefined &&
      own.some(({ what, atSeconds }) => what === 'created' && atSeconds > left.atSeconds)
    );
  });
}

/** "for Deployment web (strategy Recreate) makes no new pod before its old ones are gone" */
export const recreateText = (workloads: readonly string[]): string =>
  `for ${workloads.length === 1 ? 'Deployment' : 'Deployments'} ${listed([...workloads])} (strategy Recreate) ${workloads.length === 1 ? 'makes' : 'make'} no new pod before all old ones are gone`;

/** What keeps pods there while others come. */
export const recreateRemedies = (workload: string): Remedy[] => [
  byHand(
    `Let ${workload} roll: strategy RollingUpdate with maxUnavailable: 0. Where two versions may not run at once, send its requests elsewhere first.`,
  ),
];

/** Workloads whose pods a rule or a caller would choose from. */
const workloadsOf = ({ mesh }: RunRecord, { service, version }: Failure): readonly string[] =>
  (version === null
    ? mesh.flatMap(({ calls }) => calls).find((own) => own.service === service)
    : mesh
        .flatMap(({ rules }) => rules.flatMap(({ destinations }) => destinations))
        .find((own) =>
          own.subset === null ? own.service === version : own.service === service && own.subset === version,
        )
  )?.workloads ?? [];

/** What gives a version or a Service pods. @param workloads those whose pods it selects */
export const readyRemedies = (empty: string, workloads: readonly string[]): Remedy[] => [
  byHand(
    workloads.length === 0
      ? `Correct the labels that ${empty} selects, or those of the pods; or apply the workload first.`
      : `Give ${listed(workloads)} ready pods (replicas, a readiness probe), and send requests there only then.`,
  ),
];

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
