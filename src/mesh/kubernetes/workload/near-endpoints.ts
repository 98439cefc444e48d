/** Where something runs; '' where that is not known. */
export interface NodePlace {
  readonly node: string;
  readonly zone: string;
}

/** What a Service asks of kube-proxy; undefined: any endpoint. */
export type Nearness = 'Local' | 'PreferSameNode' | 'PreferSameZone' | undefined;

/**
 * Endpoints that the kube-proxy of a caller's node chooses among (pkg/proxy/topology.go, CategorizeEndpoints, with the hints that
 * k8s.io/endpointslice/trafficdist writes: each endpoint's own node and zone). Local: those of the node, or none. Else those of the
 * node, or of the zone, if there are any and all say where they are; or all.
 * @returns their places in the list; undefined: all
 */
export function nearEndpoints(
  caller: NodePlace,
  endpoints: readonly NodePlace[],
  nearness: Nearness,
): readonly number[] | undefined {
  if (nearness === undefined) return undefined;
  const alike = (of: 'node' | 'zone'): number[] =>
    endpoints.flatMap((own, index) => (own[of] === caller[of] ? [index] : []));
  if (nearness === 'Local') return alike('node');
  const hinted = (of: 'node' | 'zone'): readonly number[] | undefined => {
    const found = endpoints.some((own) => own[of] === '') ? [] : alike(of);
    return found.length > 0 ? found : undefined;
  };
  return (nearness === 'PreferSameNode' ? hinted('node') : undefined) ?? hinted('zone');
}
