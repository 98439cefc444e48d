import type { Cursor } from '../cursor.ts';
import type { HttpMirror, HttpRedirect, HttpRoute } from '../resource.ts';
import { duration, ignored, int32, list, oneOfWords, struct, text, uint32 } from '../schema.ts';
import { checkPort, checkWeights, destinationFields, readDestination } from './destination.ts';
import { checkCors, corsFields, readCors } from './cors-policy.ts';
import { checkAuthority, checkHeaderEdits, headersFields, readHeaders } from './header-edits.ts';
import { httpRetryFields, readCheckedRetry } from './http-retry.ts';
import { checkRegex, httpMatchFields, readHttpMatch } from './http-match.ts';
import { checkStatus, faultFields, percentFields, readFault } from './http-fault.ts';
import { durationUs, present } from './present.ts';

// One story, as in Istio's validateHTTPRoute: a rule of a VirtualService, field by field, with what each excludes of the others.

/** HTTPRoute of istio/api networking/v1alpha3/virtual_service.proto. */
export const httpRouteFields = struct({
  name: text,
  match: list(httpMatchFields),
  route: list(
    struct(
      { destination: destinationFields, weight: int32, headers: headersFields },
      { required: ['destination'] },
    ),
  ),
  redirect: struct(
    {
      uri: text,
      prefixRewrite: text,
      authority: text,
      port: uint32,
      derivePort: oneOfWords('FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'),
      scheme: text,
      redirectCode: uint32,
    },
    { oneOf: [['port', 'derivePort']] },
  ),
  directResponse: struct(
    {
      status: uint32,
      body: ignored(struct({ string: text, bytes: text }, { oneOf: [['string', 'bytes']] })),
    },
    { required: ['status'] },
  ),
  delegate: struct({ name: text, namespace: text }),
  rewrite: struct({
    uri: text,
    authority: ignored(text),
    uriRegexRewrite: struct({ match: text, rewrite: text }),
  }),
  timeout: duration,
  retries: httpRetryFields,
  fault: faultFields,
  mirror: destinationFields,
  mirrors: list(
    struct({ destination: destinationFields, percentage: percentFields }, { required: ['destination'] }),
  ),
  mirrorPercent: uint32,
  mirror_percent: ignored(uint32),
  mirrorPercentage: percentFields,
  corsPolicy: ignored(corsFields),
  headers: headersFields,
});

/** Istio's validateHTTPRoute; `isDelegate` for a VirtualService without hosts. */
export function readHttpRoute(http: Cursor, isDelegate: boolean): HttpRoute {
  checkConflicts(http, isDelegate);
  checkHeaderEdits(http.at('headers'));
  checkCors(http.at('corsPolicy'));
  checkMirrors(http);
  checkRewrite(http.at('rewrite'));
  checkAuthority(http);
  checkDirectResponse(http.at('directResponse'));
  checkRedirect(http.at('redirect'), http.at('match'));
  checkWeights(http.at('route'));
  const route = http.at('route').items.map((item) => {
    checkHeaderEdits(item.at('headers'));
    const weight = item.at('weight').number;
    return {
      destination: readDestination(item.at('destination')),
      ...(weight === undefined ? {} : { weight }),
      ...readHeaders(item.at('headers')),
    };
  });
  const redirect = http.at('redirect');
  const status = http.at('directResponse', 'status').number;
  const fault = http.at('fault').isSet ? readFault(http.at('fault')) : undefined;
  const name = http.at('name').text;
  const [rewrite, delegate, cors] = [http.at('rewrite'), http.at('delegate'), http.at('corsPolicy')];
  const timeoutUs = durationUs(http.at('timeout'));
  return {
    ...(name === undefined ? {} : { name }),
    match: http.at('match').items.map(readHttpMatch),
    route,
    ...(redirect.isSet
      ? {
          redirect: readRedirect(redirect),
        }
      : {}),
    ...(status === undefined ? {} : { directResponse: { status } }),
    ...(timeoutUs === undefined ? {} : { timeoutUs }),
    ...(http.at('retries').isSet ? { retries: readCheckedRetry(http.at('retries')) } : {}),
    ...(fault === undefined ? {} : { fault }),
    mirrors: readMirrors(http),
    ...readHeaders(http.at('headers')),
    ...(rewrite.isSet
      ? {
          rewrite: present({
            uri: rewrite.at('uri').text,
            authority: rewrite.at('authority').text,
            regex: readRegexRewrite(rewrite.at('uriRegexRewrite')),
          }),
        }
      : {}),
    ...(cors.isSet ? { cors: readCors(cors) } : {}),
    ...(delegate.isSet
      ? {
          delegate: {
            name: delegate.at('name').text ?? '',
            ...present({ namespace: delegate.at('namespace').text }),
          },
        }
      : {}),
  };
}

