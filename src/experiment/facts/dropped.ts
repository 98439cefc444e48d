import { fullHost } from '../../manifest/host.ts';
import type {
  KubernetesGrpcRoute,
  KubernetesHttpRoute,
  ParentRef,
  VirtualService,
} from '../../manifest/resource.ts';
import { gatewayName } from '../../manifest/gateway-name.ts';
import { conversionError } from '../../manifest/route-reference.ts';
import { ownerOf, ownerText, ruleText } from '../../manifest/rule-name.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import { istioServers, takesRoutes } from '../../mesh/istiod/gateway-server.ts';
import type { GatewayServer } from '../../mesh/istiod/mesh-view.ts';
import { leftOutOf, withDelegates, withoutDelegate } from '../../mesh/istiod/delegate.ts';
import { listenersFor, parentsOf, type Attached } from '../../mesh/istiod/http-route.ts';
import { meshConfigOf } from '../../mesh/istiod/mesh-config.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import type { DroppedFact } from '../../record/dropped-fact.ts';
import type { MeshFacts, TwiceFact } from '../../record/mesh-facts.ts';
import { sendingRules } from './sending-rules.ts';

/**
 * Rules that are accepted, and that do nothing, without a word to who asks.
 * @param callers namespaces with pods that have a sidecar; undefined: it is not known who calls.
 */
export const droppedIn = (registry: Registry, callers?: ReadonlySet<string>): DroppedFact[] => [
  ...[...resourcesOf(registry, 'HTTPRoute'), ...resourcesOf(registry, 'GRPCRoute')].flatMap((own) => {
    const refused = [...refusedRoute(own), ...unattached(own, registry)].slice(0, 1);
    return refused.length > 0 || callers === undefined ? refused : withoutConsumers(own, callers);
  }),
  ...[...resourcesOf(registry, 'TCPRoute'), ...resourcesOf(registry, 'TLSRoute')].flatMap((own) =>
    unattached(own, registry),
  ),
  ...droppedDelegates(registry),
  ...resourcesOf(registry, 'VirtualService').flatMap(afterCatchAll),
  ...resourcesOf(registry, 'VirtualService').flatMap((own) => atOtherServers(own, registry)),
];

/**
 * Routes of a kind that no server of a Gateway takes: a server of TCP has no filter for HTTP, and without a tcp route no listener at all
 * (core/gateway.go, buildGatewayTCPBasedFilterChains: "gateway omitting listener").
 */
function atOtherServers(own: VirtualService, registry: Registry): DroppedFact[] {
  const { namespace } = own.metadata;
  const bound = new Set(own.spec.gateways.map((written) => gatewayName(written, namespace)));
  const gateways = resourcesOf(registry, 'Gateway').filter(({ metadata }) =>
    bound.has(`${metadata.namespace}/${metadata.name}`),
  );
  return gateways.flatMap((gateway) => {
    const servers = istioServers(gateway);
    return (['http', 'tcp', 'tls'] as const)
      .filter((routes) => own.spec[routes].length > 0 && !servers.some(takesRoutes[routes]))
      .map((routes): DroppedFact => ({
        by: 'server',
        rule: `${ownerText(ownerOf(own))}, its ${routes} routes at Gateway ${gateway.metadata.namespace}/${gateway.metadata.name}`,
        owner: ownerOf(own),
        hosts: own.spec.hosts.map((host) => fullHost(host, namespace)),
        routes,
        gateway: `${gateway.metadata.namespace}/${gateway.metadata.name}`,
        protocols: [...new Set(servers.map(protocolText))],
      }));
  });
}

const protocolText = ({ protocol, passesTls }: GatewayServer): string =>
  passesTls === true ? `${protocol} (passed on)` : protocol;

/**
 * Parents of a route that do not take it (gateway/conversion.go, its status, which has an entry for each: NoMatchingParent,
 * NotAllowedByListeners); where none does, the first of them.
 */
function unattached(own: Attached, registry: Registry): DroppedFact[] {
  const { parentRefs } = own.spec;
  const outside = parentRefs.filter((ref) => !isTakenBy(own, ref, registry));
  const isPartly = outside.length < parentRefs.length;
  return (isPartly ? outside : outside.slice(0, 1)).map((ref) => {
    const { kind, name, namespace, sectionName } = ref;
    const parent = { kind, name, namespace, ...(sectionName === undefined ? {} : { section: sectionName }) };
    const place = `${kind} ${name}.${namespace}`;
    const at = sectionName === undefined ? place : `${place}, listener ${sectionName}`;
    return {
      by: 'unattached',
      rule: isPartly ? `${ownerText(ownerOf(own))} at ${at}` : ownerText(ownerOf(own)),
      owner: ownerOf(own),
      hosts: hostsOf({ parentRefs: isPartly ? [ref] : parentRefs, hostnames: own.spec.hostnames }),
      parent,
      ...(lacksPortOf(ref, registry) ? { port: ref.port! } : {}),
      ...listenersOf(own, ref, registry),
      ...(isPartly ? { isPartly: true as const } : {}),
    };
  });
}

