import type { FindingKind } from './finding.ts';
import type { Remedy } from '../../record/finding.ts';
import { callersIn, failureFinding, failureGroups, harmText } from './failures.ts';
import { listed } from '../../words/listed.ts';
import { byHand } from './remedy.ts';

/** A Service is called at a port that it does not have. */
export const noSuchPort: FindingKind = {
  code: 'no-such-port',
  seenIn: (record) =>
    failureGroups(record, ['no-such-port'], ({ host }) => host).map((group) => {
      const { host, service } = group.failures[0]!;
      const port = Number(host.split(':').at(-1)!);
      const has = record.mesh
        .flatMap(({ calls }) => calls)
        .findLast((own) => own.service === service && own.port === port)?.has;
      return failureFinding(record, group, {
        code: 'no-such-port',
        sentence: `${callersIn(group.failures)} called ${host}, and Service ${service} does not have that port${portsText(has)}: nobody answers there. ${harmText(group.harm, record)}.`,
        why: 'The address of a Service takes connections at its ports alone. What goes to another one is lost (kube-proxy in its iptables mode) until somebody gives up: a sidecar after 10 s, with 503 UF (at once where outboundTrafficPolicy is REGISTRY_ONLY), an application without one when its patience ends.',
        remedies: calledPortRemedies(service, port, has),
      });
    }),
};

/** " (it has 9080)" */
export const portsText = (has: readonly number[] | undefined): string =>
  has === undefined || has.length === 0 ? '' : ` (it has ${listed(has.map(String))})`;

/** Which of the two is meant, only the author knows. */
export const calledPortRemedies = (
  service: string,
  port: number,
  has: readonly number[] | undefined,
): Remedy[] => [
  byHand(
    `Ask at a port that Service ${service} has${has?.length === 1 ? `, ${has[0]!},` : ''} in the traffic or the app file, or add port ${port} to the Service.`,
  ),
];
