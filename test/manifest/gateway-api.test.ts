import { describe, expect, test } from 'vitest';
import { ofKind, parseOne } from './manifest-text.ts';

/**
 * Limits and rules of the CRDs (kubernetes-sigs/gateway-api apis/v1/httproute_types.go, gateway_types.go) in the words of the
 * API server. The spec begins in line 6, indented by two.
 */
const text = (kind: string, spec: string): string =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata:\n  name: reviews\nspec:\n${spec.replace(/^(?=.)/gm, '  ')}\n`;
const parents = `parentRefs: [{group: "", kind: Service, name: reviews}]`;
const route = (rule: string): string => text('HTTPRoute', `${parents}\nrules:\n- ${rule}`);
const problemsOf = (own: string) =>
  parseOne(own).problems.map(
    ({ severity, code, line, message }) => `${line ?? 0} ${severity} ${code} ${message}`,
  );

describe('HTTPRoute', () => {
  test('is read with the defaults of its CRD, and an omitted weight stays omitted', () => {
    const { manifest, problems } = parseOne(
      route(
        '{backendRefs: [{name: reviews-v1, port: 9080, weight: 3}, {name: reviews-v3, port: 9080}], timeouts: {request: 1s500ms}}',
      ),
    );
    expect(problems).toEqual([]);
    expect(ofKind(manifest, 'HTTPRoute')[0]!.spec).toEqual({
      parentRefs: [{ group: '', kind: 'Service', name: 'reviews', namespace: 'default' }],
      hostnames: [],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [], queryParams: [] }],
          backendRefs: [
            { group: '', kind: 'Service', namespace: 'default', name: 'reviews-v1', port: 9080, weight: 3 },
            { group: '', kind: 'Service', namespace: 'default', name: 'reviews-v3', port: 9080 },
          ],
          mirrors: [],
          timeouts: { requestUs: 1_500_000 },
        },
      ],
    });
  });

  test('without rules it has the one of the CRD: all paths, and no backend', () => {
    const { manifest, problems } = parseOne(text('HTTPRoute', parents));
    expect(problems).toEqual([]);
    expect(ofKind(manifest, 'HTTPRoute')[0]!.spec.rules).toEqual([
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [], queryParams: [] }],
        backendRefs: [],
        mirrors: [],
      },
    ]);
  });

  test.each([
    { port: 0, is: false },
    { port: 1, is: true },
    { port: 65535, is: true },
    { port: 65536, is: false },
  ])('the port $port of a parent is a port: $is', ({ port, is }) => {
    const problems = problemsOf(text('HTTPRoute', `parentRefs: [{name: entry, port: ${port}}]`));
    expect(problems.filter((own) => own.includes('port')).length).toBe(is ? 0 : 1);
  });

  test('a field that it does not have is an error with what was probably meant', () => {
    const { problems } = parseOne(route('{backendRefs: [{name: reviews-v1, port: 9080, weigth: 3}]}'));
    expect(problems).toMatchObject([
      {
        code: 'MS1010',
        line: 8,
        message: 'unknown field "spec.rules[0].backendRefs[0].weigth"',
        hint: 'did you mean "weight"?',
      },
    ]);
  });

  test('v1beta1 is read as v1; v1alpha2 is no version of it', () => {
    const beta = route('{}').replace('/v1\n', '/v1beta1\n');
    expect(problemsOf(beta)).toEqual([]);
    expect(problemsOf(beta.replace('v1beta1', 'v1alpha2'))).toEqual([
      '1 error MS1006 no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v1alpha2"',
    ]);
  });

  const backend = (fields: string): string => `{backendRefs: [{name: a, ${fields}}]}`;
  const match = (fields: string): string => `{matches: [{${fields}}]}`;
  const many = (count: number, item: string): string => Array.from({ length: count }, () => item).join(', ');
  test.each([
    {
      rule: backend('port: 80, weight: 1000001'),
      says: 'spec.rules[0].backendRefs[0].weight: Invalid value: 1000001: spec.rules[0].backendRefs[0].weight in body should be less than or equal to 1000000',
      because: 'weights end at a million',
    },
    {
      rule: backend('port: 80, weight: -1'),
      says: 'spec.rules[0].backendRefs[0].weight: Invalid value: -1: spec.rules[0].backendRefs[0].weight in body should be greater than or equal to 0',
      because: 'and begin at 0',
    },
    {
      rule: `{backendRefs: [${many(17, '{name: a, port: 80}')}]}`,
      says: 'spec.rules[0].backendRefs: Too many: 17: must have at most 16 items',
      because: 'sixteen backends',
    },
    {
      rule: '{backendRefs: [{name: a}]}',
      says: 'spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference',
      because: 'Gateway API knows no default port',
    },
    {
      rule: '{timeouts: {request: 1.5s}}',
      says: 'spec.rules[0].timeouts.request: Invalid value: "1.5s": spec.rules[0].timeouts.request in body should match \'^([0-9]{1,5}(h|m|s|ms)){1,4}$\'',
      because: 'GEP-2257 has no fractions',
    },
    {
      rule: '{timeouts: {request: 100us}}',
      says: 'spec.rules[0].timeouts.request: Invalid value: "100us": spec.rules[0].timeouts.request in body should match \'^([0-9]{1,5}(h|m|s|ms)){1,4}$\'',
      because: 'and no microseconds',
    },
    {
      rule: '{timeouts: {request: 1s, backendRequest: 2s}}',
      says: 'spec.rules[0].timeouts: Invalid value: "object": backendRequest timeout cannot be longer than request timeout',
      because: 'one try is a part of the request',
    },
    {
      rule: '{retry: {codes: [200]}}',
      says: 'spec.rules[0].retry.codes[0]: Invalid value: 200: spec.rules[0].retry.codes[0] in body should be greater than or equal to 400',
      because: 'success is not tried again',
    },
    {
      rule: match('path: {value: reviews}'),
      says: "spec.rules[0].matches[0].path: Invalid value: \"object\": value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
      because: 'paths are absolute',
    },
    {
      rule: match('path: {type: Exact, value: /a//b}'),
      says: "spec.rules[0].matches[0].path: Invalid value: \"object\": must not contain '//' when type one of ['Exact', 'PathPrefix']",
      because: 'paths are in their normal form',
    },
    {
      rule: match('path: {type: Prefix, value: /a}'),
      says: 'spec.rules[0].matches[0].path.type: Unsupported value: "Prefix": supported values: "Exact", "PathPrefix", "RegularExpression"',
      because: 'it is called PathPrefix here',
    },
    {
      rule: match('method: get'),
      says: 'spec.rules[0].matches[0].method: Unsupported value: "get": supported values: "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"',
      because: 'methods are in capitals',
    },
    {
      rule: match('headers: [{name: x, value: a}, {name: x, value: b}]'),
      says: 'spec.rules[0].matches[0].headers[1]: Duplicate value: {"name":"x"}',
      because: 'a list by name',
    },
    {
      rule: '{filters: [{type: RequestMirror}]}',
      says: 'spec.rules[0].filters[0]: Invalid value: "object": filter.requestMirror must be specified for RequestMirror filter.type',
      because: 'a filter has the block of its type',
    },
    {
      rule: '{filters: [{type: URLRewrite, urlRewrite: {hostname: a.b}, requestRedirect: {port: 80}}]}',
      says: 'spec.rules[0].filters[0]: Invalid value: "object": filter.requestRedirect must be nil if the filter.type is not RequestRedirect',
      because: 'and no other',
    },
    {
      rule: '{filters: [{type: RequestRedirect, requestRedirect: {port: 80}}], backendRefs: [{name: a, port: 80}]}',
      says: 'spec.rules[0]: Invalid value: "object": RequestRedirect filter must not be used together with backendRefs',
      because: 'what is redirected is not routed',
    },
    {
      rule: '{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 80}, percent: 1, fraction: {numerator: 1}}}]}',
      says: 'spec.rules[0].filters[0].requestMirror: Invalid value: "object": Only one of percent or fraction may be specified in HTTPRequestMirrorFilter',
      because: 'a share is said once',
    },
    {
      rule: '{matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}',
      says: 'spec.rules[0]: Invalid value: "object": When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified',
      because: 'there is no prefix to replace',
    },
    {
      rule: '{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}}]}',
      says: "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
      because: 'a path is replaced by something',
    },
  ])('$because', ({ rule, says }) => {
    expect(problemsOf(route(rule))).toEqual([expect.stringContaining(says) as string]);
    expect(problemsOf(route(rule))[0]).toMatch(/^8 error MS101[34] /);
  });

  test.each([
    { host: '10.0.0.1', valid: true, because: 'digits are labels to the pattern of the CRD' },
    { host: '"*.example.com"', valid: true, because: 'a wildcard label in front' },
    { host: '"a.*.com"', valid: false, because: 'and nowhere else' },
    { host: 'Shop.example.com', valid: false, because: 'no capitals' },
  ])('hostname $host: $because', ({ host, valid }) => {
    const found = problemsOf(text('HTTPRoute', `hostnames: [${host}]\nrules: [{}]`));
    expect(found.length === 0).toBe(valid);
  });

  test('a Service as a parent without a group is warned of: the group of a parent is Gateway API’s', () => {
    const { problems } = parseOne(route('{}').replace('group: "", ', ''));
    expect(problems).toMatchObject([{ severity: 'warning', code: 'MS1037', line: 6 }]);
  });

  test.each([
    {
      match: 'path: {type: RegularExpression, value: "/a(?!b)"}',
      refused: 'invalid or unsupported Perl syntax: `(?!`',
    },
    {
      match: 'path: {type: RegularExpression, value: "*"}',
      refused: 'missing argument to repetition operator: `*`',
    },
    {
      match: 'path: {type: RegularExpression, value: ""}',
      refused: 'value length must be at least 1 characters',
    },
    { match: 'headers: [{type: RegularExpression, name: a, value: "("}]', refused: 'missing closing ): `(`' },
    { match: 'headers: [{type: RegularExpression, name: a, value: "*"}]', refused: undefined },
    { match: 'queryParams: [{type: RegularExpression, name: a, value: "*"}]', refused: undefined },
    { match: 'path: {type: RegularExpression, value: "(?i)/a+|/b"}', refused: undefined },
  ])('expressions are those of RE2, of which Envoy refuses others: $match', ({ match, refused }) => {
    const { problems } = parseOne(route(`{matches: [{${match}}]}`));
    const says =
      'Envoy would refuse all routes that come with this expression, and keep those that it holds: ';
    expect(problems.map(({ code, message }) => ({ code, message }))).toEqual(
      refused === undefined ? [] : [{ code: 'MS1039', message: says + refused }],
    );
  });

  test('what the model does not do is listed once: headers that nobody looks at, session persistence', () => {
    const edits =
      '{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, {name: c, value: "%HOSTNAME%"}]}}, {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: Set-Cookie, value: a=1}], remove: [server]}}';
    const { manifest, problems } = parseOne(
      route(`{filters: [${edits}], sessionPersistence: {sessionName: s}}`),
    );
    expect(problems).toEqual([]);
    expect(manifest.ignoredFields.map((own) => own.field)).toEqual([
      'spec.rules[].filters[].requestHeaderModifier.set[]',
      'spec.rules[].filters[].responseHeaderModifier.remove[]',
      'spec.rules[].sessionPersistence',
    ]);
  });
});

describe('Gateway', () => {
  const gateway = (listeners: string): string =>
    text('Gateway', `gatewayClassName: istio\nlisteners: [${listeners}]`);

  test('is read by its listeners', () => {
    const { manifest, problems } = parseOne(
      gateway(
        '{name: http, port: 80, protocol: HTTP}, {name: all, port: 8080, protocol: HTTP, hostname: "*.a.b", allowedRoutes: {namespaces: {from: All}}}',
      ),
    );
    expect(problems).toEqual([]);
    expect(ofKind(manifest, 'KubernetesGateway')[0]!.spec.listeners).toEqual([
      { name: 'http', port: 80, protocol: 'HTTP', routesFrom: 'Same' },
      { name: 'all', port: 8080, protocol: 'HTTP', hostname: '*.a.b', routesFrom: 'All' },
    ]);
  });

  test.each([
    {
      listeners: '{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}',
      says: 'spec.listeners: Invalid value: "array": Listener name must be unique within the Gateway',
      because: 'names tell listeners apart',
    },
    {
      listeners: '{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}',
      says: 'spec.listeners: Invalid value: "array": Combination of port, protocol and hostname must be unique for each listener',
      because: 'a request belongs to one listener',
    },
    {
      listeners: '{name: a, port: 80, protocol: HTTP, tls: {mode: Terminate}}',
      says: "spec.listeners: Invalid value: \"array\": tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
      because: 'plain HTTP has no TLS',
    },
    {
      listeners: '{name: a, port: 70000, protocol: HTTP}',
      says: 'spec.listeners[0].port: Invalid value: 70000: spec.listeners[0].port in body should be less than or equal to 65535',
      because: 'ports are 16 bits',
    },
    {
      listeners: '',
      says: 'spec.listeners: Invalid value: 0: spec.listeners in body should have at least 1 items',
      because: 'a Gateway without listeners takes nothing',
    },
    {
      listeners: Array.from(
        { length: 65 },
        (_, at) => `{name: a${at}, port: ${80 + at}, protocol: HTTP}`,
      ).join(),
      says: 'spec.listeners: Too many: 65: must have at most 64 items',
      because: 'a Gateway has no more than 64 listeners',
    },
  ])('$because', ({ listeners, says }) => {
    expect(problemsOf(gateway(listeners))).toEqual([`7 error MS1014 ${says}`]);
  });
});
