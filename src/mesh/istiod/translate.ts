import { annotatedDistribution } from '../../manifest/kind/service.ts';
import { matches } from '../../manifest/labels.ts';
import type { DestinationRule, MeshConfig, Service, Sidecar } from '../../manifest/resource.ts';
import { proxyKey, type ProxyIdentity } from '../envoy/proxy-identity.ts';
import {
  blackHoleCluster,
  passthroughCluster,
  type Cluster,
  type InboundRoute,
  type ProxyConfiguration,
  type RouteConfiguration,
} from '../envoy/route.ts';
import { compareByAge } from '../kubernetes/age.ts';
import { entriesOf, resourcesOf, type Registry } from '../kubernetes/registry.ts';
import { actingFor } from './acting-for.ts';
import { clustersOf, type Nearness } from './cluster.ts';
import { DestinationRules, type ActingDestinationRule } from './destination-rules.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { istioServers, listenerServers, mergedServers, runsGateway } from './gateway-server.ts';
import type { NamespaceLabels } from '../../manifest/route-attachment.ts';
import { rulesOfHttpRoutes } from './http-route.ts';
import { rulesOfL4Routes } from './l4-route.ts';
import { meshConfigOf } from './mesh-config.ts';
import { servicesOf, type MeshService } from './mesh-service.ts';
import type { MeshView } from './mesh-view.ts';
import { inboundRetryPolicyOf } from './retry-policy.ts';
import { rulesOfVirtualServices, type RoutingRule } from './routing-rule.ts';
import { scopeOf, scopeOfAll, sidecarFor, type Scope } from './sidecar-scope.ts';
import { changeBetween, type RegistryChange } from './registry-change.ts';
import { rerouted, sidecarRoutes } from './sidecar-routes.ts';
import { sidecarTcp, gatewayTcp } from './tcp-proxies.ts';
import { rulesSeenFrom, type VisibleRules } from './visible-rules.ts';

/**
 * Manifests -> the routes and clusters of one proxy (istio/istio pilot/pkg/networking/core: httproute.go,
 * route/route.go, cluster.go).
 *
 *   sidecar: a route configuration per service port, in it a virtual host per service: the first rule for its callers
 *            (see `VisibleRules`), else the route "default" to the cluster of all its pods
 *   gateway: a route configuration per server port, in it a virtual host per host of the rules bound to the Gateways,
 *            Istio's or Gateway API's, that select this proxy
 *   both:    a cluster per service port, and one more per subset of its DestinationRule
 */
export function translate(registry: Registry, proxy: ProxyIdentity): ProxyConfiguration {
  const { made } = heldIn(registry);
  const key = proxyKey(proxy);
  let own = made.get(key);
  if (own === undefined) made.set(key, (own = changedFrom(registry, proxy, key) ?? wholeOf(registry, proxy)));
  return own;
}

/** What the proxy had of the registry before, with what has changed since; undefined: it had nothing, or all may have changed. */
function changedFrom(registry: Registry, proxy: ProxyIdentity, key: string): ProxyConfiguration | undefined {
  const { before, change, sidecars } = heldIn(registry);
  const old = before?.made.get(key);
  // A Sidecar lets in what rules send to: more than their hosts may have changed.
  if (old === undefined || change === undefined || proxy.type !== 'sidecar' || sidecars.length > 0)
    return undefined;
  const mesh = meshView(registry, proxy);
  if ([...change.routes].some((host) => !mesh.serviceOf.has(host))) return undefined;
  const changed = outwardOf(registry, proxy, () => ({
    routes: normalising(mesh, rerouted(mesh, proxy, old.routes, change.routes)),
    clusters: change.clusters.size === 0 ? old.clusters : clustersIn(registry, mesh, proxy),
    tcp_proxies: change.clusters.size === 0 ? old.tcp_proxies : sidecarTcp(mesh, proxy),
  }));
  return { ...old, ...changed };
}

/** What a sidecar is told of the calls that its application makes. */
type Outward = Pick<ProxyConfiguration, 'routes' | 'clusters' | 'tcp_proxies'>;

/** The same for all sidecars of a namespace and with one Sidecar resource, where no rule looks at the labels of who calls. */
function outwardOf(registry: Registry, proxy: ProxyIdentity, make: () => Outward): Outward {
  const { mesh, outward, sidecars, looksAtLabels } = heldIn(registry);
  if (looksAtLabels) return make();
  let ofNamespace = outward.get(proxy.namespace);
  if (ofNamespace === undefined) outward.set(proxy.namespace, (ofNamespace = new Map()));
  const sidecar = sidecarFor(sidecars, proxy, mesh.rootNamespace);
  let own = ofNamespace.get(sidecar);
  if (own === undefined) ofNamespace.set(sidecar, (own = make()));
  return own;
}

/** Of all connection managers alike (core/listener_builder.go, buildHTTPConnectionManager). */
const normalising = (
  { pathNormalization }: MeshView,
  routes: readonly RouteConfiguration[],
): readonly RouteConfiguration[] =>
  pathNormalization === undefined
    ? routes
    : routes.map((own) => ({ ...own, path_normalization: pathNormalization }));

