import type { Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { callerText } from './caller-text.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

type HttpPort = NonNullable<RuleFact['httpPort']>;

/** A tcp rule for a Service whose ports carry HTTP: sidecars never ask it. */
export const tcpRuleOnHttpPort: FindingKind = {
  code: 'tcp-rule-on-http-port',
  seenIn: (record) =>
    toldByStep(record, ({ rules }) =>
      rules.flatMap(({ rule, httpPort, inert }) =>
        httpPort === undefined || inert !== null ? [] : [[rule, httpPort] as const],
      ),
    ).map(({ key: rule, last: httpPort }) => {
      const calls = record.callers.filter(
        ({ service, caller }) => service === httpPort.service && caller !== 'visitors',
      );
      const harm = harmToCallers(calls, 0, record.scenario.durationSeconds);
      return {
        code: 'tcp-rule-on-http-port',
        level: harm.requests > 0 ? 'breaks' : 'harms',
        sentence: `${httpPortHead(rule, httpPort)} ${calls.map((own) => callerText(own)).join(' ')}`.trim(),
        evidence: [],
        harm,
        why: 'The name of a port (or its appProtocol) says what it speaks: of http, http2 and grpc a sidecar looks at http routes alone.',
        remedies: httpPortRemedies(rule, httpPort),
        look: 'callers',
        trace: null,
      };
    }),
};

export const httpPortHead = (rule: string, { service, port }: HttpPort): string =>
  `${rule} does not act for callers inside the mesh: it is a tcp rule, and the port ${port} of ${service} carries HTTP, so each request goes to any pod of it.`;

export const httpPortRemedies = (rule: string, { port }: HttpPort): Remedy[] => [
  byHand(
    `Write the route of ${rule} under http in place of tcp; or name port ${port} tcp-... where it carries no HTTP.`,
  ),
];