/** What it names as a parent is there, and takes it at the port that it names. */
function isTakenBy(own: Attached, ref: ParentRef, registry: Registry): boolean {
  const namespaces = new Map(
    resourcesOf(registry, 'Namespace').map(({ metadata: { name, labels } }) => [name, labels]),
  );
  const parents = parentsOf(
    { ...own, spec: { ...own.spec, parentRefs: [ref] } } as Attached,
    resourcesOf(registry, 'Service'),
    resourcesOf(registry, 'KubernetesGateway'),
    resourcesOf(registry, 'ServiceEntry'),
    namespaces,
  );
  return parents.length > 0 && !lacksPortOf(ref, registry);
}

/** A Service that is there, and without the port that is named of it. */
const lacksPortOf = ({ group, kind, port, name, namespace }: ParentRef, registry: Registry): boolean =>
  group === '' &&
  kind === 'Service' &&
  port !== undefined &&
  resourcesOf(registry, 'Service')
    .find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
    ?.spec.ports.every((own) => own.port !== port) === true;

/** What a Gateway that is there listens for, and whether that is for routes of another kind. */
function listenersOf(
  { kind }: Attached,
  ref: ParentRef,
  registry: Registry,
): Pick<DroppedFact & { readonly by: 'unattached' }, 'listeners'> {
  const gateway = resourcesOf(registry, 'KubernetesGateway').find(
    ({ metadata }) =>
      ref.kind === 'Gateway' && metadata.name === ref.name && metadata.namespace === ref.namespace,
  );
  if (gateway === undefined) return {};
  const protocols = [...new Set(gateway.spec.listeners.map(({ protocol }) => protocol))];
  return { listeners: { protocols, areForOthers: !protocols.some((own) => listenersFor[kind].test(own)) } };
}

/** Hosts that a route would be for: its parents that are Services, and at a Gateway what it names, or any. */
function hostsOf({ parentRefs, hostnames }: Pick<Attached['spec'], 'parentRefs' | 'hostnames'>): string[] {
  const isOfGateway = parentRefs.some(({ kind }) => kind === 'Gateway');
  const services = parentRefs.filter(({ kind }) => kind === 'Service');
  return [
    ...services.map(({ name, namespace }) => fullHost(name, namespace)),
    ...(!isOfGateway ? [] : hostnames.length === 0 ? ['*'] : hostnames),
  ];
}

/** A route whose parents are Services of other namespaces is for callers of its own (Gateway API, GAMMA: a consumer route). */
function withoutConsumers(
  own: KubernetesHttpRoute | KubernetesGrpcRoute,
  callers: ReadonlySet<string>,
): DroppedFact[] {
  const { spec } = own;
  const { namespace } = own.metadata;
  const isConsumers = spec.parentRefs.every((ref) => ref.kind === 'Service' && ref.namespace !== namespace);
  const [parent] = spec.parentRefs;
  if (parent === undefined || !isConsumers || callers.has(namespace)) return [];
  return [
    {
      by: 'consumer',
      rule: ownerText(ownerOf(own)),
      owner: ownerOf(own),
      hosts: hostsOf(own.spec),
      namespace,
      parent: { name: parent.name, namespace: parent.namespace },
    },
  ];
}

/** Routes behind one that takes every request (core/route/route.go, BuildHTTPRoutesForVirtualService). */
function afterCatchAll(own: VirtualService): DroppedFact[] {
  const { spec } = own;
  const catchAll = spec.http.findIndex(({ match, delegate }) => match.length === 0 && delegate === undefined);
  if (catchAll < 0) return [];
  return spec.http.slice(catchAll + 1).map((_, index) => ({
    by: 'catch-all',
    rule: ruleText(ownerOf(own), `rule ${catchAll + 2 + index}`),
    owner: ownerOf(own),
    place: catchAll + 2 + index,
    hosts: spec.hosts.map((host) => fullHost(host, own.metadata.namespace)),
    after: catchAll + 1,
  }));
}

