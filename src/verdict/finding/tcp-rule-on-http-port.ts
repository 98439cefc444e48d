import { ownerText } from '../../manifest/rule-name.ts';
import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { callerText } from './caller-text.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { harmToCallers } from './harm-to-callers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

type HttpPort = NonNullable<RuleFact['httpPort']>;

/** A tcp rule for a Service whose ports carry HTTP: sidecars never ask it. */
export const tcpRuleOnHttpPort: FindingKind = {
  code: 'tcp-rule-on-http-port',
  seenIn: (record) =>
    toldByStep(record, (step) =>
      rulesOnHttpPorts(step).map(
        (own) => [own.rule, { httpPort: own.httpPort, instead: insteadOf(own.httpPort) }] as const,
      ),
    ).map(({ key: rule, last: { httpPort, instead }, fromSeconds, toSeconds }) => {
      const calls = record.callers.filter(
        ({ service, caller }) => service === httpPort.service && caller !== 'visitors',
      );
      const harm = harmToCallers(calls, fromSeconds, toSeconds);
      return {
        code: 'tcp-rule-on-http-port',
        // Where another rule acts, what it says may be all that is wanted.
        level: harm.requests > 0 && instead.length === 0 ? 'breaks' : 'harms',
        sentence:
          `${during(record, fromSeconds, toSeconds)}${httpPortHead(rule, httpPort, instead)} ${calls.map((own) => callerText(own)).join(' ')}`.trim(),
        evidence: [],
        harm: instead.length === 0 ? harm : { ...noHarm, fromSeconds, toSeconds },
        why: 'The name of a port (or its appProtocol) says what it speaks: of http, http2 and grpc a sidecar looks at http routes alone.',
        remedies: httpPortRemedies(rule, httpPort, instead),
        look: 'callers',
        trace: null,
      };
    }),
};

type OnHttpPort = Pick<RuleFact, 'rule' | 'owner'> & { readonly httpPort: HttpPort };

/** Those that are for connections, of any kind, and would act on a port of HTTP. */
export const rulesOnHttpPorts = ({
  rules,
  routes = [],
}: Pick<MeshFacts, 'rules' | 'routes'>): readonly OnHttpPort[] =>
  [...rules.filter(isNeverAsked), ...routes].flatMap(({ rule, owner, httpPort }) =>
    httpPort === undefined ? [] : [{ rule, owner, httpPort }],
  );

/** A tcp rule that sidecars would not ask were it the only one; seen, and for them. */
const isNeverAsked = ({ httpPort, inert }: RuleFact): boolean =>
  httpPort !== undefined && (inert === null || inert.by === 'rule');

/** What sidecars ask there, by its name. */
export const insteadOf = ({ instead = [] }: HttpPort): string[] => instead.map(ownerText);

/** @param instead what acts for the Service */
export const httpPortHead = (rule: string, { service, port }: HttpPort, instead: readonly string[]): string =>
  `${rule} does not act for callers inside the mesh: it is a tcp rule, and the port ${port} of ${service} carries HTTP, so ${
    instead.length === 0
      ? 'each request goes to any pod of it'
      : `requests go as if it were not there: by ${listed(instead)} where that takes them, else to any pod of ${service}`
  }.`;

export const httpPortRemedies = (rule: string, { port }: HttpPort, instead: readonly string[]): Remedy[] => [
  byHand(
    instead.length === 0
      ? `Write ${/^T(CP|LS)Route /.test(rule) ? `an HTTPRoute in place of ${rule}` : `the route of ${rule} under http in place of tcp`}; or name port ${port} tcp-... where it carries no HTTP.`
      : `Delete ${rule}; or, if its route is meant, write it ${instead.every((own) => own.startsWith('VirtualService ')) ? 'under http ' : ''}into ${listed(instead)}: of several rules for a host sidecars follow one.`,
  ),
];
