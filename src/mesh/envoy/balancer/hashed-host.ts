/** A host as the hashing balancers see it. */
export interface HashedHost {
  /** "ip:port", or the host's name where the cluster says so: two tables agree if their keys do. */
  readonly key: string;
  /** 1 or more; a host of weight 0 has no place, as the hosts of a locality of weight 0. */
  readonly weight: number;
}

/** Each host's share of all weights, as both tables begin (Envoy, thread_aware_lb_impl.cc). */
export function shareOfWeights(hosts: readonly HashedHost[]): Float64Array {
  let sum = 0;
  for (const host of hosts) {
    if (!(host.weight >= 0 && host.weight < Infinity)) {
      throw new RangeError(`weight ${host.weight} of ${host.key} is not 0 or more`);
    }
    sum += host.weight;
  }
  return Float64Array.from(hosts, (host) => (sum > 0 ? host.weight / sum : 0));
}
