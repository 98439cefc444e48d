import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** Pods are ready, and none on the node of a caller, to which its Service keeps it. */
export const noPodOnNode: FindingKind = {
  code: 'no-pod-on-node',
  seenIn: (record) =>
    failureGroups(record, ['no-pod-on-node'], targetOf).map((group) => {
      const target = targetOf(group.failures[0]!);
      const callers = callersIn(group.failures);
      return failureFinding(record, group, {
        code: 'no-pod-on-node',
        sentence: `${target} has ready pods, but none on a node from which ${callers} asked: the Service keeps callers to their own node (internalTrafficPolicy: Local), and they got ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'With internalTrafficPolicy: Local istiod and kube-proxy tell a caller of endpoints on its own node alone. Where there is none its requests fail (503, flag UH; without a sidecar no connection), whoever is ready elsewhere.',
        remedies: [
          byHand(`Leave internalTrafficPolicy out of the Service of ${target}: any ready pod answers then.`),
          byHand(`Or run a pod of ${target} on each node of ${callers}: a DaemonSet, or podAffinity.`),
        ],
      });
    }),
};