const clustersIn = (registry: Registry, mesh: MeshView, proxy: ProxyIdentity): readonly Cluster[] => {
  const near = nearnessIn(registry);
  return mesh.services.flatMap((service) =>
    clustersFor(service, actingFor(mesh, proxy, service.host), proxy.type, near(service)),
  );
};

function wholeOf(registry: Registry, proxy: ProxyIdentity): ProxyConfiguration {
  const mesh = meshView(registry, proxy);
  if (proxy.type === 'gateway')
    return {
      routes: normalising(mesh, gatewayRoutes(mesh, proxy)),
      clusters: clustersIn(registry, mesh, proxy),
      inbound: [],
      tcp_proxies: gatewayTcp(mesh, proxy),
    };
  const outward = outwardOf(registry, proxy, () => ({
    routes: normalising(mesh, sidecarRoutes(mesh, proxy)),
    clusters: clustersIn(registry, mesh, proxy),
    tcp_proxies: sidecarTcp(mesh, proxy),
  }));
  return {
    ...outward,
    inbound: inboundRoutes(registry, proxy),
    outbound: mesh.outboundTrafficPolicy === 'ALLOW_ANY' ? passthroughCluster : blackHoleCluster,
  };
}

/** Clusters by the service that they are made of: the same for all proxies for which the same rules act, and until one changes. */
const made = new WeakMap<MeshService, Partial<Record<ProxyIdentity['type'], Made>>>();

interface Made {
  readonly from: readonly DestinationRule[];
  readonly near: Nearness;
  readonly clusters: readonly Cluster[];
}

function clustersFor(
  service: MeshService,
  acting: ActingDestinationRule | undefined,
  proxy: ProxyIdentity['type'],
  near: Nearness,
): readonly Cluster[] {
  const from = acting?.from ?? [];
  // Only what is dialled differs between sidecars and gateways.
  const type = service.resolution === 'ORIGINAL_DST' ? proxy : 'sidecar';
  let ofService = made.get(service);
  if (ofService === undefined) made.set(service, (ofService = {}));
  const known = ofService[type];
  const areSame =
    known?.from.length === from.length &&
    known.near.distribution === near.distribution &&
    known.near.mesh === near.mesh &&
    known.from.every((own, place) => own === from[place]);
  if (areSame) return known.clusters;
  const clusters = clustersOf(service, acting, type, near);
  ofService[type] = { from, near, clusters };
  return clusters;
}

/** What a service says of nearness, or its namespace for all of its services; and the mesh. */
export function nearnessIn(registry: Registry): (service: MeshService) => Nearness {
  const ofNamespace = new Map(
    resourcesOf(registry, 'Namespace').map(({ metadata }) => [
      metadata.name,
      annotatedDistribution(metadata.annotations),
    ]),
  );
  const { loadBalancer: mesh } = meshConfigOf(registry);
  return ({ namespace, source }) => {
    const ofService =
      source.kind === 'Service'
        ? source.spec.trafficDistribution
        : annotatedDistribution(source.metadata.annotations);
    const distribution = ofService ?? ofNamespace.get(namespace);
    return { distribution: distribution === 'Any' ? undefined : distribution, mesh };
  };
}

/** What istiod holds of a registry for whichever proxy, and of what those of a namespace see. */
interface Held {
  readonly mesh: MeshConfig['spec'];
  readonly services: readonly MeshService[];
  /** Services with a selector, by their namespace. */
  readonly selecting: ReadonlyMap<string, readonly Service[]>;
  readonly rules: readonly RoutingRule[];
  readonly sidecars: readonly Sidecar[];
  readonly destinationRules: DestinationRules;
  readonly visible: Map<string, VisibleRules>;
  /** By namespace, and by the Sidecar that is for a proxy. */
  readonly scopes: Map<string, Map<Sidecar | undefined, Scope>>;
  /** By what proxies are told apart by. */
  readonly made: Map<string, ProxyConfiguration>;
  /** Some rule is for callers with some labels alone. */
  readonly looksAtLabels: boolean;
  /** By namespace, and by the Sidecar that is for a proxy. */
  readonly outward: Map<string, Map<Sidecar | undefined, Outward>>;
  /** What was held of the registry that was asked about before this one, and in what they may differ. */
  before: Held | undefined;
  readonly change: RegistryChange | undefined;
}

const heldFor = new WeakMap<Registry, Held>();
/** The registry that was asked about for the first time last; what is made does not depend on whether it is still there. */
let latest: WeakRef<Registry> | undefined;

function heldIn(registry: Registry): Held {
  let held = heldFor.get(registry);
  if (held === undefined) {
    heldFor.set(registry, (held = heldOf(registry)));
    latest = new WeakRef(registry);
    // One step back is enough.
    if (held.before !== undefined) held.before.before = undefined;
  }
  return held;
}

