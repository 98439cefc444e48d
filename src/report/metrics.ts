import type { Metrics, RunRecord } from '../record/record.ts';

type Requests = Metrics['requests'][number];

/**
 * The run's counters as OpenMetrics text, under the names that Istio and Envoy give them, as one scrape at its end:
 * `istio_requests_total` and `istio_request_duration_milliseconds` of both reporters, with the same labels
 * (https://istio.io/latest/docs/reference/config/metrics/), and Envoy's own statistics of retries, circuit breakers and
 * ejections as the sidecar exports them.
 *
 * Labels are those of Istio that the run can tell. It differs in one thing: exchanges over TCP are counted here, where Istio
 * counts connections and bytes under names of their own.
 */
export function openMetrics({ metrics }: RunRecord): string {
  const lines = [
    '# HELP istio_requests Requests by caller, destination and outcome; reporter tells whose proxy counted.',
    '# TYPE istio_requests counter',
    ...metrics.requests.map((own) => `istio_requests_total${labels(labelsOf(own))} ${own.requests}`),
  ];
  const histograms = metrics.requests.flatMap((own) => histogram(own, metrics.durationEdgesMs));
  if (histograms.length > 0) {
    lines.push(
      `# HELP ${duration} Time from a request at the reporting proxy to its answer there; a caller's holds its retries.`,
      `# TYPE ${duration} histogram`,
      `# UNIT ${duration} milliseconds`,
      ...histograms,
    );
  }
  for (const family of [...new Set(metrics.envoy.map((own) => own.name))].sort()) {
    lines.push(`# TYPE ${family} counter`);
    for (const own of metrics.envoy) {
      if (own.name === family) {
        lines.push(`${family}_total${labels({ pod: own.pod, cluster_name: own.cluster })} ${own.value}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

const duration = 'istio_request_duration_milliseconds';

/** Cumulative buckets, their count and their sum; none for a run that was stored before they were kept. */
function histogram(own: Requests, edgesMs: readonly number[]): string[] {
  const { durations } = own;
  if (durations === null) return [];
  const about = labelsOf(own);
  let below = 0;
  return [
    ...[...edgesMs.map(decimal), '+Inf'].map((le, bucket) => {
      below += durations[bucket]!;
      return `${duration}_bucket${labels({ ...about, le })} ${below}`;
    }),
    `${duration}_count${labels(about)} ${own.requests}`,
    `${duration}_sum${labels(about)} ${own.durationMs}`,
  ];
}

const labelsOf = (own: Requests) => ({
  reporter: own.reporter,
  source_workload: own.source,
  ...destination(own),
  destination_workload: own.destination,
  destination_version: own.version,
  request_protocol: own.protocol,
  response_code: String(own.status),
  response_flags: own.flags === '' ? '-' : own.flags,
});

const destination = ({ service, namespace }: Requests) =>
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

const labels = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
