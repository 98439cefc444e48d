import type { LatencySummary, Metrics, RunRecord } from '../record/record.ts';

type Request = Metrics['requests'][number];

/** Upper edges in ms of Istio's (Envoy's) histograms of durations. */
const buckets = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

/**
 * The run's counters as OpenMetrics text, under the names that Istio and Envoy give them, as one scrape at its end:
 * `istio_requests_total` from both reporters and `istio_request_duration_milliseconds` of the callers'
 * (https://istio.io/latest/docs/reference/config/metrics/), and Envoy's own statistics of retries, circuit breakers and
 * ejections as the sidecar exports them.
 *
 * Labels are those of Istio that the run can tell. It differs in two things: exchanges over TCP are counted here, where Istio counts
 * connections and bytes under names of their own, and a duration is told by its bin, which is 0.8 % wide.
 */
export function openMetrics(record: RunRecord): string {
  const lines = [
    '# HELP istio_requests Requests by caller, destination and outcome; reporter tells whose proxy counted.',
    '# TYPE istio_requests counter',
    ...record.metrics.requests.map(
      (own) =>
        `istio_requests_total${labels({
          reporter: own.reporter,
          source_workload: own.source,
          ...destination(own),
          destination_workload: own.destination,
          destination_version: own.version,
          request_protocol: own.protocol,
          response_code: String(own.status),
          response_flags: own.flags === '' ? '-' : own.flags,
        })} ${own.requests}`,
    ),
    ...durations(record),
  ];
  for (const family of [...new Set(record.metrics.envoy.map((own) => own.name))].sort()) {
    lines.push(`# TYPE ${family} counter`);
    for (const own of record.metrics.envoy) {
      if (own.name === family) {
        lines.push(`${family}_total${labels({ pod: own.pod, cluster_name: own.cluster })} ${own.value}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Of answered requests, as their callers' proxies measure them, by destination and version. */
function durations(record: RunRecord): string[] {
  const name = 'istio_request_duration_milliseconds';
  const lines = record.splits.flatMap((split) => {
    const own = record.metrics.requests.find(({ service }) => service === split.service);
    if (own === undefined) return [];
    return split.latency
      .filter((latency) => latency.count > 0)
      .flatMap((latency) => {
        const about = {
          reporter: 'source',
          ...destination(own),
          destination_version: latency.key,
          request_protocol: own.protocol,
        };
        return [
          ...buckets.map(
            (edge) => `${name}_bucket${labels({ ...about, le: decimal(edge) })} ${atMost(latency, edge)}`,
          ),
          `${name}_bucket${labels({ ...about, le: '+Inf' })} ${latency.count}`,
          `${name}_count${labels(about)} ${latency.count}`,
          `${name}_sum${labels(about)} ${Number((latency.meanMs * latency.count).toFixed(3))}`,
        ];
      });
  });
  return lines.length === 0
    ? []
    : [
        `# HELP ${name} Time from a request at its caller's proxy to its answer, retries included.`,
        `# TYPE ${name} histogram`,
        `# UNIT ${name} milliseconds`,
        ...lines,
      ];
}

const destination = ({ service, namespace }: Request) =>
  service === ''
    ? { destination_service: 'unknown', destination_service_name: 'unknown' }
    : {
        destination_service: `${nameIn(service, namespace)}.${namespace}.svc.cluster.local`,
        destination_service_name: nameIn(service, namespace),
        destination_service_namespace: namespace,
      };

/** A Service whose name another namespace has, too, is recorded with its namespace. */
const nameIn = (service: string, namespace: string): string =>
  service.endsWith(`.${namespace}`) ? service.slice(0, -namespace.length - 1) : service;

/** Canonical numbers of OpenMetrics have a decimal point: "5.0". */
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

const atMost = ({ bins }: LatencySummary, edgeMs: number): number =>
  bins.reduce((sum, [upperMs, count]) => (upperMs <= edgeMs ? sum + count : sum), 0);

const labels = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
