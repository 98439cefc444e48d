import type { Failure } from '../../record/failure.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { byHand } from './remedy.ts';

/** What of the manifests says by hand who answers at the Service that has no pod: it is left out of the model; undefined: nothing. */
export const endpointsByHand = ({ ignored }: RunRecord, { service }: Failure): string | undefined =>
  service === ''
    ? undefined
    : ignored.find((own) => {
        const written = /^Endpoint\w+ by hand of Service (\S+)/.exec(own)?.[1];
        return written === service || written?.split('.')[0] === service;
      });

/** Requests that failed in a run for that alone. */
export const leftOutEndpoints = (record: RunRecord): FindingRecord[] =>
  failureGroups(record, ['no-pod'], (own) =>
    endpointsByHand(record, own) === undefined ? '' : own.service,
  ).flatMap((group) => {
    const [one] = group.failures;
    const written = endpointsByHand(record, one!);
    if (written === undefined) return [];
    const { service } = one!;
    return [
      failureFinding(record, group, {
        code: 'left-out',
        sentence: `Who answers at ${service} is written by hand, and the model leaves that out: ${callersIn(group.failures)} got ${statusesIn(group.failures)} there, while a cluster would ask those addresses. ${harmText(group.harm, record)}.`,
        evidence: [written],
        why: 'A Service without a selector has the endpoints that somebody writes for it; in the model pods alone are endpoints.',
        remedies: [
          byHand(
            `Let a workload stand for those addresses: give Service ${service} a selector, and apply a Deployment with its labels.`,
          ),
        ],
      }),
    ];
  });
