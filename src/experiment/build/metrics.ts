import { flagText } from '../../mesh/envoy/response-flag.ts';
import { isTcpPort, protocolOf } from '../../mesh/istiod/protocol.ts';
import { durationBuckets, durationEdgesMs, type RequestSeries } from '../../mesh/telemetry/request-series.ts';
import type { World } from '../../mesh/world.ts';
import type { Metrics } from '../../record/record.ts';

type Requests = Metrics['requests'][number];
type Sums = Pick<Requests, 'requests' | 'durationMs' | 'durations'>;
type About = Omit<Requests, keyof Sums>;

/** Counters of the run, as the mesh's telemetry keeps them, under the names of workloads. */
export function buildMetrics(world: World): Metrics {
  const { source, destination } = world.telemetry;
  return {
    requests: [
      ...lines(world, 'source', source),
      // A pod without a sidecar has nobody to count for it.
      ...lines(world, 'destination', destination, (pod) => world.pods[pod]!.sidecar),
    ],
    durationEdgesMs,
    envoy: envoyStatistics(world),
  };
}

/** A line per caller's workload, destination, status and flags: the sum over their pods. */
function lines(
  world: World,
  reporter: Requests['reporter'],
  series: RequestSeries,
  isCounted: (pod: number) => boolean = () => true,
): Requests[] {
  const found = new Map<string, { readonly about: About; readonly rows: number[] }>();
  for (const row of series.inOrder()) {
    const key = series.keys[row]!;
    if (!isCounted(key.pod)) continue;
    const pod = world.pods[key.pod];
    const about: About = {
      reporter,
      source: world.proxies.places[key.caller]?.workload ?? 'unknown',
      ...serviceFacts(world, world.services[key.service] ?? ''),
      destination: pod?.workload ?? 'unknown',
      version: pod?.labels['version'] ?? 'unknown',
      status: key.status,
      flags: flagText(key.flags),
    };
    const name = JSON.stringify(about);
    const line = found.get(name);
    if (line === undefined) found.set(name, { about, rows: [row] });
    else line.rows.push(row);
  }
  // What was only asked for before the clock began is no part of the run.
  return [...found.values()]
    .map(({ about, rows }) => ({ ...about, ...sums(series, rows) }))
    .filter(({ requests }) => requests > 0);
}

/** What some series come to together; whole microseconds are added before they are milliseconds. */
function sums(series: RequestSeries, rows: readonly number[]): Sums {
  const durations = new Array<number>(durationBuckets).fill(0);
  let requests = 0;
  let us = 0;
  for (const row of rows) {
    requests += series.count(row);
    us += series.sumUs(row);
    series.buckets(row).forEach((count, bucket) => (durations[bucket]! += count));
  }
  return { requests, durationMs: us / 1000, durations };
}

/** Envoy's statistics of the clusters that keep any, as far as they are not 0. */
function envoyStatistics(world: World): Metrics['envoy'][number][] {
  return world.upstreams.all.flatMap(
    ({ proxy, settings: { cluster }, breaker, retries, ejectionCount, outlier, panics }) =>
      [
        { name: 'envoy_cluster_upstream_rq_retry', value: retries },
        { name: 'envoy_cluster_upstream_rq_retry_overflow', value: breaker.retryOverflows },
        { name: 'envoy_cluster_upstream_rq_pending_overflow', value: breaker.pendingOverflows },
        { name: 'envoy_cluster_upstream_cx_overflow', value: breaker.connectionOverflows },
        {
          name: 'envoy_cluster_outlier_detection_ejections_enforced',
          value: ejectionCount,
        },
        { name: 'envoy_cluster_outlier_detection_ejections_overflow', value: outlier?.overflows ?? 0 },
        { name: 'envoy_cluster_lb_healthy_panic', value: panics },
      ]
        .filter(({ value }) => value > 0)
        .map((own) => ({ ...own, pod: world.proxies.places[proxy]!.pod, cluster: cluster.name })),
  );
}

/** As istiod tells a service's protocol, by the name of its (first) port. */
function serviceFacts(world: World, service: string): Pick<Requests, 'service' | 'namespace' | 'protocol'> {
  const resource = world.service(service);
  const port = resource?.spec.ports[0];
  const isGrpc = port !== undefined && ['GRPC', 'GRPC-Web'].includes(protocolOf(port));
  return {
    service,
    namespace: resource?.metadata.namespace ?? 'default',
    protocol: port !== undefined && isTcpPort(port) ? 'tcp' : isGrpc ? 'grpc' : 'http',
  };
}
