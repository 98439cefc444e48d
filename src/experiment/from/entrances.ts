import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { hostCovers, isWildcard } from '../../manifest/host.ts';
import type { Call } from './calls.ts';
import type { Exported } from './exported.ts';
import { isIdle, isLoad } from './role.ts';
import { routesOf, type GatewayName, type Route } from './rules.ts';
import { hostFrom, idOf, type Service, type System } from './system.ts';

/** Where pages come in: an entry of the traffic. */
export interface Entrance {
  readonly name: string;
  readonly to: Service;
  readonly path: string;
  /** Visitors of a gateway, or pods of a workload that ask. */
  readonly by:
    | { readonly gateway: string; readonly host: string; readonly port: number | undefined }
    | { readonly workload: string; readonly host: string; readonly isTcp: boolean };
  /** The number that says how many: of pages, or of what workers do by themselves. */
  readonly rate: 'pages' | 'background';
  readonly reason: string;
}

export interface Entrances {
  readonly entrances: readonly Entrance[];
  /** What had to be added for them, with the reason: a gateway that rules name, a caller that nobody exported. */
  readonly assumed: readonly { readonly source: Data; readonly reason: string }[];
  readonly notes: readonly string[];
}

/** So many kinds of pages are enough to begin with. */
const mostEntrances = 6;

/** By the rules of gateways; where there are none, by what stands open to the outside or is called by nobody. */
export function entrancesOf(
  objects: readonly Exported[],
  ingresses: readonly Exported[],
  system: System,
  callsOf: ReadonlyMap<string, readonly Call[]>,
): Entrances {
  const gateways = byGateways(objects, system);
  const pages = gateways.entrances.length > 0 ? gateways : byServices(objects, ingresses, system, callsOf);
  const isGateway = gateways.entrances.length > 0;
  const background = byWorkers(system, callsOf, isGateway);
  return {
    entrances: named([...pages.entrances, ...background.entrances]),
    assumed: pages.assumed,
    notes: [...pages.notes, ...background.notes],
  };
}

/** Visitors of a gateway ask for each Service that a rule sends them to, by the first path that gets there. */
function byGateways(objects: readonly Exported[], system: System): Entrances {
  const entrances: Entrance[] = [];
  const assumed = new Map<string, { source: Data; reason: string }>();
  const notes: string[] = [];
  const known = new Set<string>();
  const routes = routesOf(objects, system).sort((a, b) => Number(a.isPicky) - Number(b.isPicky));
  for (const route of routes) {
    for (const gateway of route.gateways) {
      if (gateway.name === 'mesh') continue;
      const to = route.destinations.find(({ service }) => service !== undefined)?.service;
      if (to === undefined || known.has(`${to.namespace}/${to.name}`)) continue;
      if (route.path === undefined) {
        notes.push(
          `no path is known that ${route.rule.kind} ${route.rule.name} would take to ${to.name}: it matches a regular expression`,
        );
        continue;
      }
      const exported = objects.find((own) => isGateway(own, gateway));
      if (exported === undefined)
        assumed.set(`${gateway.namespace}/${gateway.name}`, assumedGateway(gateway, route));
      const door = doorOf(exported?.source, route);
      if (door === undefined) continue;
      known.add(`${to.namespace}/${to.name}`);
      entrances.push({
        name: to.name,
        to,
        path: route.path,
        by: { gateway: `${gateway.namespace}/${gateway.name}`, host: door.host, port: door.port },
        rate: 'pages',
        reason: `${route.rule.kind} ${route.rule.name} at Gateway ${gateway.name}${route.isPicky ? '; it asks for more than the path, which these visitors do not send' : ''}`,
      });
    }
  }
  const left = entrances.splice(mostEntrances);
  if (left.length > 0)
    notes.push(
      `rules lead to ${left.map(({ to }) => to.name).join(', ')} from outside, too: add traffic for them if they matter`,
    );
  return { entrances, assumed: [...assumed.values()], notes };
}

const isGateway = (own: Exported, { name, namespace, group }: GatewayName): boolean =>
  own.kind === 'Gateway' && own.group === group && own.name === name && own.namespace === namespace;

