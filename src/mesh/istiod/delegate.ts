import type { HttpMatch, HttpRoute, VirtualService } from '../../manifest/resource.ts';

/**
 * The HTTP rules of a root with those of its delegates in their place (pilot/pkg/model/virtualservice.go,
 * mergeVirtualServicesIfNeeded). A delegate's rule holds where the root's match and its own both do; what the root says
 * beside the match (timeout, retries ...) goes before what the delegate says. A delegate that is not there leaves nothing.
 */
export function withDelegates(
  root: VirtualService,
  all: readonly VirtualService[],
): readonly (HttpRoute & { readonly from: VirtualService; readonly index: number })[] {
  return root.spec.http.flatMap((http, index) => {
    if (http.delegate === undefined) return [{ ...http, from: root, index }];
    const { name, namespace = root.metadata.namespace } = http.delegate;
    const found = all.find(
      (own) =>
        own.spec.hosts.length === 0 && own.metadata.name === name && own.metadata.namespace === namespace,
    );
    return (found?.spec.http ?? []).flatMap((own, place) => {
      const match = mergeMatches(http.match, own.match);
      return match === undefined ? [] : [{ ...mergeRules(http, own), match, from: found!, index: place }];
    });
  });
}

function mergeRules(root: HttpRoute, own: HttpRoute): HttpRoute {
  const names = [root.name, own.name].filter((name) => name !== undefined && name !== '');
  const { delegate: _delegate, match: _match, mirrors, route: _route, ...rest } = root;
  return {
    ...own,
    ...rest,
    mirrors: mirrors.length > 0 ? mirrors : own.mirrors,
    // mergeHTTPRoute takes the root's only where the delegate has none.
    ...(own.headers === undefined ? {} : { headers: own.headers }),
    ...(names.length === 0 ? {} : { name: names.join('-') }),
  };
}

/** undefined: no request could fulfil both. An empty list is a catch-all. */
function mergeMatches(
  root: readonly HttpMatch[],
  own: readonly HttpMatch[],
): readonly HttpMatch[] | undefined {
  if (root.length === 0) return own;
  if (own.length === 0) return root;
  const both = root.flatMap((a) => own.flatMap((b) => (conflicts(a, b) ? [] : [mergeMatch(a, b)])));
  return both.length === 0 ? undefined : both;
}

/** Istio's hasConflict: a condition may be set on one side only, headers and the like name by name. */
function conflicts(a: HttpMatch, b: HttpMatch): boolean {
  const single = ['uri', 'scheme', 'method', 'authority', 'port', 'sourceNamespace', 'gateways'] as const;
  // A prefix may be narrowed by what begins with it.
  if (a.uri?.prefix !== undefined && b.uri !== undefined) {
    const inner = b.uri.prefix ?? b.uri.exact;
    if (inner === undefined || !inner.startsWith(a.uri.prefix)) return true;
  } else if (a.uri !== undefined && b.uri !== undefined) {
    return true;
  }
  if (single.some((field) => field !== 'uri' && a[field] !== undefined && b[field] !== undefined))
    return true;
  const maps = ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels'] as const;
  return maps.some((field) =>
    Object.keys(a[field] ?? {}).some((name) => Object.hasOwn(b[field] ?? {}, name)),
  );
}

function mergeMatch(a: HttpMatch, b: HttpMatch): HttpMatch {
  const headers = { ...a.headers, ...b.headers };
  const withoutHeaders = { ...a.withoutHeaders, ...b.withoutHeaders };
  const queryParams = { ...a.queryParams, ...b.queryParams };
  const sourceLabels = { ...a.sourceLabels, ...b.sourceLabels };
  const filled = <T extends object>(name: string, value: T): object =>
    Object.keys(value).length === 0 ? {} : { [name]: value };
  return {
    ...a,
    ...b,
    ...filled('headers', headers),
    ...filled('withoutHeaders', withoutHeaders),
    ...filled('queryParams', queryParams),
    ...filled('sourceLabels', sourceLabels),
  };
}
