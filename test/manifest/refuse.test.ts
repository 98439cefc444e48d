import { describe, expect, test } from 'vitest';
import {
  destinationRuleText,
  gatewayText,
  parseOne,
  serviceText,
  virtualServiceText,
} from './manifest-text.ts';

/**
 * Expected words: Istio's pkg/config/validation/validation.go, virtualservice.go and agent/validation.go (code IST0106), and
 * Kubernetes' strict decoding and schema validation (codes MS10xx). The spec begins in line 6, indented by two.
 */
interface Refusal {
  readonly spec: string;
  readonly code?: string;
  /** Where the rest of it lists what there is: how it begins, with three dots at its end. */
  readonly message: string;
  readonly at: string;
  readonly hint?: string;
  readonly because: string;
}

const onlyProblem = (text: string) => {
  const { manifest, problems } = parseOne(text);
  expect(manifest.resources).toEqual([]);
  const errors = problems.filter((own) => own.severity === 'error');
  expect(errors.map((own) => own.message)).toHaveLength(1);
  const [own] = errors;
  return { ...own!, at: `${own!.line}:${own!.column}` };
};

const check = (text: string, row: Refusal): void => {
  const { code, message, at, hint } = onlyProblem(text);
  const begins = row.message.endsWith('...') ? row.message.slice(0, -3) : undefined;
  const said = begins !== undefined && message.startsWith(begins) ? `${begins}...` : message;
  expect({ code, message: said, at }).toEqual({
    code: row.code ?? 'IST0106',
    message: row.message,
    at: row.at,
  });
  if (row.hint !== undefined) expect(hint).toBe(row.hint);
};

const to = (weights: string): string => `hosts: [reviews]\nhttp:\n- route:\n${weights}`;
const rule = (fields: string): string =>
  `hosts: [reviews]\nhttp:\n- route: [{destination: {host: reviews}}]\n${fields.replace(/^/gm, '  ')}`;

const refusedRegex = (problem: string): string =>
  `"uri": error parsing regexp: ${problem}; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`;

