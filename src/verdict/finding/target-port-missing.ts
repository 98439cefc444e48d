import type { Remedy } from '../../record/finding.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** A Service leads to a port by a name that no container of its pods has: ready pods, and none of them an endpoint. */
export const targetPortMissing: FindingKind = {
  code: 'target-port-missing',
  seenIn: (record) =>
    failureGroups(record, ['target-port-unknown'], targetOf).map((group) => {
      const [one] = group.failures;
      return failureFinding(record, group, {
        code: 'target-port-missing',
        sentence: `No container of the pods of ${targetOf(one!)} has the port that Service ${one!.service} names: ${callersIn(group.failures)} sent requests there and got ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'A pod is an endpoint of a Service’s port only if it has the port that targetPort leads to. Where that is a name, a container has to have a port of that name; else the pod is left out, however ready it is.',
        remedies: portNameRemedies(one!.service),
      });
    }),
};

/** What makes endpoints of the pods. */
export const portNameRemedies = (service: string): Remedy[] => [
  byHand(
    `Name the port among the ports of a container of those pods, or write its number as targetPort of Service ${service} (MS1126 says which name it is).`,
  ),
];
