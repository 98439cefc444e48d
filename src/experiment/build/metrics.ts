import { flagSet, flagText } from '../../mesh/envoy/response-flag.ts';
import { isTcpPort } from '../../mesh/istiod/cluster.ts';
import type { RequestSeries } from '../../mesh/telemetry/request-series.ts';
import type { World } from '../../mesh/world.ts';
import type { Metrics } from '../../record/record.ts';

/** Counters of the run under the names of workloads. */
export function buildMetrics(world: World): Metrics {
  const lines = (
    reporter: 'source' | 'destination',
    series: RequestSeries,
  ): Metrics['requests'][number][] => {
    const sums = new Map<string, Metrics['requests'][number]>();
    for (const row of ordered(series)) {
      const pod = world.pods[row.pod];
      const line = {
        reporter,
        source: world.proxies.places[row.caller]?.workload ?? 'unknown',
        ...serviceFacts(world, world.services[row.service] ?? ''),
        destination: pod?.workload ?? 'unknown',
        version: pod?.labels['version'] ?? 'unknown',
        status: row.status,
        flags: flagText(row.flags),
        requests: row.requests,
      };
      const key = JSON.stringify({ ...line, requests: 0 });
      const sum = sums.get(key);
      sums.set(key, sum === undefined ? line : { ...line, requests: sum.requests + line.requests });
    }
    return [...sums.values()];
  };
  return {
    requests: [
      ...lines('source', world.telemetry.source),
      // A pod without a sidecar has nobody to count for it.
      ...lines('destination', world.telemetry.destination).filter((line) =>
        world.pods.some((pod) => pod.workload === line.destination && pod.sidecar),
      ),
    ],
    envoy: envoyStatistics(world),
  };
}

/** Series with their counts, in order of caller, service, pod, status and flags. */
const ordered = ({ keys, counts }: RequestSeries) =>
  keys
    .map((key, series) => ({ ...key, requests: counts[series]! }))
    .sort(
      (a, b) =>
        a.caller - b.caller ||
        a.service - b.service ||
        a.pod - b.pod ||
        a.status - b.status ||
        flagSet(a.flags) - flagSet(b.flags),
    );

/** Envoy's statistics of the clusters that keep any, as far as they are not 0. */
function envoyStatistics(world: World): Metrics['envoy'][number][] {
  return world.upstreams.all.flatMap(({ proxy, settings: { cluster }, breaker, retries, ejectionCount }) =>
    [
      { name: 'envoy_cluster_upstream_rq_retry', value: retries },
      { name: 'envoy_cluster_upstream_rq_retry_overflow', value: breaker.retryOverflows },
      { name: 'envoy_cluster_upstream_rq_pending_overflow', value: breaker.pendingOverflows },
      { name: 'envoy_cluster_upstream_cx_overflow', value: breaker.connectionOverflows },
      {
        name: 'envoy_cluster_outlier_detection_ejections_enforced',
        value: ejectionCount,
      },
    ]
      .filter(({ value }) => value > 0)
      .map((own) => ({ ...own, pod: world.proxies.places[proxy]!.pod, cluster: cluster.name })),
  );
}

/** As istiod tells a service's protocol, by the name of its (first) port. */
function serviceFacts(
  world: World,
  service: string,
): Pick<Metrics['requests'][number], 'service' | 'namespace' | 'protocol'> {
  const resource = world.service(service);
  const port = resource?.spec.ports[0];
  const isGrpc = port !== undefined && /^grpc(-|$)/.test((port.appProtocol ?? port.name ?? '').toLowerCase());
  return {
    service,
    namespace: resource?.metadata.namespace ?? 'default',
    protocol: port !== undefined && isTcpPort(port) ? 'tcp' : isGrpc ? 'grpc' : 'http',
  };
}