describe('VirtualService', () => {
  const rows: readonly Refusal[] = [
    {
      spec: to(
        '  - destination: {host: reviews, subset: v1}\n    weigth: 50\n  - destination: {host: reviews, subset: v3}\n    weight: 50',
      ),
      code: 'MS1010',
      message: 'unknown field "spec.http[0].route[0].weigth"',
      at: '10:7',
      hint: 'did you mean "weight"?',
      because: 'kubectl decodes strictly, and a mistyped weight would be no weight',
    },
    {
      spec: to('  - destination: {host: reviews}\n    subset: v1'),
      code: 'MS1010',
      message: 'unknown field "spec.http[0].route[0].subset"',
      at: '10:7',
      hint: '"subset" belongs under "destination"; check the indentation',
      because: 'it is two columns off',
    },
    {
      spec: to('  - destination: {host: reviews}\n    weight: "50"'),
      code: 'MS1011',
      message: 'spec.http[0].route[0].weight: Invalid value: "string": must be of type integer: "string"',
      at: '10:15',
      hint: 'write 50 without quotes',
      because: 'the CRD says integer',
    },
    {
      spec: to('  - destination: {host: reviews}\n    weight: 50.5'),
      code: 'MS1011',
      message: 'spec.http[0].route[0].weight: Invalid value: "number": must be of type integer: "number"',
      at: '10:15',
      because: 'weights are whole',
    },
    {
      spec: to('  - destination: {host: reviews}\n    weight: 3000000000'),
      code: 'MS1011',
      message:
        'spec.http[0].route[0].weight: Invalid value: 3000000000: cannot unmarshal number into Go value of type int32',
      at: '10:15',
      because: '2^31 - 1 = 2147483647 is the largest int32',
    },
    {
      spec: to('  - destination: {host: reviews}\n    weight: -1'),
      message: 'weight -1 < 0',
      at: '10:15',
      because: 'validateWeight',
    },
    {
      spec: to(
        '  - destination: {host: reviews, subset: v1}\n    weight: 0\n  - destination: {host: reviews, subset: v3}',
      ),
      message: 'total destination weight = 0',
      at: '8:5',
      because: 'among several destinations an omitted weight is 0, and 0 + 0 = 0',
    },
    {
      spec: rule('timeout: 0s'),
      message: 'spec.http[0].timeout: duration must be greater than 1ms',
      at: '9:14',
      hint: 'leave the field out to have no limit',
      because: 'no timeout is said by leaving it out',
    },
    {
      spec: rule('timeout: 1500us'),
      message: 'spec.http[0].timeout: only durations to ms precision are supported',
      at: '9:14',
      because: 'ValidateDuration',
    },
    {
      spec: rule('timeout: 5 seconds'),
      message: 'spec.http[0].timeout: bad Duration: time: unknown unit " seconds" in duration "5 seconds"',
      at: '9:14',
      because: 'the syntax is that of Go',
    },
    {
      spec: rule('timeout: 10'),
      code: 'MS1011',
      message: 'spec.http[0].timeout: Invalid value: "integer": must be of type string: "integer"',
      at: '9:14',
      because: 'a number has no unit',
    },
    {
      spec: rule('fault: {delay: {percentage: {value: 150}, fixedDelay: 5s}}'),
      message: 'percentage 150 is neither 0.0, nor in range [0.0001, 100.0]',
      at: '9:41',
      because: 'validatePercentage',
    },
    {
      spec: rule('fault: {abort: {percentage: {value: 0.00005}, httpStatus: 500}}'),
      message: 'percentage 0.00005 is neither 0.0, nor in range [0.0001, 100.0]',
      at: '9:41',
      because: 'Envoy counts in parts per million',
    },
    {
      spec: rule('fault: {abort: {percentage: {value: 1}, httpStatus: 601}}'),
      message: 'HTTP status 601 is not in range 200-599',
      at: '9:57',
      because: 'validateHTTPStatus, which lets 600 pass',
    },
    {
      spec: rule('fault: {delay: {percentage: {value: 1}, exponentialDelay: 1s}}'),
      message: 'exponentialDelay not supported yet',
      at: '9:63',
      because: 'known to the API, refused by the webhook',
    },
    {
      spec: rule('fault: {abort: {percentage: {value: 1}, http2Error: X}}'),
      message: 'HTTP/2 abort fault injection not supported yet',
      at: '9:57',
      because: 'known to the API, refused by the webhook',
    },
    {
      spec: rule('fault: {}'),
      message: 'HTTP fault injection must have an abort and/or a delay',
      at: '9:5',
      because: 'an empty fault does nothing',
    },
    {
      spec: rule('retries: {attempts: -1}'),
      message: 'attempts cannot be negative',
      at: '9:25',
      because: 'validateHTTPRetry',
    },
    {
      spec: rule('retries: {perTryTimeout: 1s}'),
      message: 'http retry policy configured when attempts are set to 0 (disabled)',
      at: '9:5',
      because: 'attempts left out are 0',
    },
    {
      spec: rule('retries: {attempts: 1, retryOn: "5xx, reset"}'),
      message: '" reset" is not a valid retryOn policy',
      at: '9:37',
      hint: 'leave out the spaces',
      because: 'Istio does not trim',
    },
    {
      spec: rule('retries: {attempts: 1, retryOn: "599"}'),
      message: '"599" is not a valid retryOn policy',
      at: '9:37',
      because: 'Go has no text for status 599',
    },
    {
      spec: rule('redirect: {uri: /x}'),
      message: 'HTTP route cannot contain both route and redirect',
      at: '9:5',
      because: 'a redirect replaces routing',
    },
    {
      spec: rule('directResponse: {status: 503}'),
      message: 'HTTP route cannot contain both route and direct_response',
      at: '9:5',
      because: 'a direct response replaces routing',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- redirect: {uri: /x}\n  fault: {abort: {percentage: {value: 1}, httpStatus: 500}}',
      message: 'HTTP route cannot contain both fault and redirect',
      at: '9:5',
      because: 'validateHTTPRouteConflict',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- redirect: {redirectCode: 301}',
      message: 'redirect must specify URI, authority, scheme, or port',
      at: '8:5',
      because: 'a redirect goes somewhere',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- redirect: {uri: /x, redirectCode: 200}',
      message: '200 is not a valid redirect code, must be 3xx',
      at: '8:39',
      because: 'validateHTTPRedirect',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- match: [{uri: {prefix: /}}]',
      message: 'HTTP route, redirect or direct_response is required',
      at: '8:5',
      because: 'a rule must answer somehow',
    },
    {
      spec: rule('mirror: {host: reviews}\nmirrors: [{destination: {host: reviews}}]'),
      message: 'HTTP route cannot contain both mirror and mirrors',
      at: '10:5',
      because: 'mirrors is the newer form of mirror',
    },
    {
      spec: rule('mirror: {host: reviews}\nmirrorPercentage: {value: 120}'),
      message: 'mirror_percentage must have a max value of 100 (it has 120.000000)',
      at: '10:31',
      because: "Go's %f prints six digits",
    },
    {
      spec: 'hosts: ["*"]\nhttp:\n- route: [{destination: {host: reviews}}]',
      message: 'wildcard host * is not allowed for virtual services bound to the mesh gateway',
      at: '6:11',
      because: 'every request of every sidecar would match',
    },
    {
      spec: 'hosts: ["a.*.com"]\nhttp:\n- route: [{destination: {host: reviews}}]',
      message: 'domain name "*.com" invalid (label "*" invalid)',
      at: '6:11',
      because: 'a wildcard stands in the first label only; Istio names the rest after it',
    },
    {
      spec: 'hosts: [reviews.example.com, "*.example.com"]\nhttp:\n- route: [{destination: {host: reviews}}]',
      message: 'duplicate hosts in virtual service: reviews.example.com & *.example.com',
      at: '6:32',
      because: 'the wildcard covers the other host',
    },
    {
      spec: to('  - destination: {subset: v1}'),
      code: 'MS1012',
      message: 'spec.http[0].route[0].destination.host: Required value',
      at: '9:7',
      because: 'the CRD requires a host',
    },
    {
      spec: to('  - destination: {host: ""}'),
      message: 'empty domain name not allowed',
      at: '9:27',
      because: 'CheckDNS1123Preconditions',
    },
    {
      spec: to('  - destination: {host: "*"}'),
      message: 'invalid destination host *',
      at: '9:27',
      because: 'validateDestination',
    },
    {
      spec: to('  - destination: {host: reviews_v1}'),
      message: 'domain name "reviews_v1" invalid (label "reviews_v1" invalid)',
      at: '9:27',
      because: 'DNS labels have no underscore',
    },
    {
      spec: to('  - destination: {host: reviews, subset: v_1}'),
      message: 'subset name is invalid: v_1',
      at: '9:44',
      because: 'subset names are DNS labels',
    },
    {
      spec: to('  - destination: {host: reviews, port: {number: 70000}}'),
      message: 'port number 70000 must be in the range 1..65535',
      at: '9:51',
      because: 'ValidatePort',
    },
    {
      spec: to('  - weight: 1'),
      code: 'MS1012',
      message: 'spec.http[0].route[0].destination: Required value',
      at: '9:7',
      because: 'the CRD requires a destination',
    },
    {
      spec: rule('match: [{headers: {"end user": {exact: jason}}}]'),
      message: 'header name end user is not a valid header name',
      at: '9:24',
      because: 'ValidateHTTPHeaderName',
    },
    {
      spec: rule('match: [{headers: {end-user: {prefix: ""}}}]'),
      message: '"headers": prefix string match should not be empty',
      at: '9:43',
      because: 'Envoy refuses an empty prefix except for a path',
    },
    {
      spec: rule('match: [{uri: {regex: ""}}]'),
      message: '"uri": regex string match should not be empty',
      at: '9:27',
      because: 'validateStringMatchRegexp',
    },
    {
      spec: rule(`match: [{uri: {regex: "${'a'.repeat(1025)}"}}]`),
      message: '"uri": regex is too large, max length allowed is 1024',
      at: '9:27',
      because: 'validateStringRegexp',
    },
    {
      spec: rule('match: [{uri: {regex: "/a(?=b)"}}]'),
      message: refusedRegex('invalid or unsupported Perl syntax: `(?=`'),
      at: '9:27',
      because: 'look-around is none of RE2, whose words Go regexp/syntax has',
    },
    {
      spec: rule('match: [{uri: {regex: "/(a)\\\\1"}}]'),
      message: refusedRegex('invalid escape sequence: `\\1`'),
      at: '9:27',
      because: 'a back reference',
    },
    {
      spec: rule('match: [{uri: {regex: "/a{1001}"}}]'),
      message: refusedRegex('invalid repeat count: `{1001}`'),
      at: '9:27',
      because: 'a repeat of more than 1000',
    },
    {
      spec: rule('match: [{uri: {regex: "/a++"}}]'),
      message: refusedRegex('invalid nested repetition operator: `++`'),
      at: '9:27',
      because: 'a possessive repeat',
    },
    {
      spec: rule('match: [{uri: {exact: /a, prefix: /b}}]'),
      code: 'MS1013',
      message:
        'spec.http[0].match[0].uri: Invalid value: "object": must validate one and only one schema (oneOf). Found 2 valid alternatives',
      at: '9:19',
      because: 'a match is one of exact, prefix, regex',
    },
    {
      spec: rule('match: [{gateways: [a/b/c]}]'),
      message: 'invalid value for gateway name: "b/c"',
      at: '9:25',
      because: 'validateGatewayNames',
    },
    {
      spec: 'hosts: [reviews]',
      message: 'http, tcp or tls must be provided in virtual service',
      at: '5:1',
      because: 'a rule without rules',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- {name: a, delegate: {name: b}, redirect: {uri: /c}}',
      message: 'root HTTP route a must not specify redirect',
      at: '8:36',
      because: 'the delegate says where it goes',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- {name: a, delegate: {name: b}, route: [{destination: {host: reviews}}]}',
      message: 'root HTTP route a must not specify route',
      at: '8:36',
      because: 'the delegate says where it goes',
    },
    {
      spec: 'gateways: [entry]\nhttp:\n- route: [{destination: {host: reviews}}]',
      message: 'delegate virtual service must have no gateways specified',
      at: '6:3',
      because: 'without hosts it is a delegate',
    },
    {
      spec: 'hosts: [reviews]\nexportTo: [".", default]\nhttp:\n- route: [{destination: {host: reviews}}]',
      message: 'duplicate entries in exportTo for entry default',
      at: '7:19',
      because: '. is the own namespace',
    },
    {
      spec: rule('corsPolicy: {allowMethods: [GETT]}'),
      message: '"GETT" is not a supported HTTP method',
      at: '9:33',
      because: 'what is not modelled is checked all the same',
    },
    {
      spec: rule('corsPolicy: {unmatchedPreflights: IGNOR}'),
      code: 'MS1013',
      message:
        'spec.http[0].corsPolicy.unmatchedPreflights: Unsupported value: "IGNOR": supported values: "UNSPECIFIED", "FORWARD", "IGNORE"',
      at: '9:39',
      hint: 'did you mean "IGNORE"?',
      because: 'the CRD lists the words',
    },
    {
      spec: rule('headers: {request: {set: {":path": /x}}}'),
      message: 'invalid header ":path": header cannot have ":" prefix',
      at: '9:40',
      because: 'ValidateHTTPHeaderWithAuthorityOperationName',
    },
    {
      spec: rule('headers: {response: {add: {x: "50%"}}}'),
      message: 'header value configuration: invalid header configuration. Un-escaped %',
      at: '9:35',
      because: 'ValidateHTTPHeaderValue',
    },
    {
      spec: rule('headers: {response: {add: {x: "abc%123"}}}'),
      message:
        "header value configuration: invalid header configuration. Un-terminated variable expression 'abc%123'",
      at: '9:35',
      because: 'validateHeaderValue: a variable that does not end',
    },
    {
      spec: rule('match: [{headers: {"@request.auth.claims.role": {exact: a}}}]'),
      message:
        'JWT claim based routing (key: @request.auth.claims.role) is only supported for gateway, found no gateways: []',
      at: '9:24',
      because: 'validateJWTClaimRoute',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- redirect: {uri: /a, prefixRewrite: /b}',
      message: 'redirect may only specify one of uri or prefix_rewrite',
      at: '8:40',
      because: 'validateHTTPRedirect',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- match: [{uri: {exact: /a}}]\n  redirect: {prefixRewrite: /b}',
      message: 'redirect prefix_rewrite requires all URI matches to use prefix match type',
      at: '9:31',
      because: 'validateHTTPRedirect: an exact path has no prefix',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n- name: a\n  subset: v1\n  route: [{destination: {host: reviews}}]',
      code: 'MS1010',
      message: 'unknown field "spec.http[0].subset"',
      at: '9:5',
      because: 'subset belongs to a destination',
    },
    {
      spec: rule('rout: []')
        .replace('- route: ', '- '.concat('name: x\n  routes: '))
        .replace('\n  rout: []', ''),
      code: 'MS1010',
      message: 'unknown field "spec.http[0].routes"',
      at: '9:5',
      hint: 'did you mean "route"?',
      because: 'that a route is missing would be an echo of the slip',
    },
    {
      spec: 'hosts: reviews\nhttp:\n- route: [{destination: {host: reviews}}]',
      code: 'MS1011',
      message: 'spec.hosts: Invalid value: "string": must be of type array: "string"',
      at: '6:10',
      because: 'hosts is a list',
    },
    {
      spec: 'hosts: [reviews]\nhttp:\n  route: [{destination: {host: reviews}}]',
      code: 'MS1011',
      message: 'spec.http: Invalid value: "object": must be of type array: "object"',
      at: '8:5',
      hint: 'begin each item of the list with "- "',
      because: 'the dash before the rule is missing',
    },
  ];
  test.each(rows)('$message: $because', (row) => check(virtualServiceText(row.spec), row));
});

