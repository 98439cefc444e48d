import { matches } from '../../manifest/labels.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { InboundRoute, ProxyConfiguration } from '../envoy/route.ts';
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
    clusters: mesh.services.flatMap((service) => clustersOf(service, mesh.destinationRules)),
    inbound: proxy.type === 'gateway' ? [] : inboundRoutes(mesh, proxy),
    tcp_proxies: proxy.type === 'gateway' ? gatewayTcp(mesh, proxy) : sidecarTcp(mesh, proxy),
  };
}

/** What istiod holds of the registry for one proxy: its rules, oldest first, and what it needs to make routes of them. */
export function meshView(registry: Registry, proxy: ProxyIdentity): MeshView {
  const services = resourcesOf(registry, 'Service');
  const kubernetesGateways = resourcesOf(registry, 'KubernetesGateway');
  return {
    services,
    rules: [
      ...rulesOfVirtualServices(entriesOf(registry, 'VirtualService')),
      ...rulesOfHttpRoutes(entriesOf(registry, 'HTTPRoute'), services, kubernetesGateways),
    ].sort((a, b) => compareByAge(a.age, b.age)),
    destinationRules: resourcesOf(registry, 'DestinationRule'),
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
