import type { HttpMatch, StringMatch } from '../../manifest/resource.ts';
import { routingClaim } from '../../manifest/routing-claim.ts';
import type { HeaderMatcher, MetadataMatcher, RouteMatch, StringMatcher } from '../envoy/route.ts';
import type { RoutingRule } from './routing-rule.ts';

export function matchOf(match: HttpMatch, semantics: RoutingRule['semantics']): RouteMatch {
  const headers: HeaderMatcher[] = [];
  const pseudo = (name: string, wanted: StringMatch | undefined): void => {
    if (wanted !== undefined) headers.push({ name, string_match: stringMatcher(wanted) });
  };
  const claims: MetadataMatcher[] = [];
  for (const [name, wanted] of Object.entries(match.headers ?? {})) {
    const claim = routingClaim(name);
    if (claim === undefined) headers.push(headerMatcher(name, wanted));
    else claims.push(claimMatcher(claim, wanted));
  }
  for (const [name, wanted] of Object.entries(match.withoutHeaders ?? {})) {
    const claim = routingClaim(name);
    if (claim !== undefined) {
      claims.push({ ...claimMatcher(claim, wanted), invert: true });
      continue;
    }
    const matcher = headerMatcher(name, wanted);
    headers.push({
      ...matcher,
      invert_match: true,
      ...(matcher.string_match === undefined ? {} : { treat_missing_header_as_empty: true }),
    });
  }
  pseudo(':method', match.method);
  pseudo(':authority', match.authority);
  pseudo(':scheme', match.scheme);
  const query = Object.entries(match.queryParams ?? {}).map(([name, wanted]) =>
    isPresence(wanted) ? { name, present_match: true } : { name, string_match: stringMatcher(wanted) },
  );
  return {
    ...uriMatcher(match.uri, semantics),
    case_sensitive: match.ignoreUriCase !== true,
    ...(headers.length > 0 ? { headers } : {}),
    ...(query.length > 0 ? { query_parameters: query } : {}),
    ...(claims.length > 0 ? { dynamic_metadata: claims } : {}),
  };
}

/** pilot/pkg/security/authz/model/util.go, MetadataMatcherForJWTClaims. */
function claimMatcher(claim: readonly string[], wanted: StringMatch): MetadataMatcher {
  const value = {
    string_match: isPresence(wanted) ? { safe_regex: { regex: '.*' } } : stringMatcher(wanted),
  };
  return {
    filter: 'envoy.filters.http.jwt_authn',
    path: ['payload', ...claim].map((key) => ({ key })),
    value: { or_match: { value_matchers: [{ list_match: { one_of: value } }, value] } },
  };
}

/** A prefix is a part of the text for a VirtualService, whole parts of the path for Gateway API. */
function uriMatcher(uri: StringMatch | undefined, semantics: RoutingRule['semantics']): RouteMatch {
  if (uri?.exact !== undefined) return { path: uri.exact };
  if (semantics === 'gateway-api' && uri?.prefix !== undefined && uri.prefix !== '/')
    return { path_separated_prefix: uri.prefix };
  if (uri?.prefix !== undefined) return { prefix: uri.prefix };
  if (uri?.regex !== undefined) return { safe_regex: { regex: uri.regex } };
  return { prefix: '/' };
}

function headerMatcher(name: string, wanted: StringMatch): HeaderMatcher {
  const lower = name.toLowerCase();
  return isPresence(wanted)
    ? { name: lower, present_match: true }
    : { name: lower, string_match: stringMatcher(wanted) };
}

/** `{}` and the regex `*` mean: present, whatever the value. */
const isPresence = (wanted: StringMatch): boolean =>
  wanted.regex === '*' ||
  (wanted.exact === undefined && wanted.prefix === undefined && wanted.regex === undefined);

export function stringMatcher(wanted: StringMatch): StringMatcher {
  if (wanted.exact !== undefined) return { exact: wanted.exact };
  if (wanted.prefix !== undefined) return { prefix: wanted.prefix };
  return { safe_regex: { regex: wanted.regex ?? '' } };
}

/** Prefix "/" or regex ".*" with no further condition (istio/istio core/route/route.go, isCatchAllRoute). */
export function isCatchAll(match: RouteMatch): boolean {
  const path = match.prefix === '/' || match.safe_regex?.regex === '.*';
  return (
    path &&
    [match.headers, match.query_parameters, match.dynamic_metadata].every((own) => (own ?? []).length === 0)
  );
}