describe('DestinationRule', () => {
  const rows: readonly Refusal[] = [
    {
      spec: 'subsets: []',
      code: 'MS1012',
      message: 'spec.host: Required value',
      at: '5:1',
      because: 'the CRD requires a host',
    },
    {
      spec: 'host: reviews\nexportTo: [".", default]',
      message: 'duplicate entries in exportTo for entry default',
      at: '7:19',
      because: '. is the own namespace',
    },
    {
      spec: 'host: reviews\nexportTo: ["*", other]',
      message: 'cannot have both public (*) and non-public exportTo values for a resource',
      at: '7:3',
      because: 'for all, or for some',
    },
    {
      spec: 'host: ""',
      message: 'empty domain name not allowed',
      at: '6:9',
      because: 'ValidateWildcardDomain',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {loadBalancer: {warmup: {duration: 30s, minimumPercent: 150}}}',
      message: 'minimumPercent value should be less than or equal to 100',
      at: '7:74',
      because: 'validateLoadBalancer',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {loadBalancer: {warmup: {duration: 30s, aggression: 0}}}',
      message: 'aggression should be greater than 0',
      at: '7:70',
      because: 'validateLoadBalancer',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: a, ttl: 0s, attributes: [{name: b}, {name: b}]}}}}',
      message: 'duplicate cookie attribute name: b',
      at: '7:106',
      because: 'validateLoadBalancer: each attribute once',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {failover: [{from: a/b, to: c}]}}}',
      message: 'locality lb failover only specify region',
      at: '7:87',
      because: 'ValidateLocalityLbSetting: a region, not a zone',
    },
    {
      spec: 'host: reviews\nsubsets:\n- name: v1\n- name: v1',
      message: 'duplicate subset names: v1',
      at: '9:11',
      because: 'a route could not say which',
    },
    {
      spec: 'host: reviews\nsubsets:\n- name: V.1',
      message: 'subset name is invalid: V.1',
      at: '8:11',
      because: 'DNS-1123 label',
    },
    {
      spec: 'host: reviews\nsubsets:\n- labels: {version: v1}',
      code: 'MS1012',
      message: 'spec.subsets[0].name: Required value',
      at: '8:5',
      because: 'the CRD requires a name',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /c.pem}}',
      message: 'private key required for mutual tls',
      at: '7:19',
      because: 'validateTLS: a certificate is worth nothing without its key',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {tunnel: {targetHost: example.com, targetPort: 65536}}',
      message: 'tunnel target port is invalid: port number 65536 must be in the range 1..65535',
      at: '7:65',
      because: 'validateTunnelSettings',
    },
    {
      spec: 'host: reviews\nsubsets:\n- name: v1\n  labels: {version: 1}',
      code: 'MS1011',
      message: 'spec.subsets[0].labels.version: Invalid value: "integer": must be of type string: "integer"',
      at: '9:23',
      hint: 'quote it: "1"',
      because: 'labels are text',
    },
    {
      spec: 'host: reviews\nsubsets:\n- name: v1\n  labels: {version: "a b"}',
      message: 'invalid tag value: "a b"',
      at: '9:5',
      because: 'labels.Instance.Validate',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {}',
      message: 'traffic policy must have at least one field',
      at: '7:3',
      because: 'empty',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {connectionPool: {}}',
      message: 'connection pool must have at least one field',
      at: '7:19',
      because: 'empty',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {outlierDetection: {maxEjectionPercent: 101}}',
      message: 'percentage 101 is not in range 0..100',
      at: '7:58',
      because: 'ValidatePercent',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {outlierDetection: {interval: 0s}}',
      message: 'spec.trafficPolicy.outlierDetection.interval: duration must be greater than 1ms',
      at: '7:48',
      because: 'durations of blocks that are not modelled are checked, too',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {loadBalancer: {simple: RONDOM}}',
      code: 'MS1013',
      message:
        'spec.trafficPolicy.loadBalancer.simple: Unsupported value: "RONDOM": supported values: "UNSPECIFIED", "LEAST_CONN", "RANDOM", ...',
      at: '7:42',
      hint: 'did you mean "RANDOM"?',
      because: 'an enum of the CRD',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}',
      code: 'MS1013',
      message:
        'spec.trafficPolicy.loadBalancer: Invalid value: "object": must validate one and only one schema (oneOf). Found 2 valid alternatives',
      at: '7:33',
      because: 'one law of balancing at a time',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {connectionPool: {http: {http1MaxPendingRequest: 1}}}',
      code: 'MS1010',
      message: 'unknown field "spec.trafficPolicy.connectionPool.http.http1MaxPendingRequest"',
      at: '7:43',
      hint: 'did you mean "http1MaxPendingRequests"?',
      because: 'tables go all the way down',
    },
    {
      spec: 'host: reviews\ntrafficPolicy: {portLevelSettings: [{loadBalancer: {simple: RANDOM}}]}',
      message: 'portTrafficPolicy must have valid port',
      at: '7:39',
      because: 'validatePortTrafficPolicies',
    },
  ];
  test.each(rows)('$message: $because', (row) => check(destinationRuleText(row.spec), row));

  test('two subsets without a name lack a name each, and are no duplicates of each other', () => {
    const { problems } = parseOne(
      destinationRuleText('host: reviews\nsubsets:\n- labels: {version: v1}\n- labels: {version: v2}'),
    );
    expect(problems.map((own) => own.message)).toEqual([
      'spec.subsets[0].name: Required value',
      'spec.subsets[1].name: Required value',
    ]);
  });

  test('mutual TLS with a certificate and its key is whole, and the last port of all is a port', () => {
    const { problems } = parseOne(
      destinationRuleText(
        'host: reviews\ntrafficPolicy:\n  tls: {mode: MUTUAL, clientCertificate: /c.pem, privateKey: /k.pem}\n  tunnel: {targetHost: example.com, targetPort: 65535}',
      ),
    );
    expect(problems).toEqual([]);
  });
});

