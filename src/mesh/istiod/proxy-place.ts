import type { ProxyPlace } from '../envoy/proxies.ts';
import type { Pod } from '../kubernetes/pod.ts';

/** What runs a Gateway of Gateway API is deployed for it alone, in its namespace and with its name as a label. */
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

/** The proxy of a pod that has one: beside its application, or all of it. */
export const placeOf = (pod: Pod): ProxyPlace => ({
  pod: pod.name,
  workload: pod.workload,
  identity: {
    type: pod.isGateway === true ? 'gateway' : 'sidecar',
    namespace: pod.namespace,
    labels: pod.labels,
  },
});
