import type { LeftOut } from '../../manifest/left-out.ts';
import { leftOutText } from '../../manifest/left-out-text.ts';
import type { Failure } from '../../record/failure.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { byHand } from './remedy.ts';

/** What of the manifests says by hand who answers at the Service that has no pod: it is left out of the model; undefined: nothing. */
export const endpointsByHand = ({ leftOut = [] }: RunRecord, { service }: Failure): LeftOut | undefined =>
  leftOut.find(
    (own) =>
      own.about === 'by-hand' &&
      own.service !== null &&
      [own.service.name, `${own.service.name}.${own.service.namespace}`].includes(service),
  );

/** Requests that failed in a run for that alone, each with what says who answers. */
export function leftOutEndpoints(
  record: RunRecord,
): { readonly own: LeftOut; readonly found: FindingRecord }[] {
  const groups = failureGroups(record, ['no-pod'], (own) =>
    endpointsByHand(record, own) === undefined ? '' : own.service,
  );
  return groups.flatMap((group) => {
    const [one] = group.failures;
    const own = endpointsByHand(record, one!);
    if (own === undefined) return [];
    const { service } = one!;
    const found = failureFinding(record, group, {
      code: 'left-out',
      sentence: `Who answers at ${service} is written by hand, and the model leaves that out: ${callersIn(group.failures)} got ${statusesIn(group.failures)} there, while a cluster would ask those addresses. ${harmText(group.harm, record)}.`,
      evidence: [leftOutText(own)],
      why: 'A Service without a selector has the endpoints that somebody writes for it; in the model pods alone are endpoints.',
      remedies: [
        byHand(
          `Let a workload stand for those addresses: give Service ${service} a selector, and apply a Deployment with its labels.`,
        ),
      ],
    });
    return [{ own, found }];
  });
}