describe('Gateway', () => {
  const port = 'port: {number: 80, name: http, protocol: HTTP}';
  const rows: readonly Refusal[] = [
    {
      spec: 'selector: {istio: ingressgateway}',
      message: 'gateway must have at least one server',
      at: '5:1',
      because: 'ValidateGateway',
    },
    {
      spec: `servers:\n- ${port}\n  hosts: []`,
      message: 'server config must contain at least one host',
      at: '8:5',
      because: 'validateServer',
    },
    {
      spec: `servers:\n- ${port}`,
      code: 'MS1012',
      message: 'spec.servers[0].hosts: Required value',
      at: '7:5',
      because: 'the CRD requires hosts',
    },
    {
      spec: 'servers:\n- hosts: ["*"]',
      code: 'MS1012',
      message: 'spec.servers[0].port: Required value',
      at: '7:5',
      because: 'so it does a port',
    },
    {
      spec: 'servers:\n- port: {number: 80, name: http, protocol: HTPT}\n  hosts: ["*"]',
      message:
        'invalid protocol "HTPT", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP',
      at: '7:46',
      because: 'validateServerPort',
    },
    {
      spec: 'servers:\n- port: {number: 443, name: https, protocol: HTTPS}\n  hosts: ["*"]',
      message: 'server must have TLS settings for HTTPS/TLS protocols',
      at: '7:48',
      because: 'validateServer',
    },
    {
      spec: `servers:\n- ${port}\n  hosts: [shop]`,
      message: 'short names (non FQDN) are not allowed',
      at: '8:13',
      because: 'a gateway has no namespace to complete a short name',
    },
    {
      spec: `servers:\n- ${port}\n  hosts: ["*"]\n- ${port.replace('80', '81')}\n  hosts: ["*"]`,
      message: 'port names in servers must be unique: duplicate name http',
      at: '9:30',
      because: 'ValidateGateway',
    },
    {
      spec: 'servers:\n- port: {number: 0, name: http, protocol: HTTP}\n  hosts: ["*"]',
      message: 'port number 0 must be in the range 1..65535',
      at: '7:20',
      because: 'ValidatePort',
    },
  ];
  test.each(rows)('$message: $because', (row) => check(gatewayText(row.spec), row));
});

