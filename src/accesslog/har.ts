import { parseIsoTime } from './iso-time.ts';
import type { Mutable } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** What of an archive could not be read: an entry, by its number from 1; null: all of it. */
export interface HarProblem {
  readonly entry: number | null;
  readonly why: string;
}

/**
 * What a browser's network panel saved (HTTP Archive 1.2) -> its requests in the order of the file, with the headers sent
 * and, where it was saved with content, the body received (base64 undone). An entry that has no request or no time is left
 * out with a problem; text that is no HAR is one problem.
 */
export function parseHar(text: string): {
  readonly requests: readonly RecordedRequest[];
  readonly problems: readonly HarProblem[];
} {
  const entries = entriesOf(text);
  if (typeof entries === 'string') return { requests: [], problems: [{ entry: null, why: entries }] };
  const requests: RecordedRequest[] = [];
  const problems: HarProblem[] = [];
  entries.forEach((entry, index) => {
    const read = requestOf(entry, index + 1);
    if (typeof read === 'string') problems.push({ entry: index + 1, why: read });
    else requests.push(read);
  });
  return { requests, problems };
}

function entriesOf(text: string): readonly unknown[] | string {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return `the HAR is not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const entries = at(at(data, 'log'), 'entries');
  return Array.isArray(entries) ? entries : 'no HAR: log.entries is missing';
}

function requestOf(entry: unknown, number: number): RecordedRequest | string {
  const started = at(entry, 'startedDateTime');
  const startUs = typeof started === 'string' ? parseIsoTime(started) : undefined;
  if (startUs === undefined) return 'startedDateTime is missing or no time';
  const url = at(at(entry, 'request'), 'url');
  if (typeof url !== 'string') return 'request.url is missing';
  const headers = headersOf(at(at(entry, 'request'), 'headers'));
  const request: Mutable<RecordedRequest> = { startUs, headers, line: number };
  const method = at(at(entry, 'request'), 'method');
  if (typeof method === 'string') request.method = method;
  const place = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([^#]*)/i.exec(url);
  const path = place?.[2] ?? url;
  request.path = path.startsWith('/') ? path : `/${path}`;
  const authority = headers['host'] ?? place?.[1];
  if (authority !== undefined && authority !== '') request.authority = authority;
  const status = at(at(entry, 'response'), 'status');
  if (typeof status === 'number') request.status = status;
  const time = at(entry, 'time');
  if (typeof time === 'number' && time >= 0) request.durationMs = time;
  if (headers['user-agent'] !== undefined) request.userAgent = headers['user-agent'];
  if (headers['x-request-id'] !== undefined) request.requestId = headers['x-request-id'];
  const body = bodyOf(at(at(entry, 'response'), 'content'));
  if (body !== undefined) request.body = body;
  return request;
}

/** Names in lower case, without HTTP/2's pseudo headers; of a name that comes twice the values, comma separated. */
function headersOf(list: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const header of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    const name = at(header, 'name');
    const value = at(header, 'value');
    if (typeof name !== 'string' || typeof value !== 'string' || name.startsWith(':')) continue;
    const lower = name.toLowerCase();
    headers[lower] = headers[lower] === undefined ? value : `${headers[lower]}, ${value}`;
  }
  return headers;
}

function bodyOf(content: unknown): string | undefined {
  const text = at(content, 'text');
  if (typeof text !== 'string') return undefined;
  if (at(content, 'encoding') !== 'base64') return text;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** A member of what may be no object at all. */
function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
