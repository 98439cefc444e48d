import { isExportedTo } from '../../manifest/export.ts';
import type { HttpMatch, HttpRoute, StringMatch, VirtualService } from '../../manifest/resource.ts';

/**
 * The HTTP rules of a root with those of its delegates in their place (pilot/pkg/model/virtualservice.go,
 * mergeVirtualServicesIfNeeded, mergeHTTPRoute). A delegate's rule holds where the root's match and its own both do; what it
 * leaves out beside the match (timeout, retries ...) it has from the root. A delegate that is not there, or that the root's
 * namespace does not see, leaves nothing.
 * @param byDefault to whom rules are exported that do not say it
 */
export function withDelegates(
  root: VirtualService,
  all: readonly VirtualService[],
  byDefault: readonly string[] = ['*'],
): readonly (HttpRoute & { readonly from: VirtualService; readonly index: number })[] {
  return root.spec.http.flatMap((http, index) => {
    if (http.delegate === undefined) return [{ ...http, from: root, index }];
    const found = delegateOf(root, http.delegate, all, byDefault);
    if (found === undefined) return [];
    return found.spec.http.flatMap((own, place) => {
      const match = mergeMatches(http.match, own.match);
      return match === undefined ? [] : [{ ...mergeRules(http, own), match, from: found, index: place }];
    });
  });
}

/** Rules of delegates that are left out of a root, with the field for which they are, and what both ask of it. */
export function leftOutOf(
  root: VirtualService,
  all: readonly VirtualService[],
  byDefault: readonly string[] = ['*'],
): { readonly by: number; readonly from: VirtualService; readonly index: number; readonly field: string }[] {
  return root.spec.http.flatMap((http, by) => {
    const from = http.delegate && delegateOf(root, http.delegate, all, byDefault);
    if (from === undefined || http.match.length === 0) return [];
    return from.spec.http.flatMap(({ match }, index) => {
      const outside = match.find((inner) =>
        http.match.every((outer) => conflictOf(outer, inner) !== undefined),
      );
      return outside === undefined ? [] : [{ by, from, index, field: conflictOf(http.match[0]!, outside)! }];
    });
  });
}

/** Rules of a root whose delegate is not there, or is not seen by the root's namespace: istiod makes nothing of them. */
export const withoutDelegate = (
  root: VirtualService,
  all: readonly VirtualService[],
  byDefault: readonly string[] = ['*'],
): { readonly by: number; readonly delegate: NonNullable<HttpRoute['delegate']> }[] =>
  root.spec.http.flatMap(({ delegate }, by) =>
    delegate === undefined || delegateOf(root, delegate, all, byDefault) !== undefined
      ? []
      : [{ by, delegate }],
  );

/** undefined: it is not there, or the root's namespace does not see it. */
function delegateOf(
  root: VirtualService,
  { name, namespace = root.metadata.namespace }: NonNullable<HttpRoute['delegate']>,
  all: readonly VirtualService[],
  byDefault: readonly string[],
): VirtualService | undefined {
  const found = all.find(
    (own) =>
      own.spec.hosts.length === 0 && own.metadata.name === name && own.metadata.namespace === namespace,
  );
  if (found === undefined) return undefined;
  const exportTo = found.spec.exportTo.length === 0 ? byDefault : found.spec.exportTo;
  return isExportedTo(exportTo, found.metadata.namespace, root.metadata.namespace) ? found : undefined;
}

function mergeRules(root: HttpRoute, own: HttpRoute): HttpRoute {
  const names = [root.name, own.name].filter((name) => name !== undefined && name !== '');
  const { delegate: _delegate, match: _match, route: _route, mirrors, ...rest } = root;
  return {
    ...rest,
    ...own,
    mirrors: own.mirrors.length > 0 ? own.mirrors : mirrors,
    ...(names.length === 0 ? {} : { name: names.join('-') }),
  };
}

/** undefined: a match of the delegate lies in none of the root's, which leaves all of the rule out. An empty list is a catch-all. */
function mergeMatches(
  root: readonly HttpMatch[],
  own: readonly HttpMatch[],
): readonly HttpMatch[] | undefined {
  if (root.length === 0) return own;
  if (own.length === 0) return root;
  const both = own.map((inner) =>
    root.flatMap((outer) => (conflictOf(outer, inner) === undefined ? [mergeMatch(outer, inner)] : [])),
  );
  return both.some((found) => found.length === 0) ? undefined : both.flat();
}

/** Istio's hasConflict: what the delegate asks of anything must lie in what the root asks of it; the field of which that is not so. */
function conflictOf(root: HttpMatch, own: HttpMatch): string | undefined {
  const texts = ['uri', 'scheme', 'method', 'authority'] as const;
  const maps = ['headers', 'withoutHeaders', 'queryParams'] as const;
  const text = texts.find((field) => leaves(root[field], own[field]));
  if (text !== undefined) return text;
  const map = maps.find((field) =>
    Object.entries(own[field] ?? {}).some(([name, value]) => leaves(root[field]?.[name], value)),
  );
  if (map !== undefined) return map;
  if ((root.ignoreUriCase ?? false) !== (own.ignoreUriCase ?? false)) return 'ignoreUriCase';
  if (root.port !== undefined && own.port !== undefined && root.port !== own.port) return 'port';
  if (root.sourceNamespace !== undefined && own.sourceNamespace !== root.sourceNamespace)
    return 'sourceNamespace';
  if (
    Object.entries(own.sourceLabels ?? {}).some(
      ([name, value]) => (root.sourceLabels?.[name] ?? value) !== value,
    )
  )
    return 'sourceLabels';
  return (root.gateways ?? []).length > 0 &&
    (own.gateways ?? []).some((each) => !root.gateways!.includes(each))
    ? 'gateways'
    : undefined;
}

/** Istio's stringMatchConflict: only a prefix can be narrowed; the same text in both is no conflict. */
function leaves(root: StringMatch | undefined, own: StringMatch | undefined): boolean {
  if (root === undefined || own === undefined) return false;
  if (root.exact !== undefined) return own.exact !== root.exact;
  if (root.prefix === undefined) return true;
  return !(own.prefix ?? own.exact)?.startsWith(root.prefix);
}

function mergeMatch(root: HttpMatch, own: HttpMatch): HttpMatch {
  const names = [root.name, own.name].filter((name) => name !== undefined && name !== '');
  const maps = ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels'] as const;
  const filled = maps.flatMap((field) => {
    const both = { ...root[field], ...own[field] };
    return Object.keys(both).length === 0 ? [] : [[field, both] as const];
  });
  return {
    ...root,
    ...own,
    ...Object.fromEntries(filled),
    ...(names.length === 0 ? {} : { name: names.join('-') }),
  };
}
