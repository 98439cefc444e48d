import { isObject, type JsonObject } from './log-entry.ts';
import type { Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { requestOfFields } from './request-fields.ts';
import { timeReader } from './time-format.ts';

/** Reads lines in a format of its own. */
export interface EnvoyFormat {
  request(line: string, lineNumber: number): RecordedRequest | Unparsed;
  /** Whether a line tells which version was chosen: Envoy's cluster, or a header of the answer that names a version or a pod. */
  readonly tellsVersion: boolean;
}

/** A command operator of Envoy: `%REQ(X?Y):Z%`. */
interface Operator {
  /** The field that it is, where it is one that counts. */
  readonly field: string | undefined;
  readonly readTime: ((text: string) => number | undefined) | undefined;
  /** The format of a time, which may hold what separates fields. */
  readonly timeFormat: string;
}

/**
 * The format of an access log as Envoy or MeshConfig has it (envoy, docs/root/configuration/observability/access_log/usage.rst): a format
 * string of text and command operators, or the object of a JSON format (its values are such strings) -> a reader of its lines; a sentence
 * where it can not be read.
 */
export function envoyFormat(format: string): EnvoyFormat | string {
  const plain = format.trim();
  if (!plain.includes('%'))
    return 'an access log format with command operators is expected, as in %UPSTREAM_CLUSTER%';
  if (!plain.startsWith('{')) return textFormat(plain.replace(/\\n$/, ''));
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch {
    // A line that looks like JSON is text all the same.
    return textFormat(plain);
  }
  return isObject(value) ? jsonFormat(value) : 'an object of names and formats is expected';
}

const operatorShape = /%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d+))?%/g;

/** Fields by operator; of a header by the first of its names that is known. */
const operatorFields: Readonly<Record<string, string>> = {
  START_TIME: 'start_time',
  RESPONSE_CODE: 'response_code',
  RESPONSE_FLAGS: 'response_flags',
  GRPC_STATUS: 'grpc_status',
  GRPC_STATUS_NUMBER: 'grpc_status',
  DURATION: 'duration',
  UPSTREAM_CLUSTER: 'upstream_cluster',
  UPSTREAM_CLUSTER_RAW: 'upstream_cluster',
  UPSTREAM_HOST: 'upstream_host',
  UPSTREAM_LOCAL_ADDRESS: 'upstream_local_address',
  DOWNSTREAM_REMOTE_ADDRESS: 'downstream_remote_address',
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: 'downstream_remote_address',
  ROUTE_NAME: 'route_name',
};
const headerFields: Readonly<Record<string, string>> = {
  ':method': 'method',
  ':path': 'path',
  'x-envoy-original-path': 'path',
  ':authority': 'authority',
  host: 'authority',
  'x-request-id': 'request_id',
  'user-agent': 'user_agent',
  'x-forwarded-for': 'x_forwarded_for',
};

function operatorOf(name: string, argument: string): Operator {
  const isTime = name === 'START_TIME';
  const timeFormat = isTime ? argument : '';
  return {
    field: operatorFields[name] ?? headerField(name, argument),
    readTime: isTime && argument !== '' ? timeReader(argument) : undefined,
    timeFormat,
  };
}

function headerField(name: string, argument: string): string | undefined {
  const headers = argument.toLowerCase().split('?');
  if (name === 'REQ' || name === 'REQUEST_HEADER')
    return headers.map((own) => headerFields[own]).find((own) => own !== undefined);
  if (name !== 'RESP' && name !== 'RESPONSE_HEADER') return undefined;
  return headers.some((own) => /version|served-by|pod|subset/.test(own)) ? 'version' : undefined;
}

