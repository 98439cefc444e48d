import { isoTimeAt } from './iso-time.ts';
import { parseJsonLine } from './json-line.ts';
import { clientOf, known, ownAddress, podOfPrefix, type Mutable, type Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';

/**
 * A line of an access log -> the request, or why it is none. Each line is looked at by itself, so that a file may mix:
 *
 *   Envoy's default text   [time] "GET /path HTTP/1.1" 200 - 0 178 4 3 "xff" "agent" "id" "authority" "host"
 *   Istio's default text   [time] "GET /path HTTP/1.1" 200 - via_upstream - "-" 0 178 4 3 "xff" ... "host" cluster ...
 *   Istio's JSON           {"start_time":"...","upstream_cluster":"...", ...}
 *
 * What kubectl, stern or a container runtime writes before a line is skipped. The line comes without its line end.
 * Formats: Envoy, docs/root/configuration/observability/access_log/usage.rst; Istio, pilot/pkg/model/telemetry_logging.go.
 */
export function parseLine(line: string, lineNumber: number): RecordedRequest | Unparsed {
  const text = textStart(line);
  const json = line.indexOf('{');
  if (text >= 0 && (json < 0 || text < json)) return parseText(line, text, lineNumber);
  return json >= 0 ? parseJsonLine(line, json, lineNumber, parseLine) : { unparsed: 'no access log line' };
}

const quote = 34;
const dash = 45;
const space = 32;
const zero = 48;
const nine = 57;
const backslash = 92;

const isDigit = (code: number): boolean => code >= zero && code <= nine;

/** Where `[2026-` begins: the time that opens each text line, behind whatever prefix. */
function textStart(line: string): number {
  for (let at = line.indexOf('['); at >= 0; at = line.indexOf('[', at + 1)) {
    if (
      isDigit(line.charCodeAt(at + 1)) &&
      isDigit(line.charCodeAt(at + 2)) &&
      isDigit(line.charCodeAt(at + 3)) &&
      isDigit(line.charCodeAt(at + 4)) &&
      line.charCodeAt(at + 5) === dash
    )
      return at;
  }
  return -1;
}

const cutOff: Unparsed = { unparsed: 'the line is cut off' };

/** The text formats, left to right. `at` is always the first character that is not read yet. */
function parseText(line: string, start: number, lineNumber: number): RecordedRequest | Unparsed {
  const timeEnd = line.indexOf(']', start);
  if (timeEnd < 0) return cutOff;
  const startUs = isoTimeAt(line, start + 1, timeEnd);
  if (startUs === undefined) return { unparsed: 'the time is none' };
  let at = timeEnd + 1;
  if (line.charCodeAt(at) !== space || line.charCodeAt(at + 1) !== quote) {
    return line.length <= at + 1 ? cutOff : { unparsed: 'no request line after the time' };
  }

  const requestStart = at + 2;
  const requestEnd = quoteEnd(line, requestStart, zero, nine);
  if (requestEnd < 0) return cutOff;
  const methodEnd = line.indexOf(' ', requestStart);
  const pathEnd = line.lastIndexOf(' ', requestEnd - 1);
  if (methodEnd < 0 || methodEnd >= requestEnd) return { unparsed: 'the request line has no path' };
  const method = known(line.slice(requestStart, methodEnd));
  const path = pathEnd > methodEnd ? known(unescaped(line, methodEnd + 1, pathEnd)) : undefined;

  at = requestEnd + 2;
  let end = tokenEnd(line, at);
  const status = wholeNumber(line, at, end);
  if (Number.isNaN(status)) return { unparsed: 'the response code is no number' };
  at = end + 1;
  end = tokenEnd(line, at);
  if (end >= line.length) return cutOff;
  const flagsText = line.slice(at, end);
  at = end + 1;

  // Istio puts response details here, Envoy's default does not: the next whole number is BYTES_RECEIVED in both.
  const detailsStart = at;
  for (end = fieldEnd(line, at); Number.isNaN(wholeNumber(line, at, end)); end = fieldEnd(line, at)) {
    at = end + 1;
    if (at >= line.length) return cutOff;
  }
  const isIstio = at > detailsStart;
  at = tokenEnd(line, end + 1) + 1;
  end = tokenEnd(line, at);
  const duration = wholeNumber(line, at, end);
  at = tokenEnd(line, end + 1) + 1;

  // "X-FORWARDED-FOR" "USER-AGENT" "X-REQUEST-ID" "AUTHORITY" "UPSTREAM_HOST"
  if (line.charCodeAt(at) !== quote) return cutOff;
  const forwardedStart = at + 1;
  const forwardedEnd = quoteEnd(line, forwardedStart, quote, quote);
  if (forwardedEnd < 0) return cutOff;
  const agentStart = forwardedEnd + 3;
  const agentEnd = quoteEnd(line, agentStart, quote, quote);
  if (agentEnd < 0) return cutOff;
  const idStart = agentEnd + 3;
  const idEnd = quoteEnd(line, idStart, quote, quote);
  if (idEnd < 0) return cutOff;
  const authorityStart = idEnd + 3;
  const authorityEnd = quoteEnd(line, authorityStart, quote, quote);
  if (authorityEnd < 0) return cutOff;
  const hostStart = authorityEnd + 3;
  const hostEnd = line.indexOf('"', hostStart);
  if (hostEnd < 0) return cutOff;

  let upstreamCluster: string | undefined;
  let peer: string | undefined;
  let routeName: string | undefined;
  let proxy = podOfPrefix(line, start);
  if (isIstio) {
    at = hostEnd + 2;
    end = line.indexOf(' ', at);
    // A cluster that ends with the line may have lost the end of its name.
    if (end < 0) return cutOff;
    upstreamCluster = known(line.slice(at, end));
    const upstreamLocalEnd = tokenEnd(line, end + 1);
    if (upstreamLocalEnd < line.length) proxy ??= ownAddress(known(line.slice(end + 1, upstreamLocalEnd)));
    const downstreamLocalEnd = tokenEnd(line, upstreamLocalEnd + 1);
    end = line.indexOf(' ', downstreamLocalEnd + 1);
    if (end >= 0) peer = known(line.slice(downstreamLocalEnd + 1, end));
    const serverNameEnd = end < 0 ? -1 : line.indexOf(' ', end + 1);
    if (serverNameEnd >= 0)
      routeName = known(line.slice(serverNameEnd + 1, tokenEnd(line, serverNameEnd + 1)));
  }

  const request: Mutable<RecordedRequest> = { startUs, status, line: lineNumber };
  request.flags = flagsText === '-' ? '' : flagsText;
  if (method !== undefined) request.method = method;
  if (path !== undefined) request.path = path;
  if (!Number.isNaN(duration)) request.durationMs = duration;
  const client = clientOf(known(line.slice(forwardedStart, forwardedEnd)), peer);
  if (client !== undefined) request.client = client;
  const userAgent = known(unescaped(line, agentStart, agentEnd));
  if (userAgent !== undefined) request.userAgent = userAgent;
  const requestId = known(line.slice(idStart, idEnd));
  if (requestId !== undefined) request.requestId = requestId;
  const authority = known(line.slice(authorityStart, authorityEnd));
  if (authority !== undefined) request.authority = authority;
  const upstreamHost = known(line.slice(hostStart, hostEnd));
  if (upstreamHost !== undefined) request.upstreamHost = upstreamHost;
  if (upstreamCluster !== undefined) request.upstreamCluster = upstreamCluster;
  if (routeName !== undefined) request.routeName = routeName;
  if (proxy !== undefined) request.proxy = proxy;
  return request;
}

/** Where the unquoted field that begins at `at` ends. */
function tokenEnd(line: string, at: number): number {
  const end = line.indexOf(' ', at);
  return end < 0 ? line.length : end;
}

/** Where the field that begins at `at`, in quotes or not, ends. */
function fieldEnd(line: string, at: number): number {
  if (line.charCodeAt(at) !== quote) return tokenEnd(line, at);
  const end = line.indexOf('" ', at + 1);
  return end < 0 ? line.length : end + 1;
}

/**
 * The quote that closes a quoted field: Envoy does not escape what a client sent, so a quote counts only when what must
 * follow it does: a space and a character from `low` to `high`. -1 where there is none.
 */
function quoteEnd(line: string, from: number, low: number, high: number): number {
  for (let at = line.indexOf('" ', from); at >= 0; at = line.indexOf('" ', at + 1)) {
    const next = line.charCodeAt(at + 2);
    if (next >= low && next <= high && !(at > from && line.charCodeAt(at - 1) === backslash)) return at;
  }
  return -1;
}

/** The digits from `at` up to `end` as a number, NaN where something else stands there. */
function wholeNumber(line: string, at: number, end: number): number {
  if (at >= end) return Number.NaN;
  let value = 0;
  for (let i = at; i < end; i += 1) {
    const code = line.charCodeAt(i);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + (code - zero);
  }
  return value;
}

function unescaped(line: string, from: number, end: number): string {
  const text = line.slice(from, end);
  return text.includes('\\') ? text.replaceAll('\\"', '"').replaceAll('\\\\', '\\') : text;
}
