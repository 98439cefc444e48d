import type { Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { callerText } from './caller-text.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { byChange } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

type TcpPort = NonNullable<RuleFact['tcpPort']>;

/** An http rule for a Service whose ports carry TCP: sidecars never ask it. */
export const httpRuleOnTcpPort: FindingKind = {
  code: 'http-rule-on-tcp-port',
  seenIn: (record) =>
    toldByStep(record, ({ rules }) =>
      rules.flatMap(({ rule, tcpPort, inert }) =>
        tcpPort === null || inert !== null ? [] : [[rule, tcpPort] as const],
      ),
    ).map(({ key: rule, last: tcpPort, fromSeconds, toSeconds }) => {
      const calls = record.callers.filter(
        ({ service, caller }) => service === tcpPort.service && caller !== 'visitors',
      );
      const harm = harmToCallers(calls, fromSeconds, toSeconds);
      return {
        code: 'http-rule-on-tcp-port',
        level: harm.requests > 0 ? 'breaks' : 'harms',
        sentence:
          `${during(record, fromSeconds, toSeconds)}${tcpPortHead(rule, tcpPort)} ${calls.map((own) => callerText(own)).join(' ')}`.trim(),
        evidence: [],
        harm,
        why: 'The name of a port (or its appProtocol) says what it speaks: tcp-..., tls-..., https, mongo, mysql, redis are bytes to a sidecar, and http routes are not looked at.',
        remedies: tcpPortRemedies(tcpPort),
        look: 'callers',
        trace: null,
      };
    }),
};

export const tcpPortHead = (rule: string, { service, port }: TcpPort): string =>
  `The http rule ${rule} does not act for callers inside the mesh: the port ${port} of ${service} carries TCP, so each connection goes to any pod of it.`;

export const tcpPortRemedies = ({ service, port }: TcpPort): Remedy[] => [
  byChange({ kind: 'port-protocol', service, port, protocol: 'http' }),
];
