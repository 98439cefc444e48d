import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { callerText } from './caller-text.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange } from './remedy.ts';

type TcpPort = NonNullable<RuleFact['tcpPort']>;

/** An http rule for a Service whose ports carry TCP: sidecars never ask it. */
export const httpRuleOnTcpPort: FindingKind = {
  code: 'http-rule-on-tcp-port',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules } of record.mesh) {
      for (const { rule, tcpPort, inert } of rules) {
        if (tcpPort === null || inert !== null) continue;
        const { service } = tcpPort;
        const calls = record.callers.filter((own) => own.service === service && own.caller !== 'visitors');
        const requests = calls.reduce((sum, own) => sum + own.requests, 0);
        found.set(rule, {
          code: 'http-rule-on-tcp-port',
          level: requests > 0 ? 'breaks' : 'harms',
          sentence: `${tcpPortHead(rule, tcpPort)} ${calls.map((own) => callerText(own)).join(' ')}`.trim(),
          evidence: [],
          harm: {
            ...noHarm,
            requests,
            seconds: requests === 0 ? 0 : record.scenario.durationSeconds,
            fromSeconds: 0,
            toSeconds: record.scenario.durationSeconds,
          },
          why: 'The name of a port (or its appProtocol) says what it speaks: tcp-..., tls-..., https, mongo, mysql, redis are bytes to a sidecar, and http routes are not looked at.',
          remedies: tcpPortRemedies(tcpPort),
          look: 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};

export const tcpPortHead = (rule: string, { service, port }: TcpPort): string =>
  `The http rule ${rule} does not act for callers inside the mesh: the port ${port} of ${service} carries TCP, so each connection goes to any pod of it.`;

export const tcpPortRemedies = ({ service, port }: TcpPort): Remedy[] => [
  byChange({ kind: 'port-protocol', service, port, protocol: 'http' }),
];
