import { fullHost } from '../../manifest/host.ts';
import { annotatedDistribution } from '../../manifest/kind/service.ts';
import { matches } from '../../manifest/labels.ts';
import type { DestinationRule, Service } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { Cluster, InboundRoute, ProxyConfiguration } from '../envoy/route.ts';
import { compareByAge } from '../kubernetes/age.ts';
import { entriesOf, resourcesOf, type Registry } from '../kubernetes/registry.ts';
import { clustersOf, type Nearness } from './cluster.ts';
import { DestinationRules, type ActingDestinationRule } from './destination-rules.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { istioServers, runsGateway, listenerServers } from './gateway-server.ts';
import { rulesOfHttpRoutes } from './http-route.ts';
import type { MeshView } from './mesh-view.ts';
import { inboundRetryPolicyOf } from './retry-policy.ts';
import { rulesOfVirtualServices, type RoutingRule } from './routing-rule.ts';
import { sidecarRoutes } from './sidecar-routes.ts';
import { sidecarTcp, gatewayTcp } from './tcp-proxies.ts';
import { VisibleRules } from './visible-rules.ts';

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
  const mesh = meshView(registry, proxy);
  return {
    routes: proxy.type === 'gateway' ? gatewayRoutes(mesh, proxy) : sidecarRoutes(mesh, proxy),
    clusters: mesh.services.flatMap((service) =>
      clustersFor(service, actingFor(mesh, proxy, service), nearnessOf(registry, service)),
    ),
    inbound: proxy.type === 'gateway' ? [] : inboundRoutes(mesh, proxy),
    tcp_proxies: proxy.type === 'gateway' ? gatewayTcp(mesh, proxy) : sidecarTcp(mesh, proxy),
  };
}

/** The DestinationRule that acts for a proxy's callers of a Service. */
export const actingFor = (
  { destinationRules }: MeshView,
  proxy: ProxyIdentity,
  { metadata: { name, namespace } }: Service,
): ActingDestinationRule | undefined => destinationRules.acting(proxy, fullHost(name, namespace));

/** Clusters by the Service that they are made of: the same for all proxies for which the same rules act, and until one changes. */
const made = new WeakMap<
  Service,
  {
    readonly from: readonly DestinationRule[];
    readonly near: Nearness;
    readonly clusters: readonly Cluster[];
  }
>();

function clustersFor(
  service: Service,
  acting: ActingDestinationRule | undefined,
  near: Nearness,
): readonly Cluster[] {
  const from = acting?.from ?? [];
  const known = made.get(service);
  const areSame =
    known?.from.length === from.length &&
    known.near.distribution === near.distribution &&
    known.near.mesh === near.mesh &&
    known.from.every((own, place) => own === from[place]);
  if (areSame) return known.clusters;
  const clusters = clustersOf(service, acting, near);
  made.set(service, { from, near, clusters });
  return clusters;
}

/** What a Service says of nearness, or its namespace for all of its Services. */
function nearnessOf(registry: Registry, { metadata, spec }: Service): Nearness {
  const own = resourcesOf(registry, 'Namespace').find(
    ({ metadata: { name } }) => name === metadata.namespace,
  );
  const distribution = spec.trafficDistribution ?? (own && annotatedDistribution(own.metadata.annotations));
  return { distribution: distribution === 'Any' ? undefined : distribution };
}

/** What istiod holds of a registry for whichever proxy, and of routing rules for those of a namespace. */
interface Held {
  readonly services: readonly Service[];
  readonly serviceOf: ReadonlyMap<string, Service>;
  readonly rules: readonly RoutingRule[];
  readonly destinationRules: DestinationRules;
  readonly visible: Map<string, VisibleRules>;
}

const heldFor = new WeakMap<Registry, Held>();

function heldOf(registry: Registry): Held {
  const services = resourcesOf(registry, 'Service');
  const rules = [
    ...rulesOfVirtualServices(entriesOf(registry, 'VirtualService')),
    ...rulesOfHttpRoutes(
      entriesOf(registry, 'HTTPRoute'),
      services,
      resourcesOf(registry, 'KubernetesGateway'),
    ),
  ].sort((a, b) => compareByAge(a.age, b.age));
  const destinationRules = new DestinationRules(resourcesOf(registry, 'DestinationRule'));
  const serviceOf = new Map(
    services.map((own) => [fullHost(own.metadata.name, own.metadata.namespace), own]),
  );
  return { services, serviceOf, rules, destinationRules, visible: new Map() };
}

/** What istiod holds of the registry for one proxy: the rules that it sees, and what it needs to make routes of them. */
export function meshView(registry: Registry, proxy: ProxyIdentity): MeshView {
  let held = heldFor.get(registry);
  if (held === undefined) heldFor.set(registry, (held = heldOf(registry)));
  const { services, serviceOf, destinationRules, visible } = held;
  let rules = visible.get(proxy.namespace);
  if (rules === undefined)
    visible.set(proxy.namespace, (rules = new VisibleRules(held.rules, proxy.namespace)));
  const kubernetesGateways = resourcesOf(registry, 'KubernetesGateway');
  return {
    services,
    serviceOf,
    rules,
    destinationRules,
    servers: [
      ...resourcesOf(registry, 'Gateway')
        .filter((own) => matches(own.spec.selector, proxy.labels))
        .flatMap(istioServers),
      ...kubernetesGateways.filter((own) => runsGateway(proxy, own)).flatMap(listenerServers),
    ],
  };
}

function inboundRoutes(mesh: MeshView, proxy: ProxyIdentity): InboundRoute[] {
  return mesh.services
    .filter(
      (own) =>
        own.metadata.namespace === proxy.namespace &&
        own.spec.selector !== undefined &&
        matches(own.spec.selector, proxy.labels),
    )
    .flatMap((own) => own.spec.ports)
    .flatMap((port) => {
      const retry_policy = inboundRetryPolicyOf(port);
      return retry_policy === undefined ? [] : [{ port: port.port, retry_policy }];
    });
}
