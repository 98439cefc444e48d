import { formatDuration } from '../../manifest/quantity.ts';
import { balancers } from '../../mesh/envoy/balancer/index.ts';
import { clusterSettings } from '../../mesh/envoy/cluster-settings.ts';
import type { Cluster, ClusterConfiguration } from '../../mesh/envoy/route.ts';

/** `reviews.default:9080 v1`. */
export const clusterText = ({ host, port, subset }: ClusterConfiguration): string =>
  `${host.replace('.svc.cluster.local', '')}:${port}${subset === '' ? '' : ` ${subset}`}`;

/** Whom a cluster's proxies choose among its endpoints, in the words of its balancer. */
export function balancerText(cluster: ClusterConfiguration & Pick<Cluster, 'outside'>): string {
  const { words, weighedWords = words } = balancers[cluster.lb_policy];
  const weights = new Set(cluster.outside.map(({ weight = 1 }) => weight));
  const { slowStart, byLocality } = clusterSettings(cluster, false);
  return [
    weights.size > 1 ? weighedWords : words,
    ...(byLocality ? ['its locality is chosen first'] : []),
    ...(slowStart === undefined ? [] : [`a new one is warmed up for ${formatDuration(slowStart.windowUs)}`]),
  ].join('; ');
}