function heldOf(registry: Registry): Held {
  const last = latest?.deref();
  const mesh = meshConfigOf(registry);
  const services = resourcesOf(registry, 'Service');
  const gateways = resourcesOf(registry, 'KubernetesGateway');
  const serviceEntries = resourcesOf(registry, 'ServiceEntry');
  const grants = resourcesOf(registry, 'ReferenceGrant');
  const namespaces: NamespaceLabels = new Map(
    resourcesOf(registry, 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels]),
  );
  const of = [services, gateways, serviceEntries, grants, namespaces] as const;
  const rules = [
    ...rulesOfVirtualServices(entriesOf(registry, 'VirtualService'), mesh.defaultVirtualServiceExportTo),
    ...rulesOfHttpRoutes(entriesOf(registry, 'HTTPRoute'), ...of),
    ...rulesOfHttpRoutes(entriesOf(registry, 'GRPCRoute'), ...of),
    ...rulesOfL4Routes(entriesOf(registry, 'TCPRoute'), ...of),
    ...rulesOfL4Routes(entriesOf(registry, 'TLSRoute'), ...of),
  ].sort((a, b) => compareByAge(a.age, b.age));
  const destinationRules = resourcesOf(registry, 'DestinationRule');
  return {
    mesh,
    services: servicesOf(registry, mesh),
    selecting: selectingIn(services),
    rules,
    sidecars: resourcesOf(registry, 'Sidecar'),
    destinationRules: new DestinationRules(destinationRules, mesh),
    looksAtLabels:
      destinationRules.some(({ spec }) => spec.workloadSelector !== undefined) || rules.some(asksForLabels),
    outward: new Map(),
    visible: new Map(),
    scopes: new Map(),
    made: new Map(),
    before: last && heldFor.get(last),
    change: last && changeBetween(last, registry, rules),
  };
}

function selectingIn(services: readonly Service[]): ReadonlyMap<string, readonly Service[]> {
  const found = new Map<string, Service[]>();
  for (const own of services) {
    if (Object.keys(own.spec.selector).length === 0) continue;
    const ofNamespace = found.get(own.metadata.namespace);
    if (ofNamespace === undefined) found.set(own.metadata.namespace, [own]);
    else ofNamespace.push(own);
  }
  return found;
}

const asksForLabels = ({ http, tcp, tls }: RoutingRule): boolean =>
  [...http, ...tcp, ...tls].some(({ match }) =>
    match.some((own: { readonly sourceLabels?: unknown }) => own.sourceLabels !== undefined),
  );

/** What istiod holds of the registry for one proxy: the rules that it sees, and what it needs to make routes of them. */
export function meshView(registry: Registry, proxy: ProxyIdentity): MeshView {
  const held = heldIn(registry);
  const { destinationRules } = held;
  const rules = rulesFor(held, proxy.namespace);
  const kubernetesGateways = resourcesOf(registry, 'KubernetesGateway');
  return {
    ...scopeFor(held, proxy, rules),
    rules,
    destinationRules,
    defaultHttpRetry: held.mesh.defaultHttpRetry,
    pathNormalization: held.mesh.pathNormalization,
    servers:
      proxy.type === 'gateway'
        ? mergedServers([
            ...resourcesOf(registry, 'Gateway')
              .filter((own) => matches(own.spec.selector, proxy.labels))
              .flatMap(istioServers),
            ...kubernetesGateways.filter((own) => runsGateway(proxy, own)).flatMap(listenerServers),
          ])
        : [],
  };
}

function rulesFor({ visible, rules, mesh }: Held, namespace: string): VisibleRules {
  let own = visible.get(namespace);
  if (own === undefined)
    visible.set(namespace, (own = rulesSeenFrom(namespace, rules, mesh.defaultVirtualServiceExportTo)));
  return own;
}

function scopeFor(
  { sidecars, scopes, services, mesh }: Held,
  proxy: ProxyIdentity,
  rules: VisibleRules,
): Scope {
  const { namespace } = proxy;
  const sidecar = sidecarFor(sidecars, proxy, mesh.rootNamespace);
  let ofNamespace = scopes.get(namespace);
  if (ofNamespace === undefined) scopes.set(namespace, (ofNamespace = new Map()));
  let scope = ofNamespace.get(sidecar);
  if (scope === undefined) {
    scope =
      sidecar === undefined
        ? scopeOfAll(services, rules, namespace, mesh)
        : scopeOf(sidecar, services, rules, namespace, mesh);
    ofNamespace.set(sidecar, scope);
  }
  return scope;
}

function inboundRoutes(registry: Registry, proxy: ProxyIdentity): InboundRoute[] {
  const { selecting } = heldIn(registry);
  return (selecting.get(proxy.namespace) ?? [])
    .filter((own) => matches(own.spec.selector, proxy.labels))
    .flatMap((own) => own.spec.ports)
    .flatMap((port) => {
      const retry_policy = inboundRetryPolicyOf(port);
      return retry_policy === undefined ? [] : [{ port: port.port, retry_policy }];
    });
}
