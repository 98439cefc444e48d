import { matches } from '../../manifest/labels.ts';
import type { DestinationRule, Service } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { Cluster, InboundRoute, ProxyConfiguration } from '../envoy/route.ts';
import { compareByAge } from '../kubernetes/age.ts';
import { entriesOf, resourcesOf, type Registry } from '../kubernetes/registry.ts';
import { clustersOf } from './cluster.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { istioServers, runsGateway, listenerServers } from './gateway-server.ts';
import { rulesOfHttpRoutes } from './http-route.ts';
import type { MeshView } from './mesh-view.ts';
import { inboundRetryPolicyOf } from './retry-policy.ts';
import { rulesOfVirtualServices } from './routing-rule.ts';
import { sidecarRoutes } from './sidecar-routes.ts';
import { sidecarTcp, gatewayTcp } from './tcp-proxies.ts';

/**
 * Manifests -> the routes and clusters of one proxy (istio/istio pilot/pkg/networking/core: httproute.go,
 * route/route.go, cluster.go).
 *
 *   sidecar: a route configuration per service port, in it a virtual host per service: the first rule for its callers
 *            (see `meshRules`), else the route "default" to the cluster of all its pods
 *   gateway: a route configuration per server port, in it a virtual host per host of the rules bound to the Gateways,
 *            Istio's or Gateway API's, that select this proxy
 *   both:    a cluster per service port, and one more per subset of its DestinationRule
 */
export function translate(registry: Registry, proxy: ProxyIdentity): ProxyConfiguration {
  const mesh = meshView(registry, proxy);
  return {
    routes: proxy.type === 'gateway' ? gatewayRoutes(mesh, proxy) : sidecarRoutes(mesh, proxy),
    clusters: mesh.services.flatMap((service) => clustersFor(service, mesh.destinationRules)),
    inbound: proxy.type === 'gateway' ? [] : inboundRoutes(mesh, proxy),
    tcp_proxies: proxy.type === 'gateway' ? gatewayTcp(mesh, proxy) : sidecarTcp(mesh, proxy),
  };
}

/** Clusters by the Service that they are made of: the same for all proxies, and until a rule comes or goes. */
const made = new WeakMap<
  Service,
  { readonly rules: readonly DestinationRule[]; readonly clusters: readonly Cluster[] }
>();

function clustersFor(service: Service, rules: readonly DestinationRule[]): readonly Cluster[] {
  const known = made.get(service);
  const areSame =
    known?.rules.length === rules.length && known.rules.every((own, place) => own === rules[place]);
  if (areSame) return known.clusters;
  const clusters = clustersOf(service, rules);
  made.set(service, { rules, clusters });
  return clusters;
}

/** What istiod holds of a registry for whichever proxy. */
const heldFor = new WeakMap<Registry, Omit<MeshView, 'servers'>>();

function heldOf(registry: Registry): Omit<MeshView, 'servers'> {
  const services = resourcesOf(registry, 'Service');
  return {
    services,
    rules: [
      ...rulesOfVirtualServices(entriesOf(registry, 'VirtualService')),
      ...rulesOfHttpRoutes(
        entriesOf(registry, 'HTTPRoute'),
        services,
        resourcesOf(registry, 'KubernetesGateway'),
      ),
    ].sort((a, b) => compareByAge(a.age, b.age)),
    destinationRules: resourcesOf(registry, 'DestinationRule'),
  };
}

/** What istiod holds of the registry for one proxy: its rules, oldest first, and what it needs to make routes of them. */
export function meshView(registry: Registry, proxy: ProxyIdentity): MeshView {
  let held = heldFor.get(registry);
  if (held === undefined) heldFor.set(registry, (held = heldOf(registry)));
  const kubernetesGateways = resourcesOf(registry, 'KubernetesGateway');
  return {
    ...held,
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
