import { didYouMean } from '../did-you-mean.ts';
import { fullHost, hostsOverlap } from '../host-name.ts';
import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type { Service, VirtualService } from '../resource.ts';
import { istio } from './message.ts';
import {
  destinationsOf,
  nameOf,
  problemIn,
  rulesFor,
  serviceFor,
  type Check,
  type PlacedDestination,
  type Setting,
} from './setting.ts';

/**
 * What is named and is not there (pkg/config/analysis/analyzers/virtualservice: destinationhosts.go, destinationrules.go,
 * gateways.go; analyzers/destinationrule/subset.go). The mesh accepts it, and answers 503 where requests are sent there.
 */
export const references: Check = (setting) => [
  ...setting.virtualServices.flatMap((own) => {
    const subsets = new Subsets(setting, own.metadata.namespace);
    return [
      ...destinationsOf(own).flatMap((placed) => destinationProblems(setting, own, placed, subsets)),
      ...gatewayProblems(setting, own),
    ];
  }),
  ...setting.destinationRules.flatMap((rule) => {
    const { host } = rule.spec;
    if (host.includes('*') || serviceFor(setting, host, rule.metadata.namespace) !== undefined) return [];
    return [
      problemIn(rule, ['spec', 'host'], 'value', {
        ...istio('IST0174'),
        message: `The host ${host} defined in the DestinationRule does not match any services in the mesh.`,
        hint: nearService(setting, host),
      }),
    ];
  }),
];

/** Names of subsets by host, looked up once per host: a rule may have thousands of destinations. */
class Subsets {
  readonly #setting: Setting;
  readonly #namespace: string;
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(setting: Setting, namespace: string) {
    this.#setting = setting;
    this.#namespace = namespace;
  }

  of(host: string): ReadonlySet<string> {
    let known = this.#known.get(host);
    if (known === undefined) {
      const rules = rulesFor(this.#setting, host, this.#namespace);
      known = new Set(rules.flatMap((rule) => rule.spec.subsets.map((one) => one.name)));
      this.#known.set(host, known);
    }
    return known;
  }
}

function destinationProblems(
  setting: Setting,
  own: VirtualService,
  { destination, path, isMirror }: PlacedDestination,
  subsets: Subsets,
): readonly Problem[] {
  const { host, subset, port } = destination;
  const { namespace } = own.metadata;
  const service = serviceFor(setting, host, namespace);
  if (service === undefined) {
    return [
      notFound(own, [...path, 'host'], isMirror ? 'mirror host' : 'host', host, nearService(setting, host)),
    ];
  }
  const problems = portProblems(own, path, service, host, port);
  if (subset === undefined) return problems;
  const known = subsets.of(host);
  if (known.has(subset)) return problems;
  const kind = isMirror ? 'mirror+subset in destinationrule' : 'host+subset in destinationrule';
  const near = didYouMean(subset, [...known]);
  const hint =
    near !== undefined
      ? `did you mean "${near}"?`
      : known.size > 0
        ? `the DestinationRule has ${someOf([...known])}`
        : `no DestinationRule for ${host} defines subsets; until one does, requests get 503 (NC)`;
  return [...problems, notFound(own, [...path, 'subset'], kind, `${host}+${subset}`, hint)];
}

/** The first few by name. */
const someOf = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} others`;

function portProblems(
  own: VirtualService,
  path: Path,
  service: Service,
  host: string,
  port: number | undefined,
): readonly Problem[] {
  const ports = service.spec.ports.map((one) => one.port);
  if (port === undefined && ports.length > 1) {
    return [
      problemIn(own, [...path, 'host'], 'value', {
        ...istio('IST0112'),
        message: `This VirtualService routes to a service "${host}" that exposes multiple ports [${ports.join(' ')}]. Specifying a port in the destination is required to disambiguate.`,
      }),
    ];
  }
  if (port === undefined || ports.length === 0 || ports.includes(port)) return [];
  return [
    notFound(
      own,
      [...path, 'port', 'number'],
      'host:port',
      `${host}:${port}`,
      `Service ${service.metadata.name} has ${ports.join(', ')}`,
    ),
  ];
}

function gatewayProblems(setting: Setting, own: VirtualService): readonly Problem[] {
  const named = [
    ...own.spec.gateways.map((name, index) => ({ name, path: ['spec', 'gateways', index] })),
    ...own.spec.http.flatMap((http, rule) =>
      http.match.flatMap((match, one) =>
        (match.gateways ?? []).map((name, index) => ({
          name,
          path: ['spec', 'http', rule, 'match', one, 'gateways', index],
        })),
      ),
    ),
  ];
  return named.flatMap(({ name, path }) => {
    if (name === 'mesh') return [];
    const full = gatewayName(name, own.metadata.namespace);
    const gateway = setting.gateways.find((one) => nameOf(one) === full);
    if (gateway === undefined) {
      const near = didYouMean(full, setting.gateways.map(nameOf));
      return [
        notFound(own, path, 'gateway', name, near === undefined ? undefined : `did you mean "${near}"?`),
      ];
    }
    const offered = gateway.spec.servers.flatMap((server) => server.hosts);
    const served = (host: string): boolean =>
      offered.some((one) => {
        const [inNamespace, pattern] = one.includes('/')
          ? (one.split('/', 2) as [string, string])
          : ['*', one];
        const visible =
          inNamespace === '*' ||
          (inNamespace === '.' ? gateway.metadata.namespace : inNamespace) === own.metadata.namespace;
        return visible && hostsOverlap(pattern, fullHost(host, own.metadata.namespace));
      });
    const missing = own.spec.hosts.filter((host) => !served(host) && !offered.includes(host));
    if (missing.length === 0 || path.includes('http')) return [];
    return [
      problemIn(own, ['spec', 'hosts'], 'key', {
        ...istio('IST0132'),
        message: `one or more host [${missing.join(' ')}] defined in VirtualService ${nameOf(own)} not found in Gateway ${full}.`,
      }),
    ];
  });
}

/** `name`, `namespace/name`, or the old `name.namespace.svc.cluster.local`. */
function gatewayName(written: string, namespace: string): string {
  if (written.includes('/')) return written.startsWith('./') ? `${namespace}/${written.slice(2)}` : written;
  const [name, inNamespace = namespace] = written.split('.');
  return `${inNamespace}/${name}`;
}

function nearService(setting: Setting, host: string): string | undefined {
  const near = didYouMean(
    host.split('.')[0]!,
    setting.services.map((own) => own.metadata.name),
  );
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

const notFound = (
  resource: Parameters<typeof problemIn>[0],
  path: Path,
  kind: string,
  value: string,
  hint: string | undefined,
): Problem =>
  problemIn(resource, path, 'value', {
    ...istio('IST0101'),
    message: `Referenced ${kind} not found: "${value}"`,
    hint,
  });