/** Istio's validateHTTPRouteConflict. */
function checkConflicts(http: Cursor, isDelegate: boolean): void {
  const [route, redirect, direct, delegate] = ['route', 'redirect', 'directResponse', 'delegate'].map(
    (field) => http.at(field),
  ) as [Cursor, Cursor, Cursor, Cursor];
  const hasRoute = route.items.length > 0;
  if (delegate.isSet && !isDelegate) {
    const name = http.at('name').text ?? '';
    if (redirect.isSet) redirect.refuse(`root HTTP route ${name} must not specify redirect`);
    if (route.isSet) route.refuse(`root HTTP route ${name} must not specify route`);
    return;
  }
  if (delegate.isSet) delegate.refuse('delegate HTTP route cannot contain delegate');
  if (redirect.isSet) {
    if (hasRoute) redirect.refuse('HTTP route cannot contain both route and redirect');
    if (http.at('fault').isSet) http.at('fault').refuse('HTTP route cannot contain both fault and redirect');
    if (http.at('rewrite').isSet)
      http.at('rewrite').refuse('HTTP route rule cannot contain both rewrite and redirect');
    if (direct.isSet) direct.refuse('HTTP route rule cannot contain both direct_response and redirect');
  } else if (direct.isSet) {
    if (hasRoute) direct.refuse('HTTP route cannot contain both route and direct_response');
    if (http.at('fault').isSet)
      http.at('fault').refuse('HTTP route cannot contain both fault and direct_response');
    if (http.at('rewrite').isSet)
      http.at('rewrite').refuse('HTTP route rule cannot contain both rewrite and direct_response');
  } else if (!hasRoute) {
    route.refuse('HTTP route, redirect or direct_response is required');
  }
  if (http.at('mirror').isSet && http.at('mirrors').items.length > 0) {
    http.at('mirrors').refuse('HTTP route cannot contain both mirror and mirrors');
  }
}

function checkMirrors(http: Cursor): void {
  const integer = http.at('mirrorPercent');
  if (integer.number !== undefined) {
    if (integer.number > 100)
      integer.refuse(`mirror_percent must have a max value of 100 (it has ${integer.number})`);
    integer.warn('using deprecated setting "mirrorPercent", use "mirrorPercentage" instead');
  }
  const check = (value: Cursor, name: string): void => {
    if (value.number === undefined) return;
    if (value.number > 100)
      value.refuse(`${name} must have a max value of 100 (it has ${value.number.toFixed(6)})`);
    if (value.number < 0)
      value.refuse(`${name} must have a min value of 0 (it has ${value.number.toFixed(6)})`);
  };
  check(http.at('mirrorPercentage', 'value'), 'mirror_percentage');
  for (const mirror of http.at('mirrors').items) {
    check(mirror.at('percentage', 'value'), 'mirror percentage');
    readDestination(mirror.at('destination'));
  }
}

/** `mirror` with its percentage beside it, or the list `mirrors`, where an absent percentage is all as well. */
function readMirrors(http: Cursor): HttpMirror[] {
  if (http.at('mirror').isSet) {
    const whole = !http.at('mirrorPercentage').isSet && http.at('mirrorPercent').isSet;
    return [
      {
        destination: readDestination(http.at('mirror')),
        percent: mirrorPercent(http),
        ...(whole ? { whole } : {}),
      },
    ];
  }
  return http.at('mirrors').items.map((own) => ({
    destination: readDestination(own.at('destination')),
    percent: own.at('percentage').isSet ? (own.at('percentage', 'value').number ?? 0) : 100,
  }));
}

