import { parseIsoTime, parseTime } from './iso-time.ts';
import { clientOf, known, ownAddress, podOfPrefix, type Mutable, type Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { statusOf } from './status-of.ts';

type LineParser = (line: string, lineNumber: number) => RecordedRequest | Unparsed;

/** Where collectors put the line of the container that they carry (Docker, Fluent Bit, Google Cloud, Loki exports). */
const envelopes = ['log', 'message', 'msg', 'textPayload', 'jsonPayload', 'line'] as const;

/**
 * A line whose JSON object begins at `start` -> the request. Istio's 24 keys in any order, with numbers as numbers or as
 * text, null or `-` for unknown (istio/istio, pilot/pkg/model/telemetry_logging.go, EnvoyJSONLogFormatIstio). An object
 * without `start_time` that wraps a line, as log collectors do, is unwrapped and handed to `inner`.
 */
export function parseJsonLine(
  line: string,
  start: number,
  lineNumber: number,
  inner: LineParser,
): RecordedRequest | Unparsed {
  const fields = jsonObject(line, start);
  if (fields === undefined) {
    return { unparsed: line.trimEnd().endsWith('}') ? 'the JSON is not valid' : 'the line is cut off' };
  }
  if (fields['start_time'] === undefined) {
    for (const name of envelopes) {
      const wrapped = fields[name];
      if (typeof wrapped === 'string') return inner(wrapped.trimEnd(), lineNumber);
      if (isObject(wrapped)) return requestOf(wrapped, lineNumber, podOfPrefix(line.slice(0, start)));
    }
  }
  return requestOf(fields, lineNumber, podOfPrefix(line.slice(0, start)));
}

/** The object that begins at `start` and ends the line, or undefined. */
export function jsonObject(line: string, start: number): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(start === 0 ? line : line.slice(start));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requestOf(
  fields: Readonly<Record<string, unknown>>,
  lineNumber: number,
  pod: string | undefined,
): RecordedRequest | Unparsed {
  const time = fields['start_time'];
  if (time === undefined) return { unparsed: 'the JSON has no start_time' };
  const startUs = typeof time === 'string' ? parseIsoTime(time) : parseTime(String(time));
  if (startUs === undefined) return { unparsed: 'start_time is no time' };
  const request: Mutable<RecordedRequest> = { startUs, line: lineNumber };
  const status = statusOf(firstOf(fields, statusNames));
  if (status !== undefined) request.status = status;
  const upstreamMs = numberOf(fields['upstream_service_time']);
  if (upstreamMs !== undefined) request.upstreamMs = upstreamMs;
  const flags = firstOf(fields, flagNames);
  if (flags !== undefined) request.flags = textOf(flags) ?? '';
  const grpcStatus = firstOf(fields, grpcNames);
  const grpcText = typeof grpcStatus === 'number' ? String(grpcStatus) : textOf(grpcStatus);
  if (grpcText !== undefined) request.grpcStatus = grpcText;
  const durationMs = numberOf(fields['duration']);
  if (durationMs !== undefined) request.durationMs = durationMs;
  for (const [from, to] of texts) {
    const text = textOf(fields[from]);
    if (text !== undefined) request[to] = text;
  }
  const client = clientOf(textOf(fields['x_forwarded_for']), textOf(fields['downstream_remote_address']));
  if (client !== undefined) request.client = client;
  const proxy = pod ?? ownAddress(textOf(fields['upstream_local_address']));
  if (proxy !== undefined) request.proxy = proxy;
  return request;
}

/** Istio's own name first, then those that people give to these fields. */
const statusNames = [
  'response_code',
  'responseCode',
  'status',
  'status_code',
  'statusCode',
  'http_status',
  'code',
];
const flagNames = ['response_flags', 'responseFlags', 'response_flag', 'flags'];
const grpcNames = ['grpc_status', 'grpcStatus', 'grpc_status_number'];

/** The first that is there; undefined where none is. */
function firstOf(fields: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  const name = names.find((own) => fields[own] !== undefined);
  return name === undefined ? undefined : fields[name];
}

const texts = [
  ['method', 'method'],
  ['path', 'path'],
  ['authority', 'authority'],
  ['upstream_cluster', 'upstreamCluster'],
  ['upstream_host', 'upstreamHost'],
  ['user_agent', 'userAgent'],
  ['request_id', 'requestId'],
  ['route_name', 'routeName'],
  ['downstream_remote_address', 'peer'],
] as const;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? known(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}
