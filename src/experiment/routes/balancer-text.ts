import { formatDuration } from '../../manifest/quantity.ts';
import { balancers } from '../../mesh/envoy/balancer/index.ts';
import { clusterSettings } from '../../mesh/envoy/cluster-settings.ts';
import type { ClusterConfiguration } from '../../mesh/envoy/route.ts';

/** `reviews.default:9080 v1`. */
export const clusterText = ({ host, port, subset }: ClusterConfiguration): string =>
  `${host.replace('.svc.cluster.local', '')}:${port}${subset === '' ? '' : ` ${subset}`}`;

/** Whom a cluster's proxies choose among its endpoints, in the words of its balancer. */
export function balancerText(cluster: ClusterConfiguration): string {
  const { slowStart, byLocality } = clusterSettings(cluster, false);
  return [
    balancers[cluster.lb_policy].words,
    ...(byLocality ? ['its locality is chosen first'] : []),
    ...(slowStart === undefined ? [] : [`a new one is warmed up for ${formatDuration(slowStart.windowUs)}`]),
  ].join('; ');
}
