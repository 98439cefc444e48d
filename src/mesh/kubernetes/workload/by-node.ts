/**
 * Endpoints by the node that they run on, as a Service with externalTrafficPolicy Local has them: what stands before the nodes
 * sends a new connection to one that has an endpoint (its health check asks each node's kube-proxy, healthCheckNodePort), any as
 * likely as another, and that node's kube-proxy to one of its own (pkg/proxy/topology.go, CategorizeEndpoints: local endpoints).
 * @param nodes of each endpoint; '' where it is not known
 * @returns indexes of endpoints, a list per node
 */
export function byNode(nodes: readonly string[]): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  nodes.forEach((node, index) => {
    const own = found.get(node);
    if (own === undefined) found.set(node, [index]);
    else own.push(index);
  });
  return [...found.values()];
}