describe('Kubernetes', () => {
  test.each([
    {
      text: serviceText('reviews', 'selector: {app: reviews}'),
      message: 'spec.ports: Required value',
      at: '5:1',
      because: 'only a headless or external Service has none',
    },
    {
      text: serviceText('reviews', 'ports: [{port: 1}, {port: 2}]'),
      message: 'spec.ports[0].name: Required value',
      at: '6:11',
      because: 'several ports need names',
      count: 2,
    },
    {
      text: serviceText('a', 'ports: [{port: 1}]\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}'),
      message: 'spec.sessionAffinityConfig: Forbidden: must not be set when session affinity is None',
      at: '7:3',
      because: 'there is nothing to configure',
    },
    {
      text: serviceText(
        'a',
        'ports: [{port: 1}]\nsessionAffinity: ClientIP\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}',
      ),
      message:
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
      at: '8:54',
      because: 'a day is the most, whatever the message says',
    },
    {
      text: serviceText('reviews', 'externalTrafficPolicy: Local\nports: [{port: 80}]'),
      message:
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      at: '6:26',
      because: 'validateServiceExternalTrafficPolicy',
    },
    {
      text: serviceText('Reviews'),
      message: expect.stringContaining('a DNS-1035 label must consist of lower case') as string,
      at: '4:9',
      because: 'names of Services are DNS labels',
    },
    {
      text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: b}}\n    spec: {containers: [{name: a, image: none}]}\n',
      message:
        'spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`',
      at: '7:16',
      because: 'the Deployment would never find its pods',
    },
    {
      text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {selector: {}, template: {spec: {containers: [{name: a, image: none}]}}}\n',
      message: 'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
      at: '4:8',
      because: 'it would own every pod',
    },
    {
      text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: none}]}}}\n',
      message: 'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      at: '4:18',
      because: 'there are no pods to owe',
    },
    {
      text: 'apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {ports: [{port: 80}]}\n',
      message: 'metadata.name: Required value: name or generateName is required',
      at: '3:1',
      because: 'an object has a name',
    },
  ])('$message: $because', ({ text, message, at, count }) => {
    const { problems } = parseOne(text);
    const errors = problems.filter((own) => own.severity === 'error');
    expect(errors).toHaveLength(count ?? 1);
    expect(errors.map((own) => ({ message: own.message, at: `${own.line}:${own.column}` }))).toContainEqual({
      message,
      at,
    });
  });
});

