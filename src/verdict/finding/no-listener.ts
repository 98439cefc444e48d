import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, statusesIn } from './failures.ts';
import { byHand } from './remedy.ts';
import { droppedFor, droppedHead, droppedRemedies } from './rule-dropped.ts';

/** Visitors come to a gateway at a port where its proxies do not listen: no server of it, or none with a route of its kind. */
export const noListener: FindingKind = {
  code: 'no-listener',
  seenIn: (record) =>
    failureGroups(record, ['no-listener'], ({ host }) => host).map((group) => {
      const { host } = group.failures[0]!;
      const port = host.split(':').at(-1)!;
      const dropped = droppedFor(record, host);
      const heads = dropped.map((own) => `${droppedHead(own)} `).join('');
      return failureFinding(record, group, {
        code: 'no-listener',
        sentence: `${heads}No proxy of the gateway listens at port ${port}, where visitors ask for ${host}: their connections are refused, which is counted as ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
        why: 'A server of a Gateway makes the proxies listen at its port: for HTTP in any case, for connections of TCP or TLS where a tcp or tls route is bound to it (istiod leaves out a listener without one).',
        remedies:
          dropped.length > 0
            ? dropped.flatMap(droppedRemedies)
            : [
                byHand(
                  `Give the Gateway a server at port ${port} for what is asked there, and bind routes of its protocol to it.`,
                ),
              ],
      });
    }),
};
