import { parseManifests } from '../../manifest/parse.ts';
import type { Resource } from '../../manifest/resource.ts';
import { gatewayNameLabel } from './proxy-place.ts';

const waypointClass = 'istio-waypoint';

/** By the Gateway: who asks again gets the same. */
const made = new WeakMap<Resource, readonly Resource[]>();

/**
 * What istiod deploys for a Gateway of Gateway API: a Deployment of one replica and a Service, in the Gateway's namespace; for
 * any other resource nothing (pilot/pkg/config/kube/gateway/deploymentcontroller.go; files/kube-gateway.yaml). Waypoints are
 * not modelled.
 */
export function deployedFor(resource: Resource): readonly Resource[] {
  if (resource.kind !== 'KubernetesGateway' || resource.spec.gatewayClassName === waypointClass) return [];
  let own = made.get(resource);
  if (own === undefined) {
    const { name, namespace } = resource.metadata;
    const ports = [...new Set(resource.spec.listeners.map(({ port }) => port))];
    const text = manifestsOf(deployedName(resource), namespace, name, ports);
    own = parseManifests([{ file: 'istiod', text }]).manifest.resources;
    made.set(resource, own);
  }
  return own;
}

/** The Deployment and the Service of a Gateway of Gateway API are called so. */
export const deployedName = ({
  metadata: { name },
  spec: { gatewayClassName },
}: Extract<Resource, { kind: 'KubernetesGateway' }>): string => `${name}-${gatewayClassName}`;

const manifestsOf = (name: string, namespace: string, gateway: string, ports: readonly number[]): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { ${gatewayNameLabel}: ${gateway} } }
  template:
    metadata:
      labels: { ${gatewayNameLabel}: ${gateway}, service.istio.io/canonical-name: ${name} }
    spec:
      containers:
        - name: istio-proxy
          image: istio/proxyv2
          args: [proxy, router]
          resources: { requests: { cpu: 100m }, limits: { cpu: "2" } }
          startupProbe: { failureThreshold: 30, periodSeconds: 1, httpGet: { path: /healthz/ready, port: 15021 } }
          readinessProbe: { failureThreshold: 4, periodSeconds: 15, httpGet: { path: /healthz/ready, port: 15021 } }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  type: LoadBalancer
  selector: { ${gatewayNameLabel}: ${gateway} }
  ports:
    - { name: status-port, port: 15021, appProtocol: tcp }
${ports.map((port) => `    - { name: port-${port}, port: ${port}, appProtocol: http }`).join('\n')}
`;
