import type { Gateway, KubernetesGateway, Resource } from '../../manifest/resource.ts';
import type { ProxyPlace } from '../envoy/proxies.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { rootNamespace } from './root-namespace.ts';

/** What runs a Gateway of Gateway API is deployed for it alone, in its namespace and with its name as a label. */
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

export const sidecarPlace = (pod: Pod): ProxyPlace => ({
  pod: pod.name,
  workload: pod.workload,
  identity: { type: 'sidecar', namespace: pod.namespace, labels: pod.labels },
});

/** The Gateway, Istio's or Gateway API's, that the visitors of a mesh come to: the first. */
export const ingressOf = (resources: readonly Resource[]): Gateway | KubernetesGateway | undefined =>
  resources.find((resource) => resource.kind === 'Gateway' || resource.kind === 'KubernetesGateway');

/**
 * The ingress gateway, which no manifest of an application brings along: one pod. Its labels are Istio's own, or what the
 * scenario's first Gateway selects (installations differ in that label); for a Gateway of Gateway API istiod deploys one.
 */
export function gatewayPlace(gateway: Gateway | KubernetesGateway | undefined): ProxyPlace {
  if (gateway?.kind === 'KubernetesGateway') {
    const { name, namespace } = gateway.metadata;
    return {
      pod: `${name}-istio-6c8f9d7b54-x7kqp`,
      workload: `${name}-istio`,
      identity: { type: 'gateway', namespace, labels: { [gatewayNameLabel]: name } },
    };
  }
  return {
    pod: 'istio-ingressgateway-6c8f9d7b54-x7kqp',
    workload: 'istio-ingressgateway',
    identity: {
      type: 'gateway',
      namespace: rootNamespace,
      labels: { app: 'istio-ingressgateway', istio: 'ingressgateway', ...gateway?.spec.selector },
    },
  };
}

export const gatewayPort = (gateway: Gateway | KubernetesGateway | undefined): number =>
  (gateway?.kind === 'KubernetesGateway'
    ? gateway.spec.listeners[0]?.port
    : gateway?.spec.servers[0]?.port.number) ?? 80;