/** What of the rules does nothing, or not what it looks like. */
export function idleIn(
  registry: Registry,
  names: ServiceNames,
  sidecars: readonly Pick<ProxyIdentity, 'namespace'>[],
): Pick<MeshFacts, 'dropped' | 'twice'> {
  const dropped = droppedIn(registry, new Set(sidecars.map(({ namespace }) => namespace)));
  const twice = twiceIn(registry, names);
  return {
    ...(dropped.length === 0 ? {} : { dropped }),
    ...(twice.length === 0 ? {} : { twice }),
  };
}

/** Destinations that a rule names with more than one weight. */
function twiceIn(registry: Registry, names: ServiceNames): TwiceFact[] {
  return resourcesOf(registry, 'VirtualService').flatMap((virtualService) => {
    const { namespace } = virtualService.metadata;
    return sendingRules(virtualService).flatMap(({ rule, route }) => {
      const total = route.reduce((sum, { weight = 0 }) => sum + weight, 0);
      const byPlace = new Map<string, { readonly to: string; readonly weights: number[] }>();
      for (const { destination, weight = 0 } of route) {
        if (weight === 0) continue;
        const { host, subset, port } = destination;
        const full = fullHost(host, namespace);
        const service = names.ofName(full);
        const key = JSON.stringify([full, subset, port]);
        const known = byPlace.get(key) ?? {
          to: subset === undefined ? service : `${service} ${subset}`,
          weights: [],
        };
        known.weights.push(weight / total);
        byPlace.set(key, known);
      }
      return [...byPlace.values()]
        .filter(({ weights }) => weights.length > 1)
        .map((own) => ({ rule, ...own }));
    });
  });
}

function refusedRoute(own: KubernetesHttpRoute | KubernetesGrpcRoute): DroppedFact[] {
  const error = conversionError(own);
  if (error === undefined) return [];
  return [
    {
      by: 'error',
      rule: ownerText(ownerOf(own)),
      owner: ownerOf(own),
      hosts: hostsOf(own.spec),
      error,
    },
  ];
}

/** Rules of delegates that no root takes over, and of roots that delegate to nobody. */
function droppedDelegates(registry: Registry): DroppedFact[] {
  const all = resourcesOf(registry, 'VirtualService');
  const roots = all.filter(({ spec }) => spec.http.some(({ delegate }) => delegate !== undefined));
  const { defaultVirtualServiceExportTo } = meshConfigOf(registry);
  const nameOf = (own: VirtualService, index: number): string => ruleText(ownerOf(own), `rule ${index + 1}`);
  const taken = new Set(
    roots.flatMap((root) =>
      withDelegates(root, all, defaultVirtualServiceExportTo).map(({ from, index }) => nameOf(from, index)),
    ),
  );
  const found = new Map<string, DroppedFact>();
  for (const root of roots) {
    for (const { by, delegate } of withoutDelegate(root, all, defaultVirtualServiceExportTo)) {
      const { name, namespace = root.metadata.namespace } = delegate;
      const isThere = all.some(
        ({ metadata, spec }) =>
          metadata.name === name && metadata.namespace === namespace && spec.hosts.length === 0,
      );
      found.set(nameOf(root, by), {
        by: 'no-delegate',
        rule: nameOf(root, by),
        owner: ownerOf(root),
        place: by + 1,
        hosts: root.spec.hosts.map((host) => fullHost(host, root.metadata.namespace)),
        delegate: `VirtualService ${name}.${namespace}`,
        isThere,
      });
    }
    for (const { by, from, index, field } of leftOutOf(root, all, defaultVirtualServiceExportTo)) {
      const rule = nameOf(from, index);
      if (taken.has(rule)) continue;
      found.set(rule, {
        by: 'delegate',
        rule,
        owner: ownerOf(from),
        place: index + 1,
        hosts: root.spec.hosts.map((host) => fullHost(host, root.metadata.namespace)),
        field,
        root: nameOf(root, by),
      });
    }
  }
  return [...found.values(), ...withoutRoot(all, roots)];
}

/** A VirtualService without hosts acts where another one delegates to it. */
const withoutRoot = (all: readonly VirtualService[], roots: readonly VirtualService[]): DroppedFact[] =>
  all.flatMap((own) => {
    const isRooted = roots.some(({ metadata, spec }) =>
      spec.http.some(
        ({ delegate }) =>
          delegate?.name === own.metadata.name &&
          (delegate.namespace ?? metadata.namespace) === own.metadata.namespace,
      ),
    );
    return own.spec.hosts.length > 0 || isRooted
      ? []
      : [{ by: 'no-root', rule: ownerText(ownerOf(own)), owner: ownerOf(own), hosts: [] }];
  });