describe('documents that are no resource', () => {
  test.each([
    {
      text: '- a\n',
      code: 'MS1005',
      message: 'a resource is a map with apiVersion, kind, metadata and spec',
      at: '1:1',
    },
    {
      text: 'hello\n',
      code: 'MS1005',
      message: 'a resource is a map with apiVersion, kind, metadata and spec',
      at: '1:1',
    },
    { text: 'apiVersion: v1\n', code: 'MS1005', message: "Object 'Kind' is missing", at: '1:1' },
    {
      text: 'kind: Service\n',
      code: 'MS1005',
      message: 'apiVersion not set',
      at: '1:1',
      hint: 'add apiVersion: v1',
    },
    {
      text: 'apiVersion: networking.istio.io/v2\nkind: VirtualService\n',
      code: 'MS1006',
      message: 'no matches for kind "VirtualService" in version "networking.istio.io/v2"',
      at: '1:13',
      hint: 'use networking.istio.io/v1',
    },
    {
      text: 'apiVersion: networking.istio.io/v1\nkind: VirtualSerivce\n',
      code: 'MS1006',
      message: 'no matches for kind "VirtualSerivce" in version "networking.istio.io/v1"',
      at: '2:7',
      hint: 'did you mean "VirtualService"?',
    },
    {
      text: 'apiVersion: v1\nkind: List\nitems: {}\n',
      code: 'MS1005',
      message: 'items of a List is missing, or no list',
      at: '3:8',
    },
    { text: '', code: 'MS1004', message: 'no resources in test.yaml', at: 'undefined:undefined' },
    {
      text: '# nothing\n---\n# yet\n',
      code: 'MS1004',
      message: 'no resources in test.yaml',
      at: 'undefined:undefined',
    },
  ])('$text: $message', ({ text, code, message, at, hint }) => {
    const own = onlyProblem(text);
    expect([own.code, own.message, own.at]).toEqual([code, message, at]);
    if (hint !== undefined) expect(own.hint).toBe(hint);
  });
});

test('an unknown field of a Kubernetes kind is listed, and warned of where it resembles one that matters', () => {
  const { manifest, problems } = parseOne(
    serviceText('reviews', 'selctor: {app: reviews}\nipFamilies: [IPv4]\nports: [{port: 80}]'),
  );
  expect(manifest.resources).toHaveLength(1);
  expect(manifest.ignoredFields.map((own) => own.field)).toEqual(['spec.selctor', 'spec.ipFamilies']);
  expect(problems).toMatchObject([
    { severity: 'warning', code: 'MS1010', line: 6, hint: 'did you mean "selector"?' },
  ]);
});

test('all mistakes of a text are told at once', () => {
  const { problems } = parseOne(
    virtualServiceText(
      to(
        '  - destination: {host: reviews_x}\n    weight: -1\n  - destination: {hots: reviews}\n    weight: "2"\n  timeout: 0s\n  retries: {attempts: -1}',
      ),
    ),
  );
  expect(problems.map((own) => own.line)).toEqual([9, 10, 11, 12, 13, 14]);
});
