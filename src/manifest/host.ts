/** Names of hosts as Istio resolves them (pkg/config/host, model.ResolveShortnameToFQDN). */

/** A host as a value: its full name in lower case and, where it is a Service's of the mesh, that Service. */
export interface Host {
  readonly name: string;
  /** undefined: a name outside, or a pattern. */
  readonly service: { readonly name: string; readonly namespace: string } | undefined;
}

/** A full name such as `reviews.default.svc.cluster.local`, `*.example.com` or `httpbin.org`. */
export function parseHost(fullName: string): Host {
  const name = fullName.toLowerCase();
  const [, service, namespace] = /^([^.*]+)\.([^.*]+)\.svc\.cluster\.local$/.exec(name) ?? [];
  return {
    name,
    service: service === undefined || namespace === undefined ? undefined : { name: service, namespace },
  };
}

/** A name without a dot belongs to the namespace of the resource that says it. `*` stays. */
export function fullHost(host: string, namespace: string): string {
  if (host.includes('.') || host === '*') return host.toLowerCase();
  return `${host}.${namespace}.svc.cluster.local`.toLowerCase();
}

/** Whether a host pattern (`*.example.com`, `*`, or a full name) covers a full name. */
export function hostCovers(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*') && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
}

export const isWildcard = (host: string): boolean => host.startsWith('*');

/** What both serve: of a pattern and what it covers, the latter (pkg/config/host, Names.Intersection). */
export function intersection(some: readonly string[], others: readonly string[]): string[] {
  const found = some.flatMap((own) =>
    others.flatMap((other) => (hostCovers(own, other) ? [other] : hostCovers(other, own) ? [own] : [])),
  );
  return [...new Set(found)];
}

/** Of patterns that cover a name the most specific, which is the longest (pkg/config/host, MostSpecificHostMatch). */
export function mostSpecific(patterns: readonly string[], host: string): string | undefined {
  let found: string | undefined;
  for (const own of patterns) {
    if (hostCovers(own, host) && (found === undefined || own.length > found.length)) found = own;
  }
  return found;
}

/** `reviews` of `reviews.default.svc.cluster.local`. */
export const shortHost = (host: string): string => {
  const dot = host.indexOf('.');
  return dot < 0 || !host.endsWith('.svc.cluster.local') ? host : host.slice(0, dot);
};