/** mirrorPercentage comes before mirrorPercent; neither means all (pilot/pkg/networking/core/route/route.go). */
const mirrorPercent = (http: Cursor): number =>
  http.at('mirrorPercentage').isSet
    ? (http.at('mirrorPercentage', 'value').number ?? 0)
    : (http.at('mirrorPercent').number ?? 100);

/** Istio's validateHTTPRedirect. */
function checkRedirect(redirect: Cursor, match: Cursor): void {
  if (!redirect.isSet) return;
  const text = (field: string): string => redirect.at(field).text ?? '';
  const prefix = redirect.at('prefixRewrite');
  if (text('uri') !== '' && text('prefixRewrite') !== '')
    prefix.refuse('redirect may only specify one of uri or prefix_rewrite');
  const isOther = (own: Cursor): boolean => own.at('uri').isSet && own.at('uri', 'prefix').text === undefined;
  if (text('prefixRewrite') !== '' && match.items.some(isOther))
    prefix.refuse('redirect prefix_rewrite requires all URI matches to use prefix match type');
  if (
    text('uri') === '' &&
    text('prefixRewrite') === '' &&
    text('authority') === '' &&
    text('scheme') === '' &&
    !redirect.at('port').isSet &&
    !redirect.at('derivePort').isSet
  ) {
    redirect.refuse('redirect must specify URI, authority, scheme, or port');
  }
  const code = redirect.at('redirectCode');
  if (code.number !== undefined && code.number !== 0 && (code.number < 300 || code.number > 399)) {
    code.refuse(`${code.number} is not a valid redirect code, must be 3xx`);
  }
  if (!['', 'http', 'https'].includes(text('scheme')))
    redirect.at('scheme').refuse('invalid redirect scheme, must be "http" or "https"');
  if ((redirect.at('port').number ?? 0) > 0) checkPort(redirect.at('port'));
}

function readRedirect(redirect: Cursor): HttpRedirect {
  const prefix = redirect.at('prefixRewrite').text;
  const isDerived = redirect.at('derivePort').text === 'FROM_REQUEST_PORT';
  return present({
    uri: redirect.at('uri').text,
    prefix: prefix === '' ? undefined : prefix,
    authority: redirect.at('authority').text,
    scheme: redirect.at('scheme').text || undefined,
    port: isDerived ? ('FROM_REQUEST_PORT' as const) : redirect.at('port').number || undefined,
    redirectCode: redirect.at('redirectCode').number,
  });
}

function readRegexRewrite(own: Cursor): { readonly match: string; readonly rewrite: string } | undefined {
  const [match, rewrite] = [own.at('match').text, own.at('rewrite').text];
  return match === undefined || rewrite === undefined ? undefined : { match, rewrite };
}

/** Istio's validateHTTPDirectResponse. */
function checkDirectResponse(direct: Cursor): void {
  const status = direct.at('status');
  if (status.number !== undefined) checkStatus(status);
  const size = (direct.at('body', 'string').text ?? direct.at('body', 'bytes').text ?? '').length;
  if (size > 1024 * 1024)
    direct
      .at('body')
      .refuse('large direct_responses may impact control plane performance, must be less than 1MB');
  else if (size > 100 * 1024)
    direct.at('body').warn('large direct_responses may impact control plane performance');
}

/** Istio's validateHTTPRewrite. */
function checkRewrite(rewrite: Cursor): void {
  if (!rewrite.isSet) return;
  const uri = rewrite.at('uri').text ?? '';
  const regex = rewrite.at('uriRegexRewrite');
  if (uri !== '' && regex.isSet) rewrite.refuse('rewrite may only contain one of URI or UriRegexRewrite');
  else if (uri === '' && !regex.isSet && (rewrite.at('authority').text ?? '') === '') {
    rewrite.refuse(
      'rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified',
    );
  } else if (regex.isSet) {
    if (!regex.at('match').text || !regex.at('rewrite').text)
      regex.refuse('UriRegexRewrite requires both Rewrite and Match fields to be specified');
    else checkRegex(regex.at('match'), 'HTTPRewrite.UriRegexRewrite.Match');
  }
}
