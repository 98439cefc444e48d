import type {
  KubernetesGateway,
  KubernetesL4Route,
  ReferenceGrant,
  Service,
  ServiceEntry,
} from '../../manifest/resource.ts';
import type { NamespaceLabels } from '../../manifest/route-attachment.ts';
import { isGranted } from '../../manifest/route-reference.ts';
import type { RegistryEntry } from '../kubernetes/registry.ts';
import { backendDestination, nowhere, parentsOf } from './http-route.ts';
import type { RoutingRule } from './routing-rule.ts';

/**
 * TCPRoutes and TLSRoutes as istiod reads them: a VirtualService of its own for each parent (istio/istio
 * pilot/pkg/config/kube/gateway: conversion.go, convertTCPRoute, convertTLSRoute; route_collections.go).
 *
 *   parent Service      -> connections of its callers, on the port that the reference names
 *   parent ServiceEntry -> those to each of its hosts, likewise
 *   parent Gateway      -> connections to its listeners of TCP, or of TLS by the names that they ask for
 */
export function rulesOfL4Routes(
  routes: readonly RegistryEntry<KubernetesL4Route>[],
  services: readonly Service[],
  gateways: readonly KubernetesGateway[],
  entries: readonly ServiceEntry[],
  grants: readonly ReferenceGrant[],
  namespaces: NamespaceLabels,
): RoutingRule[] {
  return routes.flatMap(({ resource: route, age }) => {
    const { name, namespace } = route.metadata;
    const isTls = route.kind === 'TLSRoute';
    return parentsOf(route, services, gateways, entries, namespaces).map(
      ({ host, gateway, port }): RoutingRule => {
        const onPort = port === undefined ? {} : { port };
        const rules = route.spec.rules.map(({ backendRefs }) =>
          backendRefs
            .filter((own) => (own.weight ?? 1) > 0)
            .map((own) => ({
              destination:
                gateway === 'mesh' || isGranted(grants, route, own) ? backendDestination(own) : nowhere,
              weight: own.weight ?? 1,
            })),
        );
        // augmentTLSPortMatch: a parent in the mesh is asked for by its own name, where the route has none.
        const any = gateway === 'mesh' ? host : '*';
        const names = route.spec.hostnames.length === 0 ? [any] : route.spec.hostnames;
        return {
          name,
          namespace,
          kind: route.kind,
          semantics: 'gateway-api',
          age,
          hosts: [host],
          fullHosts: [host],
          gateways: [gateway],
          http: [],
          tcp: isTls ? [] : rules.map((sent) => ({ match: port === undefined ? [] : [onPort], route: sent })),
          tls: isTls ? rules.map((sent) => ({ match: [{ ...onPort, sniHosts: names }], route: sent })) : [],
          exportTo: [],
        };
      },
    );
  });
}
