import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText } from './failures.ts';
import { byHand } from './remedy.ts';

/** Visitors ask at a port that the Service of the gateway does not have. */
export const gatewayPort: FindingKind = {
  code: 'gateway-port',
  seenIn: (record) =>
    failureGroups(record, ['gateway-port'], ({ host }) => host).map((group) => {
      const { host } = group.failures[0]!;
      const port = host.split(':').at(-1)!;
      return failureFinding(record, group, {
        code: 'gateway-port',
        sentence: `No Service of the gateway has port ${port}, and visitors ask for ${host}: nobody gets in. ${harmText(group.harm, record)}.`,
        why: 'A Gateway makes the proxies listen; visitors come to them by a Service, and only at its ports.',
        remedies: [
          byHand(
            `Add port ${port} to the Service of the gateway, or give the Gateway's server a port that the Service has.`,
          ),
        ],
      });
    }),
};
