/** The parts of the name that istiod gives to a cluster of Envoy. */
export interface ClusterName {
  readonly direction: 'outbound' | 'inbound';
  readonly port: number;
  /** "" where the request went to the service as a whole: no subset was chosen. */
  readonly subset: string;
  /** "" on most inbound clusters. */
  readonly host: string;
}

/**
 * `outbound|9080|v1|reviews.default.svc.cluster.local` -> its parts, or undefined for other names (PassthroughCluster,
 * BlackHoleCluster, a name that is not Istio's). Istio, pilot/pkg/model/service.go, BuildSubsetKey and ParseSubsetKey;
 * the older `outbound_.9080_.v1_.host` of SNI names and a trailing `;` (the statistics name of newer versions) are read, too.
 */
export function subsetOf(cluster: string): ClusterName | undefined {
  const mark = cluster.indexOf('|') >= 0 ? '|' : '_.';
  const first = cluster.indexOf(mark);
  const second = cluster.indexOf(mark, first + 1);
  const third = cluster.indexOf(mark, second + 1);
  if (first < 0 || second < 0 || third < 0) return undefined;
  const direction = cluster.slice(0, first);
  const port = Number(cluster.slice(first + mark.length, second));
  if ((direction !== 'outbound' && direction !== 'inbound') || !Number.isInteger(port)) return undefined;
  const end = cluster.endsWith(';') ? cluster.length - 1 : cluster.length;
  return {
    direction,
    port,
    subset: cluster.slice(second + mark.length, third),
    host: cluster.slice(third + mark.length, end),
  };
}

/**
 * The same of a cluster that a waypoint chose, which stands where a caller's would: `inbound-vip|9080|http/v1|HOST;`, with the protocol
 * before the subset, or in its place (Istio, TrafficDirectionInboundVIP).
 */
export const chosenCluster = (cluster: string): ClusterName | undefined =>
  subsetOf(
    cluster.startsWith('inbound-vip|')
      ? cluster.replace(/^inbound-vip(\|\d+\|)(?:http|tcp)?(?:\/|(?=\|))/, 'outbound$1')
      : cluster,
  );
