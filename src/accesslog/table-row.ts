import { parseTime } from './iso-time.ts';
import { clientOf, known, type Mutable, type Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { statusOf } from './status-of.ts';

/**
 * Which columns hold what. A column that is not named here is looked for under its usual names; a named one must be there.
 * Upper and lower case are the same.
 */
export interface Columns {
  /** ISO 8601, or a number (`parseTime`); without any such column rows carry no time (NaN). */
  readonly time?: string | undefined;
  /** The version or subset that answered. */
  readonly version?: string | undefined;
  readonly client?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly authority?: string | undefined;
  readonly status?: string | undefined;
  /** Milliseconds. */
  readonly duration?: string | undefined;
  readonly cluster?: string | undefined;
  /** How many requests the row stands for. */
  readonly count?: string | undefined;
  /** The proxy that called. */
  readonly caller?: string | undefined;
  /** Envoy's response flags. */
  readonly flags?: string | undefined;
  /** How a call of gRPC ended: a number or a name. */
  readonly grpc?: string | undefined;
}

const usual: Readonly<Record<keyof Columns, readonly string[]>> = {
  time: ['time', 'timestamp', 'start_time', '@timestamp', 'ts', 'date'],
  version: ['version', 'subset', 'destination_version', 'served_by', 'podname'],
  client: ['client', 'client_ip', 'remote_addr', 'x_forwarded_for', 'downstream_remote_address'],
  method: ['method'],
  path: ['path', 'url', 'uri'],
  authority: ['authority', 'host'],
  status: [
    'status',
    'response_code',
    'responsecode',
    'code',
    'http_status',
    'status_code',
    'statuscode',
    'http_code',
  ],
  duration: ['duration', 'duration_ms'],
  cluster: ['upstream_cluster', 'cluster'],
  count: ['count', 'counts', 'count(*)', 'count()', 'cnt', 'doc_count', 'requests', 'hits'],
  caller: ['caller', 'proxy', 'gateway'],
  flags: ['response_flags', 'responseflags', 'flags'],
  grpc: ['grpc_status', 'grpcstatus', 'grpc_code', 'grpc_response_status'],
};

/** Whether a column of this name says how many requests its row stands for. */
export const isCountName = (name: string): boolean => usual.count.includes(name.toLowerCase());

export const columnRoles = Object.keys(usual) as readonly (keyof Columns)[];

/** A row by its column names in lower case. */
export type Row = Readonly<Record<string, string>>;

/** Where each role is found among the columns of a table. */
export type Layout = Readonly<Partial<Record<keyof Columns, string>>>;

/** The layout of a table with these columns (lower case), or the sentence about the column that is missing. */
export function layoutOf(names: readonly string[], columns: Columns): Layout | string {
  const layout: Partial<Record<keyof Columns, string>> = {};
  for (const role of columnRoles) {
    const wanted = columns[role]?.toLowerCase();
    if (wanted !== undefined && !names.includes(wanted)) {
      return `there is no column "${columns[role]}"; the columns are ${names.join(', ')}`;
    }
    const found = wanted ?? usual[role].flatMap((usualName) => columnNamed(usualName, names) ?? [])[0];
    if (found !== undefined) layout[role] = found;
  }
  return layout;
}

/** The column of that name, or one whose dotted name ends with it (`json.upstream_cluster.keyword`). */
const columnNamed = (usualName: string, names: readonly string[]): string | undefined =>
  names.find((name) => name === usualName) ??
  names.find((name) => name.replace(/\.keyword$/, '').endsWith(`.${usualName}`));

/** A row -> the request; columns without a role are request headers. */
export function requestOfRow(row: Row, layout: Layout, lineNumber: number): RecordedRequest | Unparsed {
  const cell = (role: keyof Columns): string | undefined => known(row[layout[role] ?? ''] ?? '');
  const time = cell('time');
  if (layout.time !== undefined && time === undefined) return { unparsed: `${layout.time} is empty` };
  const startUs = time === undefined ? Number.NaN : parseTime(time);
  if (startUs === undefined) return { unparsed: `${layout.time} "${time}" is no time` };
  const request: Mutable<RecordedRequest> = { startUs, line: lineNumber };
  const method = cell('method');
  if (method !== undefined) request.method = method;
  const path = cell('path');
  if (path !== undefined) request.path = path;
  const authority = cell('authority');
  if (authority !== undefined) request.authority = authority;
  const status = statusOf(cell('status'));
  if (status !== undefined) request.status = status;
  const grpcStatus = cell('grpc');
  if (grpcStatus !== undefined) request.grpcStatus = grpcStatus;
  const durationMs = Number(cell('duration') ?? Number.NaN);
  if (!Number.isNaN(durationMs)) request.durationMs = durationMs;
  const upstreamCluster = cell('cluster');
  if (upstreamCluster !== undefined) request.upstreamCluster = upstreamCluster;
  // What stands for none tells that there were none.
  if (layout.flags !== undefined) request.flags = cell('flags') ?? '';
  const count = cell('count');
  if (layout.count !== undefined) {
    const times = countOf(count ?? '');
    if (times === undefined) return { unparsed: `${layout.count} "${count ?? ''}" is no whole number` };
    request.times = times;
  }
  const proxy = cell('caller');
  if (proxy !== undefined) request.proxy = proxy;
  const version = cell('version');
  if (version !== undefined) request.version = version;
  const client = clientOf(cell('client'), undefined);
  if (client !== undefined) request.client = client;
  const placed = new Set(Object.values(layout));
  const headers = Object.entries(row).filter(([name, value]) => !placed.has(name) && value !== '');
  if (headers.length > 0) request.headers = Object.fromEntries(headers);
  if (request.headers?.['user-agent'] !== undefined) request.userAgent = request.headers['user-agent'];
  return request;
}

/** A whole number of requests, in groups of three or not: 1234, 1,234, 1_234. */
function countOf(text: string): number | undefined {
  const plain = /^\d{1,3}([,_ ']\d{3})+$/.test(text) ? text.replace(/[,_ ']/g, '') : text;
  return /^\d{1,15}$/.test(plain) ? Number(plain) : undefined;
}
