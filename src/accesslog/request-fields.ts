import { parseTime } from './iso-time.ts';
import { clientOf, known, ownAddress, type Mutable } from './line-part.ts';
import { isClusterName, isObject, lastName, single, type JsonObject } from './log-entry.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { statusOf } from './status-of.ts';

/**
 * Fields of a request under whatever usual names, nested or dotted -> the request. The cluster is known by its form, too. A time that
 * is missing is the record's; NaN where none is told.
 */
export function requestOfFields(
  fields: JsonObject,
  outer: { readonly pod: string | undefined; readonly time: string | number | undefined },
  lineNumber: number,
): RecordedRequest {
  const flat = flattened(fields);
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const own = flat.get(name);
      const told = own === undefined ? undefined : known(String(own));
      if (told !== undefined) return told;
    }
    return undefined;
  };
  const number = (...names: readonly string[]): number | undefined => {
    const own = text(...names);
    return own !== undefined && /^\d+(?:\.\d+)?$/.test(own) ? Number(own) : undefined;
  };
  const time = text('start_time', 'time', 'timestamp', '@timestamp', 'ts', 'date') ?? outer.time;
  const startUs = time === undefined ? undefined : parseTime(String(time));
  const request: Mutable<RecordedRequest> = { startUs: startUs ?? Number.NaN, line: lineNumber };
  const set = <K extends keyof RecordedRequest>(name: K, value: RecordedRequest[K] | undefined): void => {
    if (value !== undefined) request[name] = value;
  };
  set('method', text('method', 'request_method', 'requestmethod', 'http_method'));
  set('path', text('path', 'request_path', 'url', 'uri', 'requesturl'));
  set('authority', text('authority', 'host', 'request_authority'));
  const statuses = [
    'response_code',
    'responsecode',
    'status',
    'status_code',
    'statuscode',
    'code',
    'http_status',
  ];
  set('status', statusOf(text(...statuses)));
  set('grpcStatus', text('grpc_status', 'grpcstatus', 'grpc_status_number'));
  const flagNames = ['response_flags', 'responseflags', 'response_flag', 'flags'];
  const flags = flagNames.map((name) => flat.get(name)).find((own) => own !== undefined);
  if (flags !== undefined) request.flags = known(String(flags)) ?? '';
  set('durationMs', number('duration', 'duration_ms'));
  set('upstreamCluster', text('upstream_cluster') ?? [...flat.values()].find(isClusterName));
  set('upstreamHost', text('upstream_host'));
  set('userAgent', text('user_agent', 'useragent'));
  set('requestId', text('request_id', 'x_request_id', 'requestid'));
  set('routeName', text('route_name'));
  set('client', clientOf(text('x_forwarded_for', 'remoteip'), text('downstream_remote_address')));
  set('proxy', outer.pod ?? ownAddress(text('upstream_local_address')));
  return request;
}

/** Fields by the last part of their names, the outermost first. */
export function flattened(
  fields: JsonObject,
  depth = 0,
  into = new Map<string, string | number>(),
): Map<string, string | number> {
  for (const [name, value] of Object.entries(fields)) {
    const own = single(value);
    const last = lastName(name);
    if ((typeof own === 'string' || typeof own === 'number') && !into.has(last)) into.set(last, own);
  }
  if (depth < 4) {
    for (const value of Object.values(fields)) if (isObject(value)) flattened(value, depth + 1, into);
  }
  return into;
}