/** Pieces of text, each before an operator, and the last behind all. */
function textFormat(format: string): EnvoyFormat | string {
  const operators: Operator[] = [];
  const literals: string[] = [];
  let from = 0;
  for (const found of format.matchAll(operatorShape)) {
    literals.push(format.slice(from, found.index).replaceAll('%%', '%'));
    operators.push(operatorOf(found[1]!, found[2] ?? ''));
    from = found.index + found[0].length;
  }
  literals.push(format.slice(from).replaceAll('%%', '%'));
  if (operators.length === 0) return 'no command operator is in it, as in %UPSTREAM_CLUSTER%';
  const joined = literals.slice(1, -1).findIndex((text) => text === '');
  if (joined >= 0)
    return `nothing stands between its fields ${joined + 1} and ${joined + 2}: where one ends can not be told`;
  return {
    tellsVersion: operators.some(({ field }) => field === 'upstream_cluster' || field === 'version'),
    request: (line, lineNumber) => {
      const fields = textFields(behindPrefix(line, literals[0]!), literals, operators);
      return fields === undefined ? { unparsed: 'not of the format' } : requestOf(fields, lineNumber);
    },
  };
}

/** Without what kubectl, stern or a container runtime wrote before it. */
function behindPrefix(line: string, first: string): string {
  const own = line
    .replace(/^\[pod\/[^\]]*\] /, '')
    .replace(/^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [PF] /, '');
  const at = first.trim() === '' ? 0 : own.indexOf(first);
  return at < 0 ? own : own.slice(at);
}

function textFields(
  line: string,
  literals: readonly string[],
  operators: readonly Operator[],
): JsonObject | undefined {
  if (!line.startsWith(literals[0]!)) return undefined;
  const fields: Record<string, string | number> = {};
  let at = literals[0]!.length;
  for (const [place, operator] of operators.entries()) {
    const literal = literals[place + 1]!;
    const isLast = place === operators.length - 1;
    let end = isLast && literal === '' ? line.length : line.indexOf(literal, at);
    // Of a format that holds the separator itself, as "%d/%b/%Y %H:%M" does, so many are passed.
    for (
      let passed = operator.timeFormat.split(literal).length - 1;
      literal !== '' && passed > 0 && end >= 0;
      passed -= 1
    ) {
      end = line.indexOf(literal, end + literal.length);
    }
    if (end < 0) return undefined;
    note(fields, operator, line.slice(at, end));
    at = end + literal.length;
  }
  return fields;
}

function note(fields: Record<string, string | number>, { field, readTime }: Operator, text: string): void {
  if (field === undefined || field in fields) return;
  const us = readTime?.(text);
  // Seconds, as `parseTime` takes small numbers.
  fields[field] = us === undefined ? text : us / 1_000_000;
}

function requestOf(fields: JsonObject, lineNumber: number): RecordedRequest {
  const request = requestOfFields(fields, { pod: undefined, time: undefined }, lineNumber);
  const { version } = fields;
  return typeof version === 'string' && version !== '-' && version !== '' ? { ...request, version } : request;
}

/** Values by their path of names. */
function jsonFormat(format: JsonObject): EnvoyFormat | string {
  const operators: { readonly path: readonly string[]; readonly operator: Operator }[] = [];
  const look = (object: JsonObject, path: readonly string[]): void => {
    for (const [name, value] of Object.entries(object)) {
      if (isObject(value)) look(value, [...path, name]);
      else if (typeof value === 'string') {
        const found = [...value.matchAll(operatorShape)];
        if (found.length === 1)
          operators.push({ path: [...path, name], operator: operatorOf(found[0]![1]!, found[0]![2] ?? '') });
      }
    }
  };
  look(format, []);
  if (operators.length === 0) return 'no value of it is a command operator, as in "%UPSTREAM_CLUSTER%"';
  return {
    tellsVersion: operators.some(
      ({ operator: { field } }) => field === 'upstream_cluster' || field === 'version',
    ),
    request: (line, lineNumber) => {
      const start = line.indexOf('{');
      let value: unknown;
      try {
        value = start < 0 ? undefined : JSON.parse(line.slice(start));
      } catch {
        return { unparsed: line.trimEnd().endsWith('}') ? 'the JSON is not valid' : 'the line is cut off' };
      }
      if (!isObject(value)) return { unparsed: 'no JSON object' };
      const fields: Record<string, string | number> = {};
      for (const { path, operator } of operators) {
        const own = path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
        if (typeof own === 'string' || typeof own === 'number') note(fields, operator, String(own));
      }
      return Object.keys(fields).length === 0
        ? { unparsed: "none of the format's keys is in it" }
        : requestOf(fields, lineNumber);
    },
  };
}
