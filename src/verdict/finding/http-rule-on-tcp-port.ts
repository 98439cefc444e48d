import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
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
    toldByStep(record, (step) =>
      rulesOnTcpPorts(step).map(({ rule, tcpPort }) => [rule, tcpPort] as const),
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
        remedies: tcpPortRemedies(rule, tcpPort),
        look: 'callers',
        trace: null,
      };
    }),
};

/** Those that are for HTTP, of any kind, and would act on a port of TCP. */
export const rulesOnTcpPorts = ({
  rules,
  routes = [],
}: Pick<MeshFacts, 'rules' | 'routes'>): readonly { readonly rule: string; readonly tcpPort: TcpPort }[] => [
  ...rules.flatMap(({ rule, tcpPort, inert }) =>
    tcpPort === null || inert !== null ? [] : [{ rule, tcpPort }],
  ),
  ...routes.flatMap(({ rule, tcpPort }) => (tcpPort === undefined ? [] : [{ rule, tcpPort }])),
];

export const tcpPortHead = (rule: string, { service, port }: TcpPort): string =>
  `The http rule ${rule} does not act for callers inside the mesh: the port ${port} of ${service} carries TCP, so each connection goes to any pod of it.`;

export const tcpPortRemedies = (rule: string, { service, port }: TcpPort): Remedy[] => [
  byChange({
    kind: 'port-protocol',
    service,
    port,
    protocol: rule.startsWith('GRPCRoute ') ? 'grpc' : 'http',
  }),
];