/** The Host and port by which a visitor meets a rule; undefined: no server of the gateway serves its hosts. */
function doorOf(
  gateway: Data | undefined,
  { hosts }: Route,
): { host: string; port: number | undefined } | undefined {
  const spec = mapOf(gateway?.['spec']);
  const servers = [...listOf(spec['servers']), ...listOf(spec['listeners'])].map((own) => {
    const port = mapOf(own['port']);
    const names = Array.isArray(own['hosts'])
      ? own['hosts'].map((each) => String(each).replace(/^[^/]*\//, ''))
      : [];
    return {
      number: typeof own['port'] === 'number' ? own['port'] : Number(port['number']),
      protocol: String(own['protocol'] ?? port['protocol'] ?? 'HTTP').toUpperCase(),
      redirects: mapOf(own['tls'])['httpsRedirect'] === true,
      hosts: names.length > 0 ? names : [String(own['hostname'] ?? '*')],
    };
  });
  if (servers.length === 0) return { host: concrete(hosts[0] ?? '*'), port: undefined };
  const ranked = [...servers].sort((a, b) => rank(a) - rank(b));
  for (const server of ranked) {
    for (const served of server.hosts)
      for (const host of hosts.length > 0 ? hosts : ['*']) {
        const both = hostCovers(served, host) ? host : hostCovers(host, served) ? served : undefined;
        if (both !== undefined)
          return { host: concrete(both), port: server === servers[0] ? undefined : server.number };
      }
  }
  return undefined;
}

const rank = (own: { readonly protocol: string; readonly redirects: boolean }): number =>
  own.redirects ? 3 : ['HTTP', 'HTTP2', 'GRPC'].includes(own.protocol) ? 0 : own.protocol === 'HTTPS' ? 1 : 2;

/** A host that a pattern covers. */
const concrete = (host: string): string =>
  host === '*' ? 'example.com' : isWildcard(host) ? `www${host.slice(1)}` : host;

function assumedGateway(
  { name, namespace, group }: GatewayName,
  { rule }: Route,
): { source: Data; reason: string } {
  const isIstio = group === 'networking.istio.io';
  return {
    reason: `Gateway ${name} is named by ${rule.kind} ${rule.name}, and was not exported`,
    source: {
      apiVersion: `${group}/v1`,
      kind: 'Gateway',
      metadata: { name, namespace },
      spec: isIstio
        ? {
            selector: { istio: 'ingressgateway' },
            servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
          }
        : {
            gatewayClassName: 'istio',
            listeners: [
              { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } },
            ],
          },
    },
  };
}

/** Words by which people call what serves pages. */
const frontWords =
  /(^|-)(front-?end|web(site|app|ui)?|ui|www|gateway|portal|storefront|productpage|bff|edge|home)(-|$)/;

/** Without rules of gateways: Services that stand open to the outside, else what serves HTTP and is called by nobody. */
function byServices(
  objects: readonly Exported[],
  ingresses: readonly Exported[],
  system: System,
  callsOf: ReadonlyMap<string, readonly Call[]>,
): Entrances {
  const called = new Set(
    system.workloads
      .filter((own) => !isLoad(own))
      .flatMap((own) => (callsOf.get(idOf(own)) ?? []).flatMap(({ service }) => service?.workloads ?? [])),
  );
  const makesCalls = ({ workloads }: Service): boolean =>
    workloads.some((own) => (callsOf.get(idOf(own)) ?? []).length > 0);
  // A store calls nobody; what calls others may be a door whose port is called tcp all the same.
  const serves = (own: Service): boolean =>
    !own.isElsewhere &&
    own.workloads.some((each) => !each.isGateway) &&
    own.ports.length > 0 &&
    (own.ports.some(({ isTcp }) => !isTcp) || makesCalls(own));
  const services = system.services.filter(
    (own) => serves(own) && !own.workloads.every((each) => isLoad(each) || isIdle(each)),
  );
  const isCalled = ({ workloads }: Service): boolean => workloads.some((own) => called.has(own));
  const backends = ingresses.flatMap((own) =>
    backendsOf(own, system).map((each) => ({ ...each, reason: `Ingress ${own.name} leads there` })),
  );
  const open = services.filter(({ type }) => type === 'LoadBalancer' || type === 'NodePort');
  const alone = services.filter((own) => !isCalled(own));
  const fronts = alone.filter(makesCalls);
  const front = fronts.filter(({ name }) => frontWords.test(name));
  const words = alone.filter(({ name }) => frontWords.test(name));
  const chosen: readonly { service: Service; path: string; reason: string }[] =
    backends.length > 0
      ? backends
      : open.length > 0
        ? open.map((service) => ({ service, path: '/', reason: `it is a Service of type ${service.type}` }))
        : (front.length > 0
            ? front
            : fronts.length > 0
              ? fronts
              : words.length > 0
                ? words
                : alone.length > 0
                  ? alone.slice(0, 1)
                  : services.slice(0, 1)
          ).map((service) => ({
            service,
            path: '/',
            reason: isCalled(service) ? 'nothing says where pages come in' : 'nothing in the export calls it',
          }));
  const entrances: Entrance[] = [];
  const assumed: { source: Data; reason: string }[] = [];
  const callers = new Set<string>();
  const loads = system.workloads.filter(isLoad);
  for (const { service, path, reason } of chosen.slice(0, mostEntrances)) {
    if (entrances.some(({ to }) => to === service)) continue;
    const load = loads.find((own) => (callsOf.get(idOf(own)) ?? []).some((call) => call.service === service));
    const port = service.ports.find(({ isTcp }) => !isTcp) ?? service.ports[0]!;
    const caller =
      load?.name ??
      (service.namespace === 'default' || chosen.every((own) => own.service.namespace === service.namespace)
        ? 'visitors'
        : `visitors-${service.namespace}`);
    if (load === undefined && !callers.has(caller)) {
      callers.add(caller);
      assumed.push(assumedVisitors(caller, service, isSplit(service, objects, system)));
    }
    entrances.push({
      name: service.name,
      to: service,
      path,
      by: {
        workload: caller,
        host: `${hostFrom(load?.namespace ?? service.namespace, service)}:${port.number}`,
        isTcp: port.isTcp,
      },
      rate: 'pages',
      reason: load === undefined ? reason : `${load.name} only makes load, and it names it`,
    });
  }
  return { entrances, assumed, notes: [] };
}

/** Whether a rule for callers inside the mesh says something of the Service: who asks without a sidecar would not heed it. */
const isSplit = (service: Service, objects: readonly Exported[], system: System): boolean =>
  routesOf(objects, system).some((route) => route.destinations.some((own) => own.service === service));

function backendsOf({ source, namespace }: Exported, system: System): { service: Service; path: string }[] {
  const spec = mapOf(source['spec']);
  const paths = listOf(spec['rules']).flatMap(({ http }) => listOf(mapOf(http)['paths']));
  const all = [
    ...paths,
    ...(spec['defaultBackend'] === undefined ? [] : [{ path: '/', backend: spec['defaultBackend'] }]),
  ];
  return all.flatMap(({ path, backend }) => {
    const own = mapOf(backend);
    const name = mapOf(own['service'])['name'] ?? own['serviceName'];
    const service = system.services.find((each) => each.name === name && each.namespace === namespace);
    if (service === undefined || service.isElsewhere) return [];
    const text = typeof path === 'string' ? path.replace(/[(*].*$/, '') : '/';
    return [{ service, path: text.startsWith('/') ? text : '/' }];
  });
}

function assumedVisitors(
  name: string,
  { namespace, name: service, type }: Service,
  isRuled: boolean,
): { source: Data; reason: string } {
  const isOutside = type === 'LoadBalancer' || type === 'NodePort';
  const labels = {
    app: name,
    ...(isRuled ? {} : { 'sidecar.istio.io/inject': 'false' }),
  };
  return {
    reason: isRuled
      ? `${name} asks for ${service}; it has a sidecar, for rules of the mesh split what it asks for`
      : `${name} asks for ${service} without a sidecar, as ${isOutside ? 'what comes from outside does' : 'callers do of which nothing is known'}`,
    source: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels }, spec: { containers: [{ name, image: 'assumed/visitors' }] } },
      },
    },
  };
}

