import type { ContainerPort, PodTemplate, ServicePort } from './resource.ts';

/** What Istio's injected proxy declares (manifests/charts/istio-control/istio-discovery/files, injection-template.yaml). */
const proxyPort: ContainerPort = { name: 'http-envoy-prom', containerPort: 15090 };

/**
 * The port of a pod that a Service's port leads to (pkg/api/v1/pod/util.go, FindPort): the first that is called so, of its containers
 * and then of its native sidecars. undefined: none is, and the pod is no endpoint of that port (EndpointSlice controller,
 * getEndpointPorts).
 */
export function podPortOf(template: PodTemplate, own: ServicePort): number | undefined {
  const { targetPort = own.port, transport } = own;
  if (typeof targetPort === 'number') return targetPort;
  return portsOf(template).find((each) => each.name === targetPort && each.transport === transport)
    ?.containerPort;
}

/** Names by which Services may lead to ports of a pod that carry TCP. */
export const portNamesOf = (template: PodTemplate): readonly string[] =>
  portsOf(template).flatMap(({ name, transport }) =>
    name === undefined || transport !== undefined ? [] : [name],
  );

function portsOf({ containers, initContainers, injectedProxy }: PodTemplate): readonly ContainerPort[] {
  const sidecars = initContainers.filter(({ isSidecar }) => isSidecar);
  return [
    ...[...containers, ...sidecars].flatMap(({ ports }) => ports),
    ...(injectedProxy.inject === false && injectedProxy.isGateway !== true ? [] : [proxyPort]),
  ];
}
