import { isObject, type JsonObject } from './log-entry.ts';
import type { Series } from './series.ts';

/** What a graph of Kiali tells: the rate at which each version was asked, in requests per second, and over how long it is. */
export interface KialiGraph {
  readonly series: readonly Series[];
  readonly seconds: number | undefined;
}

/**
 * The JSON of Kiali's graph (kiali/kiali, graph/config/common) -> rates by version, with Istio's labels. An edge into a service node
 * goes on from it, so that each request ends once at a node of a workload: these edges count. Of services that are versions (backends)
 * the edges into their nodes count where nothing goes on. undefined for other JSON.
 */
export function kialiGraph(document: JsonObject): KialiGraph | undefined {
  const { elements } = document;
  if (!isObject(elements) || !Array.isArray(elements['nodes']) || !Array.isArray(elements['edges']))
    return undefined;
  const nodes = new Map(dataOf(elements['nodes']).map((own) => [String(own['id']), own]));
  const edges = dataOf(elements['edges']);
  const goesOn = new Set(edges.map((own) => String(own['source'])));
  const timestamp = Number(document['timestamp']);
  const time = Number.isFinite(timestamp) && timestamp > 0 ? timestamp : Number.NaN;
  const series: Series[] = [];
  for (const edge of edges) {
    const target = nodes.get(String(edge['target']));
    if (target === undefined) continue;
    const isService = target['nodeType'] === 'service';
    if (isService && goesOn.has(String(edge['target']))) continue;
    for (const { rate, more } of ratesOf(edge)) {
      series.push({
        labels: { ...labelsOf(target, nodes.get(String(edge['source'])), edge), ...more },
        times: Float64Array.of(time),
        values: Float64Array.of(rate),
      });
    }
  }
  const seconds = Number(document['duration']);
  return { series, seconds: seconds > 0 ? seconds : undefined };
}

const dataOf = (elements: readonly unknown[]): JsonObject[] =>
  elements.flatMap((own) =>
    isObject(own) && isObject(own['data']) ? [own['data']] : isObject(own) ? [own] : [],
  );

/** The rates of an edge, by the code of the answer and its flags where these are told; of HTTP and gRPC: TCP has no requests. */
function ratesOf(edge: JsonObject): { readonly rate: number; readonly more: Record<string, string> }[] {
  const { traffic } = edge;
  if (!isObject(traffic) || !isObject(traffic['rates'])) return [];
  const { protocol } = traffic;
  const rates = traffic['rates'];
  const all = Number(rates[String(protocol)] ?? rates['http'] ?? rates['grpc']);
  if (!(all > 0) || protocol === 'tcp') return [];
  const { responses } = traffic;
  if (!isObject(responses)) return [{ rate: all, more: {} }];
  const parts = Object.entries(responses).flatMap(([code, own]) =>
    isObject(own) && isObject(own['flags'])
      ? Object.entries(own['flags']).map(([flags, share]) => ({
          rate: (all * Number(share)) / 100,
          more: { ...codeLabels(String(protocol), code), response_flags: flags },
        }))
      : [],
  );
  const told = parts.reduce((sum, { rate }) => sum + rate, 0);
  // Shares are rounded to a tenth of a percent; what they lack is told without an answer.
  return told > all * 0.9 && told < all * 1.1
    ? parts.map((own) => ({ ...own, rate: (own.rate * all) / told }))
    : [{ rate: all, more: {} }];
}

/** Of gRPC the codes are its own, up to 16; "-" is no answer (kiali, graph/telemetry/istio/util). */
function codeLabels(protocol: string, code: string): Record<string, string> {
  if (protocol === 'grpc' && /^(?:\d|1[0-6])$/.test(code))
    return { response_code: '200', grpc_response_status: code };
  return { response_code: code === '-' ? '0' : code };
}

function labelsOf(
  target: JsonObject,
  source: JsonObject | undefined,
  edge: JsonObject,
): Record<string, string> {
  const labels: Record<string, string> = {};
  const set = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value !== '') labels[name] = value;
  };
  set('destination_version', target['version']);
  set('destination_workload', target['workload']);
  set('destination_app', target['app']);
  const service = serviceOf(target, source, edge);
  set(service?.includes('.') === true ? 'destination_service' : 'destination_service_name', service);
  set('destination_service_namespace', target['namespace']);
  return labels;
}

/** The service that was asked: the node before or at the end, the host of the answers, or the only one that the target serves. */
function serviceOf(target: JsonObject, source: JsonObject | undefined, edge: JsonObject): string | undefined {
  for (const node of [target, source]) {
    if (node?.['nodeType'] === 'service' && typeof node['service'] === 'string') return node['service'];
  }
  const traffic = isObject(edge['traffic']) ? edge['traffic'] : {};
  const responses = isObject(traffic['responses']) ? Object.values(traffic['responses']) : [];
  const hosts = responses.flatMap((own) =>
    isObject(own) && isObject(own['hosts']) ? Object.keys(own['hosts']) : [],
  );
  const host = hosts.find((own) => own !== 'unknown' && own !== '-');
  if (host !== undefined) return host;
  const served = Array.isArray(target['destServices'])
    ? (target['destServices'] as unknown[]).filter(isObject)
    : [];
  const name = served.length === 1 ? served[0]!['name'] : target['service'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
