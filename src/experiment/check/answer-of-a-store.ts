import { isObject, type JsonObject } from '../../accesslog/log-entry.ts';

/** What the answer of a store of logs holds, and what is to be said of it. */
export interface Held {
  readonly records: readonly unknown[];
  readonly notes: readonly string[];
}

/**
 * The records in an answer of Loki, Elasticsearch, CloudWatch, Datadog, Splunk, Azure or a collector of OpenTelemetry; undefined for JSON that is none of these.
 * Stores answer with a part of what they have: where the answer shows that, it is said.
 */
export function heldBy(value: JsonObject): Held | undefined {
  return (
    lokiStreams(value) ??
    elasticHits(value) ??
    cloudWatch(value) ??
    openTelemetry(value) ??
    datadog(value) ??
    splunk(value) ??
    azure(value) ??
    listed(value)
  );
}

/** `{status, data: {resultType: "streams", result: [{stream, values: [[ns, line], ...]}]}}` */
function lokiStreams(value: JsonObject): Held | undefined {
  const data = isObject(value['data']) ? value['data'] : value;
  const result = data['result'] ?? data['streams'];
  if (!Array.isArray(result) || (data['resultType'] !== 'streams' && !result.every(isStream)))
    return undefined;
  const records = (result as readonly unknown[]).filter(isObject).flatMap((own) => {
    const { stream, values } = own;
    return (Array.isArray(values) ? (values as readonly unknown[]) : []).map((entry) => {
      const [time, line] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
      return { stream, line, timestamp: time };
    });
  });
  const isLimit = [30, 100, 1000, 5000].includes(records.length);
  return {
    records,
    notes: isLimit
      ? [
          `it holds ${records.length} lines, as many as Loki answers with by default: there may be more (limit=5000).`,
        ]
      : [],
  };
}

const isStream = (own: unknown): boolean =>
  isObject(own) && isObject(own['stream']) && Array.isArray(own['values']);

/** `{took, hits: {total, hits: [{_source}]}}` */
function elasticHits(value: JsonObject): Held | undefined {
  const responses = value['responses'];
  if (Array.isArray(responses) && responses.every((own) => isObject(own) && isObject(own['hits']))) {
    return { records: responses as unknown[], notes: [] };
  }
  const inner = isObject(value['rawResponse']) ? value['rawResponse'] : value;
  const hits = inner['hits'];
  if (!isObject(hits) || !Array.isArray(hits['hits'])) return undefined;
  const records = hits['hits'] as readonly unknown[];
  if (records.length === 0 && isObject(inner['aggregations'])) return undefined;
  const { total } = hits;
  const all = isObject(total) ? total['value'] : total;
  const isMore = isObject(total) && total['relation'] === 'gte' ? ' or more' : '';
  return {
    records,
    notes:
      typeof all === 'number' && all > records.length
        ? [
            `the search found ${all.toLocaleString('en-US')}${isMore} and answers with ${records.length.toLocaleString('en-US')} of them: ask for more with "size": 10000.`,
          ]
        : [],
  };
}

/** `aws logs filter-log-events` and `get-log-events`: `{events: [{message, timestamp}]}`; `get-query-results`: rows of fields. */
function cloudWatch(value: JsonObject): Held | undefined {
  const { events, results } = value;
  if (Array.isArray(events)) {
    const isPart = typeof value['nextToken'] === 'string';
    return {
      records: events as unknown[],
      notes: isPart
        ? ['there is more behind its nextToken: ask again with it, or let aws page by itself.']
        : [],
    };
  }
  if (!Array.isArray(results) || !results.every(Array.isArray)) return undefined;
  const { status } = value;
  return {
    records: (results as readonly (readonly unknown[])[]).map(rowOf),
    notes:
      typeof status === 'string' && status !== 'Complete'
        ? [`the query was ${status.toLowerCase()} when it was asked for: its results are a part.`]
        : [],
  };
}

const rowOf = (fields: readonly unknown[]): JsonObject =>
  Object.fromEntries(fields.filter(isObject).map((own) => [String(own['field']), own['value']]));

