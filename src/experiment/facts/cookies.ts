import type { Resource } from '../../manifest/resource.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import { CookieJars } from '../../mesh/app/cookie-jars.ts';
import { parseSetCookie } from '../../mesh/app/set-cookie.ts';
import { kindOf } from '../../mesh/app/traffic/index.ts';
import { portAsked } from '../../mesh/app/visitors.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import { setCookies } from '../../mesh/envoy/header-operations.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import { RequestClasses } from '../../mesh/envoy/request-class.ts';
import { outboundOf } from '../../mesh/envoy/outbound.ts';
import type { RequestHead } from '../../mesh/envoy/route-match.ts';
import type { ProxyConfiguration, Route } from '../../mesh/envoy/route.ts';
import { entranceOf } from '../../mesh/istiod/entrance.ts';
import { placeOf } from '../../mesh/istiod/proxy-place.ts';
import { translate } from '../../mesh/istiod/translate.ts';
import type { Registry } from '../../mesh/kubernetes/registry.ts';
import type { Pod } from '../../mesh/kubernetes/pod.ts';
import { wholesAtGateways } from '../../mesh/telemetry/split-key.ts';
import type { CookieFact } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';

type Entry = Scenario['traffic'][number];

/**
 * Splits whose answers set cookies, as the clients of the traffic meet them: which destinations set one with which the next request is
 * sent there again. Asked of the routes that the proxy of those clients has, with what a client would then send.
 */
export function cookiesIn(
  registry: Registry,
  names: ServiceNames,
  traffic: Scenario['traffic'],
  pods: readonly Pod[],
): CookieFact[] {
  const resources = [...registry.entries.values()].map(({ resource }) => resource);
  if (!resources.some(setsCookies)) return [];
  const configurations = new Map<ProxyIdentity, ProxyConfiguration>();
  const wholes = wholesAtGateways(resources, names);
  const facts = traffic.flatMap((entry) => {
    if (!kindOf(entry).hasClients && entry.clients === undefined) return [];
    const caller = callerOf(entry, resources, pods);
    if (caller === undefined) return [];
    const { identity } = caller;
    const configuration = configurations.get(identity) ?? translate(registry, identity);
    configurations.set(identity, configuration);
    return factsFor(entry, caller, configuration, names, wholes);
  });
  return [...new Map(facts.map((own) => [JSON.stringify(own), own])).values()];
}

const setsCookies = (own: Resource): boolean =>
  (own.kind === 'VirtualService' || own.kind === 'HTTPRoute') && /set-cookie/i.test(JSON.stringify(own.spec));

interface Caller {
  readonly name: string;
  readonly identity: ProxyIdentity;
  readonly port: number;
}

function callerOf(entry: Entry, resources: readonly Resource[], pods: readonly Pod[]): Caller | undefined {
  if (entry.from === undefined) {
    const entrance = entranceOf(resources, entry.gateway);
    if (entrance === undefined) return undefined;
    const { identity, port } = entrance;
    return { name: 'visitors', identity, port: entry.port ?? port };
  }
  const pod = pods.find(({ workload, sidecar }) => workload === entry.from && sidecar);
  return pod === undefined
    ? undefined
    : {
        name: entry.from,
        identity: placeOf(pod).identity,
        port: portAsked(entry),
      };
}

function factsFor(
  { request }: Entry,
  { name: caller, identity, port }: Caller,
  configuration: ProxyConfiguration,
  names: ServiceNames,
  wholes: ReturnType<typeof wholesAtGateways>,
): CookieFact[] {
  const dialled = identity.type === 'gateway' ? '' : names.called(request.authority, identity.namespace).name;
  const routeFor = (head: RequestHead): Route | undefined => {
    const outbound = outboundOf(configuration, { ...head, port, dialled });
    return outbound.kind === 'route' ? outbound.route : undefined;
  };
  const drawn = routeFor(request);
  const destinations = drawn?.route?.weighted_clusters?.clusters ?? [];
  const cookies = drawn === undefined ? [] : setCookies(drawn);
  if (drawn === undefined || destinations.length < 2 || cookies.length === 0) return [];
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  const first = names.ofName(clusterParts(destinations[0]!.name).host);
  const service =
    identity.type === 'gateway'
      ? (wholes.get(first) ?? first)
      : names.of(names.called(request.authority, identity.namespace));
  return [
    {
      caller,
      service,
      ...(identity.type === 'gateway' && first !== service ? { to: first } : {}),
      rule: drawn.metadata.rule,
      destinations: destinations.map(({ name, weight }, place) => {
        const { subset, host } = clusterParts(name);
        const lines = cookies[place]!;
        const again = routeFor(withCookies(request, port, lines));
        const stays = again !== undefined && again !== drawn && leadsTo(again, name);
        const longest = stays ? longestOf(lines, request) : undefined;
        return {
          key: subset === '' ? names.ofName(host) : subset,
          weight: weight / total,
          cookie: longest?.name ?? null,
          keepsSeconds: longest === undefined ? 0 : longest.seconds,
          keptBy: stays ? again.metadata.rule : null,
        };
      }),
    },
  ];
}

const leadsTo = ({ route }: Route, cluster: string): boolean =>
  (route?.weighted_clusters?.clusters ?? [{ name: route?.cluster }]).every(({ name }) => name === cluster);

/** What a client sends that has got such an answer. */
function withCookies(head: RequestHead, port: number, lines: readonly string[]): RequestHead {
  const classes = new RequestClasses();
  const jars = new CookieJars(classes);
  const plain = classes.of(head, port);
  jars.answered(0, plain, lines, 0);
  return classes.heads[jars.classOf(0, plain, 0)]!;
}

/** The cookie that lasts longest; null: to the end of the run, or of the visit. */
function longestOf(
  lines: readonly string[],
  { authority, path }: RequestHead,
): { readonly name: string; readonly seconds: number | null } | undefined {
  const [longest] = lines
    .flatMap((line) => parseSetCookie(line, authority.replace(/:\d+$/, ''), path, 0) ?? [])
    .sort((a, b) => (a.untilUs < b.untilUs ? 1 : -1));
  return longest === undefined
    ? undefined
    : { name: longest.name, seconds: longest.untilUs === Infinity ? null : longest.untilUs / 1e6 };
}
