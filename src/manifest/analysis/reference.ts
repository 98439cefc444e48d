import { didYouMean } from '../did-you-mean.ts';
import { fullHost, hostsOverlap, isIpAddress } from '../host-name.ts';
import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type { KnownHost } from './host-table.ts';
import { istio, notFound } from './message.ts';
import { problemIn } from './problem-in.ts';
import { destinationsOf, type Check, type PlacedDestination, type Setting } from './setting.ts';
import type { Written } from './written.ts';

/**
 * What is named and is not there (pkg/config/analysis/analyzers/virtualservice: destinationhosts.go, destinationrules.go;
 * analyzers/destinationrule/subset.go). The mesh accepts it, and answers 503 where requests are sent there. Where not all is at
 * hand, nothing is said of hosts, and of subsets only beside a DestinationRule that defines others.
 */
export const references: Check = (setting) => {
  const ofRules = subsetsIn(setting);
  return [
    ...setting.written('networking.istio.io', 'VirtualService').flatMap((own) => {
      return [
        ...ownHostProblems(setting, own),
        ...destinationsOf(own).flatMap((placed) => destinationProblems(setting, own, placed, ofRules)),
      ];
    }),
    ...setting.written('networking.istio.io', 'DestinationRule').flatMap((rule) => {
      const host = rule.spec.at('host').text ?? '';
      const exportTo = rule.spec.at('exportTo').texts;
      if (
        !setting.whole.hosts ||
        isPattern(host) ||
        setting.hosts.find(host, rule.namespace, exportTo) !== undefined
      )
        return [];
      return [
        problemIn(rule.object, ['spec', 'host'], 'value', {
          ...istio('IST0174'),
          message: `The host ${host} defined in the DestinationRule does not match any services in the mesh.`,
          hint: hostHint(setting, host, rule.namespace),
        }),
      ];
    }),
  ];
};

/** Callers inside the mesh ask for what has a Service or a ServiceEntry; a gateway's visitors for any name. */
function ownHostProblems(setting: Setting, own: Written): readonly Problem[] {
  if (!setting.whole.hosts || own.spec.at('gateways').texts.some((name) => name !== 'mesh')) return [];
  const exportTo = own.spec.at('exportTo').texts;
  const isKnown = (host: string): boolean => setting.hosts.find(host, own.namespace, exportTo) !== undefined;
  // Of a destination that is nowhere it has been told.
  if (!destinationsOf(own).every(({ destination }) => isKnown(destination.host))) return [];
  // buildSidecarVirtualHostsForVirtualService: beside a name that a service has, its ports; else port 80.
  const ports = own.spec.at('hosts').texts.some(isKnown) ? 'the ports of its other hosts' : 'port 80';
  return own.spec.at('hosts').items.flatMap((item) => {
    const host = item.text ?? '';
    if (isPattern(host) || isIpAddress(host) || isKnown(host)) return [];
    return [
      problemIn(own.object, item.path, 'value', {
        severity: 'warning',
        code: 'MS1125',
        message: `neither a Service nor a ServiceEntry has the host ${host}: at most HTTP that asks for that very name, on ${ports}, follows this VirtualService`,
        hint: hostHint(setting, host, own.namespace),
      }),
    ];
  });
}

/** A rule for hosts to come. */
const isPattern = (host: string): boolean => host === '' || host.startsWith('*');

/** Names of subsets by the full name of a host; a rule's wildcard covers it as well. */
function subsetsIn(setting: Setting): (host: string) => ReadonlySet<string> {
  const exact = new Map<string, string[]>();
  const patterns: { readonly pattern: string; readonly names: readonly string[] }[] = [];
  for (const { spec, namespace } of setting.written('networking.istio.io', 'DestinationRule')) {
    const host = fullHost(spec.at('host').text ?? '', namespace);
    const names = spec.at('subsets').items.flatMap((one) => one.at('name').text ?? []);
    if (host.startsWith('*')) patterns.push({ pattern: host, names });
    else exact.set(host, [...(exact.get(host) ?? []), ...names]);
  }
  const known = new Map<string, ReadonlySet<string>>();
  return (host) => {
    let own = known.get(host);
    if (own === undefined) {
      const wide = patterns.filter(({ pattern }) => hostsOverlap(pattern, host));
      own = new Set([...(exact.get(host) ?? []), ...wide.flatMap(({ names }) => names)]);
      known.set(host, own);
    }
    return own;
  };
}

function destinationProblems(
  setting: Setting,
  own: Written,
  { destination, path, isMirror }: PlacedDestination,
  ofRules: (host: string) => ReadonlySet<string>,
): readonly Problem[] {
  const { host, subset, port } = destination;
  const known = setting.hosts.find(host, own.namespace, own.spec.at('exportTo').texts);
  const problems =
    known !== undefined
      ? portProblems(own, path, known, host, port)
      : setting.whole.hosts
        ? [
            notFound(
              own.object,
              [...path, 'host'],
              isMirror ? 'mirror host' : 'host',
              host,
              hostHint(setting, host, own.namespace),
            ),
          ]
        : [];
  if (subset === undefined) return problems;
  const names = ofRules(fullHost(host, own.namespace));
  if (names.has(subset) || (names.size === 0 && (known === undefined || !setting.whole.hosts)))
    return problems;
  const kind = isMirror ? 'mirror+subset in destinationrule' : 'host+subset in destinationrule';
  const near = didYouMean(subset, [...names]);
  const hint =
    near !== undefined
      ? `did you mean "${near}"?`
      : names.size > 0
        ? `the DestinationRule has ${someOf([...names])}`
        : `no DestinationRule for ${host} defines subsets; until one does, requests get 503 (NC)`;
  return [...problems, notFound(own.object, [...path, 'subset'], kind, `${host}+${subset}`, hint)];
}

/** The first few by name. */
const someOf = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} others`;

function portProblems(
  own: Written,
  path: Path,
  { ports, isService, from }: KnownHost,
  host: string,
  port: number | undefined,
): readonly Problem[] {
  if (port === undefined && ports.length > 1) {
    return [
      problemIn(own.object, [...path, 'host'], 'value', {
        ...istio('IST0112'),
        message: `This VirtualService routes to a service "${host}" that exposes multiple ports [${ports.join(' ')}]. Specifying a port in the destination is required to disambiguate.`,
      }),
    ];
  }
  if (port === undefined || ports.includes(port)) return [];
  const hint = `${isService ? 'Service' : 'ServiceEntry'} ${from.name} has ${ports.length === 0 ? 'no port' : ports.join(', ')}`;
  return [notFound(own.object, [...path, 'port', 'number'], 'host:port', `${host}:${port}`, hint)];
}

/** A name with a dot is a full one: `reviews.prod` means no Service of namespace prod (model.ResolveShortnameToFQDN). */
function hostHint({ hosts }: Setting, host: string, namespace: string): string | undefined {
  const [name = '', inNamespace = ''] = host.split('.');
  const full = `${name}.${inNamespace}.svc.cluster.local`;
  if (/^[^.]+\.[^.]+(\.svc)?$/.test(host) && hosts.find(full, namespace, []) !== undefined)
    return `a name with a dot is taken as a full one: write ${full}`;
  const near = didYouMean(name, hosts.names);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}