/** `{resourceLogs: [{resource, scopeLogs: [{logRecords: [{body: {stringValue}}]}]}]}` */
function openTelemetry(value: JsonObject): Held | undefined {
  const { resourceLogs } = value;
  if (!Array.isArray(resourceLogs)) return undefined;
  const listOf = (own: unknown, name: string): readonly unknown[] =>
    isObject(own) && Array.isArray(own[name]) ? (own[name] as unknown[]) : [];
  const records = (resourceLogs as readonly unknown[]).flatMap((resource) =>
    listOf(resource, 'scopeLogs').flatMap((scope) => listOf(scope, 'logRecords').map(plainRecord)),
  );
  return { records, notes: [] };
}

function plainRecord(record: unknown): unknown {
  if (!isObject(record)) return record;
  const value = (own: unknown): unknown => (isObject(own) ? Object.values(own)[0] : own);
  const attributes = Array.isArray(record['attributes'])
    ? (record['attributes'] as unknown[]).filter(isObject)
    : [];
  return {
    ...Object.fromEntries(attributes.map((own) => [String(own['key']), value(own['value'])])),
    timestamp: record['timeUnixNano'],
    body: value(record['body']),
  };
}

/** `/api/v2/logs/events/search`: `{data: [{id, type: "log", attributes: {message, attributes}}], meta: {page: {after}}}` */
function datadog({ data, meta }: JsonObject): Held | undefined {
  if (!Array.isArray(data) || data.length === 0) return undefined;
  const own = (data as readonly unknown[]).filter(isObject);
  if (!own.some((each) => isObject(each['attributes']))) return undefined;
  const page = isObject(meta) && isObject(meta['page']) ? meta['page'] : {};
  return {
    records: own.map((each) => each['attributes'] ?? {}),
    notes:
      typeof page['after'] === 'string'
        ? ['there is more behind its cursor (meta.page.after): ask again with page[cursor].']
        : [],
  };
}

/** `output_mode=json` of a search: `{preview, results: [{_time, _raw}]}` */
function splunk({ results }: JsonObject): Held | undefined {
  return Array.isArray(results) && results.length > 0 && results.every(isObject)
    ? { records: results, notes: [] }
    : undefined;
}

/** Log Analytics and Application Insights: `{tables: [{columns: [{name}], rows: [[...]]}]}` */
function azure({ tables }: JsonObject): Held | undefined {
  if (!Array.isArray(tables)) return undefined;
  const records = (tables as readonly unknown[]).filter(isObject).flatMap(({ columns, rows }) => {
    const names = (Array.isArray(columns) ? (columns as readonly unknown[]) : []).map((own) =>
      String(isObject(own) ? own['name'] : own),
    );
    return (Array.isArray(rows) ? (rows as readonly unknown[]) : [])
      .filter(Array.isArray)
      .map((row: readonly unknown[]) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  });
  return { records, notes: [] };
}

/** A list under the name that some stores give it, and nothing else of a record. */
function listed(value: JsonObject): Held | undefined {
  for (const name of ['entries', 'logs', 'items', 'records']) {
    const own = value[name];
    if (Array.isArray(own) && own.every(isObject)) return { records: own as unknown[], notes: [] };
  }
  return undefined;
}

/** The innermost counts of aggregations: `{buckets: [{key, doc_count}]}`. */
export function bucketsOf(value: JsonObject): readonly { readonly key: string; readonly count: number }[] {
  const found: { key: string; count: number }[] = [];
  const look = (own: unknown): boolean => {
    if (!isObject(own)) return false;
    const { buckets } = own;
    if (Array.isArray(buckets)) {
      for (const bucket of (buckets as readonly unknown[]).filter(isObject)) {
        const isOuter = Object.values(bucket).map(look).some(Boolean);
        const { key, doc_count: count } = bucket;
        if (!isOuter && typeof count === 'number') found.push({ key: String(key), count });
      }
      return true;
    }
    return Object.values(own).map(look).some(Boolean);
  };
  look(
    value['aggregations'] ??
      (isObject(value['rawResponse']) ? value['rawResponse']['aggregations'] : undefined),
  );
  return found;
}