/** Pods without a Service that call others: workers, which begin by themselves. */
function byWorkers(
  system: System,
  callsOf: ReadonlyMap<string, readonly Call[]>,
  hasGateway: boolean,
): Entrances {
  const entrances: Entrance[] = [];
  const notes: string[] = [];
  for (const own of system.workloads) {
    const calls = (callsOf.get(idOf(own)) ?? []).filter(({ service }) => service !== undefined);
    if (own.isGateway || calls.length === 0) continue;
    if (isLoad(own)) {
      if (hasGateway) notes.push(`${own.name} only makes load: visitors at the gateway come in its place`);
      continue;
    }
    if (own.services.length > 0) continue;
    for (const { host, port, service, reason } of calls)
      entrances.push({
        name: `${own.name}-${service!.name}`,
        to: service!,
        path: '/',
        by: { workload: own.name, host: `${host}:${port.number}`, isTcp: port.isTcp },
        rate: 'background',
        reason: `${own.name} has no Service, so that nobody calls it; ${reason}`,
      });
  }
  return { entrances, assumed: [], notes };
}

function named(entrances: readonly Entrance[]): Entrance[] {
  const taken = new Set<string>();
  return entrances.map((own) => {
    let name = own.name;
    for (let n = 2; taken.has(name); n++) name = `${own.name}-${n}`;
    taken.add(name);
    return { ...own, name };
  });
}
