import type { Remedy } from '../../record/finding.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** A rule names a port of a Service that the Service does not have: there is no such cluster, whatever its subset. */
export const portUnknown: FindingKind = {
  code: 'port-unknown',
  seenIn: (record) =>
    failureGroups(record, ['port-unknown'], targetOf).map((group) => {
      const { service } = group.failures[0]!;
      return failureFinding(record, group, {
        code: 'port-unknown',
        sentence: `A rule sends requests of ${callersIn(group.failures)} to a port that the Service ${service} does not have: they get ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'istiod makes a cluster for each port of a Service, and for each of its subsets there; Envoy does not know the one that the rule names (flag NC).',
        remedies: portRemedies(service),
      });
    }),
};

/** Which port is meant, only the author of the rule knows. */
export const portRemedies = (service: string): Remedy[] => [
  byHand(
    `Correct the port of the destination in the rule, or leave it out where ${service} has one port alone; it is the port of the Service, not that of its pods (targetPort).`,
  ),
];
