/** An object of JSON, as it came. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a collector's record holds: the proxy's own line, or the fields that were made of it. */
export type LogEntry =
  | { readonly kind: 'line'; readonly line: string; readonly pod: string | undefined }
  | {
      readonly kind: 'fields';
      readonly fields: JsonObject;
      readonly pod: string | undefined;
      /** When the record was made, for fields that carry no time. */
      readonly time: string | number | undefined;
    };

/** Where collectors put what they carry, best first (Docker, Fluent Bit, Elasticsearch, Google Cloud, Loki, CloudWatch, OpenTelemetry). */
const wrappers = [
  '_source',
  'log_processed',
  'jsonPayload',
  'json',
  'parsed',
  'message',
  '@message',
  'log',
  'msg',
  'textPayload',
  'line',
  'body',
  'MESSAGE',
  'event',
  'fields',
  'attributes',
  '_raw',
  '_msg',
  'LogMessage',
];

/** A record of any collector -> what it carries; undefined where it is nothing of a request. */
export function logEntry(record: JsonObject, depth = 0): LogEntry | undefined {
  const pod = podOf(record);
  const time = timeOf(record);
  if (isRequest(record)) return { kind: 'fields', fields: record, pod, time };
  if (depth > 4) return undefined;
  const names = [...wrappers, ...Object.keys(record).filter((name) => !wrappers.includes(name))];
  for (const name of names) {
    const inner = entryIn(record[name], depth, wrappers.includes(name));
    if (inner === undefined) continue;
    // The record that carries it knows the pod better than the text does, and the time worse.
    return inner.kind === 'line'
      ? { ...inner, pod: pod ?? inner.pod }
      : { ...inner, pod: pod ?? inner.pod, time: inner.time ?? time };
  }
  return undefined;
}

function entryIn(value: unknown, depth: number, isWrapper: boolean): LogEntry | undefined {
  if (isObject(value)) return logEntry(value, depth + 1);
  if (Array.isArray(value) && value.length === 1) return entryIn(value[0], depth, isWrapper);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text.startsWith('{')) {
    const inner = parsedObject(text);
    if (inner !== undefined) return logEntry(inner, depth + 1);
  }
  return (isWrapper && text !== '') || /^\[\d{4}-/.test(text)
    ? { kind: 'line', line: text, pod: undefined }
    : undefined;
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether these are a request's own fields: Envoy's time of it, a cluster of Istio's under whatever name, or Google Cloud's form of it. */
function isRequest(record: JsonObject): boolean {
  if (isObject(record['httpRequest'])) return true;
  return Object.entries(record).some(
    ([name, value]) =>
      lastName(name) === 'start_time' ||
      lastName(name) === 'upstream_cluster' ||
      isClusterName(single(value)),
  );
}

export const isClusterName = (value: unknown): value is string =>
  typeof value === 'string' && /^(?:outbound|inbound(?:-vip)?)(?:\||_\.)\d+(?:\||_\.)/.test(value);

/** Elasticsearch answers with lists of one where it is asked for `fields`. */
export const single = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;

/** `upstream_cluster` of `json.upstream_cluster.keyword`. */
export const lastName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.keyword$/, '')
    .replace(/^.*\./, '')
    .replace(/-/g, '_');

/** The pod whose log it is, by what Kubernetes' collectors call it. */
function podOf(record: JsonObject): string | undefined {
  const places = [
    record,
    ...['kubernetes', 'k8s', 'stream', 'labels', 'resource', 'orchestrator'].map((name) => record[name]),
  ];
  for (const place of places) {
    if (!isObject(place)) continue;
    const own =
      place['pod_name'] ??
      place['pod'] ??
      place['podName'] ??
      place['k8s.pod.name'] ??
      place['kubernetes.pod_name'];
    if (typeof own === 'string' && own !== '') return own;
    if (isObject(own) && typeof own['name'] === 'string') return own['name'];
    if (place !== record && isObject(place['labels'])) {
      const inner = podOf(place['labels']);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

const timeNames = ['@timestamp', 'timestamp', 'time', 'ts', 'date', '_time'];

function timeOf(record: JsonObject): string | number | undefined {
  for (const name of timeNames) {
    const own = single(record[name]);
    if (typeof own === 'string' || typeof own === 'number') return own;
  }
  return undefined;
}
