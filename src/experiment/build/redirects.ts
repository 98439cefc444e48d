import { schemePort } from '../../manifest/scheme-port.ts';
import { outboundOf, type Outbound } from '../../mesh/envoy/outbound.ts';
import { received } from '../../mesh/envoy/received.ts';
import { tcpMethod, type RequestHead } from '../../mesh/envoy/route-match.ts';
import { blackHoleCluster, passthroughCluster, type Route } from '../../mesh/envoy/route.ts';
import { entranceOf } from '../../mesh/istiod/entrance.ts';
import type { World } from '../../mesh/world.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Redirected } from '../../record/redirect.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Recorder } from '../recorder.ts';
import type { RedirectCount } from '../redirects.ts';

/** Where clients were sent, and whether what the proxies hold at the end of the run would take them there. */
export function buildRedirects(
  world: World,
  recorder: Recorder,
  scenario: Scenario,
): Pick<RunRecord, 'redirects'> {
  const merged = new Map<string, Redirected>();
  for (const [key, count] of recorder.redirects.counts) {
    const { route } = world.tables.routes[Number(key.split(' ')[0])]!;
    const own = redirectedOf(world, count, route!, scenario);
    const by = JSON.stringify([own.caller, own.host, own.status, own.to, own.there, own.rule]);
    const known = merged.get(by);
    merged.set(by, known === undefined ? own : joined(known, own));
  }
  if (merged.size === 0) return {};
  return { redirects: [...merged.values()].sort((a, b) => b.pages - a.pages || b.requests - a.requests) };
}

function redirectedOf(world: World, count: RedirectCount, route: Route, scenario: Scenario): Redirected {
  const { places } = world.proxies;
  const { workload, identity } = places[count.caller]!;
  const isVisitor = identity.type === 'gateway';
  const head = world.classes.heads[count.requestClass]!;
  const port = world.classes.ports[count.requestClass]!;
  const target = targetOf(schemed(world, count.caller, head, port), route);
  const { openPorts } = isVisitor
    ? (entranceOf(scenario.manifests, scenario.traffic[count.source]?.gateway) ?? {})
    : {};
  const askable = isVisitor
    ? places.flatMap((own, proxy) => (own.identity.type === 'gateway' ? [proxy] : []))
    : [count.caller];
  const found =
    openPorts?.includes(target.port) === false ? [] : askable.map((proxy) => follow(world, proxy, target));
  return {
    caller: workload,
    host: head.authority,
    status: route.redirect!.response_code,
    to: target.to,
    port: target.port,
    there: found.includes('served') ? 'served' : found.includes('loops') ? 'loops' : 'nothing',
    rule: route.metadata.rule,
    requests: count.requests,
    pages: count.pages,
    firstSeconds: count.firstUs / 1e6,
    lastSeconds: count.lastUs / 1e6,
  };
}

const joined = (one: Redirected, other: Redirected): Redirected => ({
  ...one,
  requests: one.requests + other.requests,
  pages: one.pages + other.pages,
  firstSeconds: Math.min(one.firstSeconds, other.firstSeconds),
  lastSeconds: Math.max(one.lastSeconds, other.lastSeconds),
});

interface Target {
  readonly head: RequestHead;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** "https://shop.example.com:8443" */
  readonly to: string;
}

const gatewayRoutesAt = ({ proxies }: World, caller: number, port: number) =>
  proxies.configured[caller]!.configuration.routes.find(({ name }) => name === `http.${port}`);

/** With the scheme by which it came. */
function schemed(world: World, caller: number, head: RequestHead, port: number): RequestHead {
  const routes = gatewayRoutesAt(world, caller, port) ?? { name: '', virtual_hosts: [] };
  return received(head, routes, world.proxies.configured[caller]!.proxy.type === 'gateway');
}

/** The Location (Envoy, config_impl.cc, newUri): another host or port drops the port that was written; so does another scheme, of its own. */
function targetOf(head: RequestHead, { redirect, match }: Route): Target {
  const { scheme_redirect, host_redirect, port_redirect, path_redirect, prefix_rewrite } = redirect!;
  const before = head.scheme ?? 'http';
  const scheme = scheme_redirect === undefined ? before : scheme_redirect === 'https' ? 'https' : 'http';
  const [host = '', written] = (host_redirect ?? head.authority).split(':');
  const isLeftBehind =
    host_redirect === undefined && scheme !== before && Number(written) === schemePort[before];
  const port =
    port_redirect ?? (written === undefined || isLeftBehind ? schemePort[scheme] : Number(written));
  const matched = (match.prefix ?? match.path_separated_prefix ?? '').length;
  const path =
    path_redirect ??
    (prefix_rewrite === undefined ? head.path : `${prefix_rewrite}${head.path.slice(matched)}`);
  const authority = port === schemePort[scheme] ? host : `${host}:${port}`;
  return { scheme, port, to: `${scheme}://${authority}`, head: { ...head, path, authority, scheme } };
}

/** As far as a browser goes (Fetch, HTTP-redirect fetch: twenty). */
function follow(world: World, caller: number, first: Target): Redirected['there'] {
  let target = first;
  for (let hops = 0; hops < 20; hops++) {
    const found = askedAt(world, caller, target);
    if (found?.kind !== 'route' || isPassedOn(found)) return 'nothing';
    if (found.route.redirect === undefined) return 'served';
    target = targetOf(target.head, found.route);
  }
  return 'loops';
}

/** What a proxy makes of it; undefined: a gateway's port wants TLS where there is none, or the other way round. */
function askedAt(world: World, caller: number, { head, port, scheme }: Target): Outbound | undefined {
  const { configuration, proxy } = world.proxies.configured[caller]!;
  const isGateway = proxy.type === 'gateway';
  const routes = gatewayRoutesAt(world, caller, port);
  if (routes !== undefined && (routes.over_tls === true) !== (scheme === 'https')) return undefined;
  const isTls = routes === undefined && scheme === 'https';
  return outboundOf(configuration, {
    ...head,
    port,
    dialled: isGateway ? '' : world.tables.names.called(head.authority, proxy.namespace).name,
    ...(isTls ? { method: tcpMethod, serverName: head.authority.replace(/:\d+$/, '') } : {}),
  });
}

/** To whoever has the address: nobody here. */
const isPassedOn = ({ route, found }: Extract<Outbound, { kind: 'route' }>): boolean =>
  found.virtualHost === 'allow_any' ||
  found.virtualHost === 'block_all' ||
  route.route?.cluster === passthroughCluster ||
  route.route?.cluster === blackHoleCluster;
