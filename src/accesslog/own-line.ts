import { parseIsoTime } from './iso-time.ts';
import type { Mutable } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';

const cluster = /(?:outbound|inbound(?:-vip)?)(?:\||_\.)\d+(?:\||_\.)[\w./-]*(?:\||_\.)[\w.-]*/;

/**
 * A line of an access log in a format of its own -> as much of the request as shows in whatever format: Istio's cluster, a time, a
 * request id, a mirror's authority. undefined for a line that names no cluster, or names one without being of a request: what a proxy
 * tells of its configuration does, too.
 */
export function parseOwnLine(line: string, lineNumber: number): RecordedRequest | undefined {
  const upstreamCluster = cluster.exec(line)?.[0];
  if (upstreamCluster === undefined || !isOfRequest(line)) return undefined;
  const request: Mutable<RecordedRequest> = { startUs: Number.NaN, upstreamCluster, line: lineNumber };
  const time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/.exec(line)?.[0];
  if (time !== undefined) request.startUs = parseIsoTime(time) ?? Number.NaN;
  const id = /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/i.exec(line)?.[0];
  if (id !== undefined) request.requestId = id;
  const mirror = /[\w.-]+-shadow(?::\d+)?(?=["'\s,;|]|$)/.exec(line)?.[0];
  if (mirror !== undefined) request.authority = mirror;
  const status = /\b(?:status|code|response_code)["']?[=:]\s*["']?(\d{3})\b/i.exec(line)?.[1];
  if (status !== undefined) request.status = Number(status);
  return request;
}

/** A method or a protocol of HTTP, and no level of Envoy's own log. */
const isOfRequest = (line: string): boolean =>
  /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HTTP\/[123])\b|(?:^|[\s|,="'])[1-5]\d\d(?:$|[\s|,"'])/.test(
    line,
  ) &&
  !/\[(?:trace|debug|info|warning|error|critical)\]|\t(?:trace|debug|info|warn|error|fatal)\t/.test(line);
