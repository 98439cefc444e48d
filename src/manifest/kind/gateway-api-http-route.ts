import type { Cursor } from '../cursor.ts';
import { linearRegex } from '../linear-regex.ts';
import type { HttpRouteMatch, HttpRouteRule, NamedValueMatch } from '../resource.ts';
import { anything, ignored, int32, list, oneOfWords, struct, text } from '../schema.ts';
import {
  backendFields,
  checkItems,
  checkLength,
  checkPattern,
  checkRange,
  gatewayApiGroup,
  parentFields,
  readGatewayDuration,
  readRoute,
  refuseRule,
} from './gateway-api.ts';
import { backendFilterFields, filterFields } from './gateway-api-filter.ts';
import { checkTotals, readRule } from './gateway-api-rule.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

export const namedValue = struct(
  { type: oneOfWords('Exact', 'RegularExpression'), name: text, value: text },
  { required: ['name', 'value'] },
);

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** kubernetes-sigs/gateway-api apis/v1/httproute_types.go and its CRD's rules (experimental channel, which has retry). */
export const httpRoute: KindReader<'HTTPRoute'> = {
  kind: 'HTTPRoute',
  group: gatewayApiGroup,
  versions: ['v1', 'v1beta1'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct({
      parentRefs: parentFields,
      useDefaultGateways: ignored(text),
      hostnames: list(text),
      rules: list(
        struct({
          name: text,
          matches: list(
            struct({
              path: struct({ type: oneOfWords('Exact', 'PathPrefix', 'RegularExpression'), value: text }),
              headers: list(namedValue),
              queryParams: list(namedValue),
              method: oneOfWords(...methods),
            }),
          ),
          filters: list(filterFields),
          backendRefs: list(
            struct(
              { ...backendFields, weight: int32, filters: list(backendFilterFields) },
              { required: ['name'] },
            ),
          ),
          timeouts: struct({ request: text, backendRequest: text }),
          retry: struct({ codes: list(int32), attempts: int32, backoff: text }),
          sessionPersistence: ignored(anything),
        }),
      ),
    }),
  ),
  checkName: checkSubdomain,
  read(spec, { namespace }) {
    const { rules, ...route } = readRoute(spec, namespace, [1, 16]);
    checkTotals(rules);
    return {
      ...route,
      rules: rules.isSet ? rules.items.map((own) => readHttpRule(own, namespace)) : [everything],
    };
  },
};

/** What the CRD puts in where a route has no rules: a match of all paths, and no backend to go to. */
const everything: HttpRouteRule = {
  matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [], queryParams: [] }],
  backendRefs: [],
  mirrors: [],
};

function readHttpRule(rule: Cursor, namespace: string): HttpRouteRule {
  const retry = rule.at('retry');
  const timeouts = readTimeouts(rule.at('timeouts'));
  return {
    ...readRule(rule, namespace, (matches) =>
      matches.isSet ? matches.items.map(readMatch) : everything.matches,
    ),
    ...(retry.isSet ? { retry: readRetry(retry) } : {}),
    ...(timeouts === undefined ? {} : { timeouts }),
  };
}

/** HTTPPathMatch, whose rules hold for Exact and PathPrefix. */
function readMatch(own: Cursor): HttpRouteMatch {
  const path = own.at('path');
  const type = (path.at('type').text ?? 'PathPrefix') as HttpRouteMatch['path']['type'];
  const value = path.at('value').text ?? '/';
  checkLength(path.at('value'), 0, 1024);
  if (path.isSet && type !== 'RegularExpression') {
    const for_ = "when type one of ['Exact', 'PathPrefix']";
    if (!value.startsWith('/')) refuseRule(path, `value must be an absolute path and start with '/' ${for_}`);
    for (const part of ['//', '/./', '/../', '%2f', '%2F', '#']) {
      if (value.includes(part)) refuseRule(path, `must not contain '${part}' ${for_}`);
    }
    for (const end of ['/..', '/.']) {
      if (value.endsWith(end)) refuseRule(path, `must not end with '${end}' ${for_}`);
    }
    const allowed = "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$";
    if (!new RegExp(allowed).test(value)) {
      refuseRule(
        path,
        `must only contain valid characters (matching ${allowed}) for types ['Exact', 'PathPrefix']`,
      );
    }
  }
  if (type === 'RegularExpression') checkRegex(path.at('value'));
  const method = own.at('method').text;
  return {
    path: { type, value },
    headers: readNamedValues(own.at('headers'), 4096),
    queryParams: readNamedValues(own.at('queryParams'), 1024),
    ...(method === undefined ? {} : { method }),
  };
}

/** Neither the CRD nor istiod looks into an expression: the proxies refuse the whole set of routes (NACK). */
export function checkRegex(own: Cursor): void {
  const regex = own.text ?? '';
  const read = regex === '' ? { problem: 'value length must be at least 1 characters' } : linearRegex(regex);
  if ('problem' in read) {
    own.say(
      'error',
      'MS1039',
      `Envoy would refuse all routes that come with this expression, and keep those that it holds: ${read.problem}`,
      'Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
    );
  }
}

export function readNamedValues(list: Cursor, maxLength: number): NamedValueMatch[] {
  checkItems(list, 0, 16);
  const seen = new Set<string>();
  return list.items.map((own) => {
    const name = own.at('name').text ?? '';
    checkLength(own.at('name'), 1, 256);
    checkPattern(own.at('name'), "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$");
    checkLength(own.at('value'), 1, maxLength);
    // `*` is no expression to RE2: istiod makes it "there, whatever the value" (canBeConvertedToPresentMatch).
    if (own.at('type').text === 'RegularExpression' && own.at('value').text !== '*')
      checkRegex(own.at('value'));
    if (seen.has(name)) own.invalid(`Duplicate value: {"name":"${name}"}`);
    seen.add(name);
    return {
      type: own.at('type').text === 'RegularExpression' ? 'RegularExpression' : 'Exact',
      name,
      value: own.at('value').text ?? '',
    };
  });
}

function readRetry(retry: Cursor): NonNullable<HttpRouteRule['retry']> {
  const backoffUs = readGatewayDuration(retry.at('backoff'));
  const attempts = retry.at('attempts').number;
  for (const code of retry.at('codes').items) checkRange(code, 400, 599);
  return {
    codes: retry.at('codes').items.flatMap((own) => own.number ?? []),
    ...(attempts === undefined ? {} : { attempts }),
    ...(backoffUs === undefined ? {} : { backoffUs }),
  };
}

function readTimeouts(timeouts: Cursor): HttpRouteRule['timeouts'] {
  if (!timeouts.isSet) return undefined;
  const requestUs = readGatewayDuration(timeouts.at('request'));
  const backendRequestUs = readGatewayDuration(timeouts.at('backendRequest'));
  if (requestUs !== undefined && requestUs > 0 && (backendRequestUs ?? 0) > requestUs)
    refuseRule(timeouts, 'backendRequest timeout cannot be longer than request timeout');
  return {
    ...(requestUs === undefined ? {} : { requestUs }),
    ...(backendRequestUs === undefined ? {} : { backendRequestUs }),
  };
}
