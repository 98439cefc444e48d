/**
 * Names of hosts, as Istio reads them (pkg/config/host/name.go, pkg/config/labels, pkg/config/validation/agent).
 * Checks return Istio's words, or undefined where all is well.
 */

const label = '[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?';
const labelPattern = new RegExp(`^${label}$`);
const wildcardLabelPattern = new RegExp(`^(\\*|(\\*|\\*-)?(?:${label}))$`);

export const isDns1123Label = (name: string): boolean => name.length <= 63 && labelPattern.test(name);

export const isIpAddress = (name: string): boolean =>
  /^(\d{1,3}\.){3}\d{1,3}$/.test(name)
    ? name.split('.').every((part) => Number(part) <= 255)
    : /^[0-9a-fA-F:.]+$/.test(name) && (name.match(/:/g) ?? []).length >= 2;

/** A host name whose first label may be, or begin with, a wildcard. */
export function wildcardDomainProblem(domain: string): string | undefined {
  const early = lengthProblem(domain);
  if (early !== undefined) return early;
  const dot = domain.indexOf('.');
  const first = dot < 0 ? domain : domain.slice(0, dot);
  if (first.length > 63 || !wildcardLabelPattern.test(first))
    return `domain name "${domain}" invalid (label "${first}" invalid)`;
  return dot < 0 ? undefined : labelsProblem(domain.slice(dot + 1));
}

/** A host name without wildcards. */
export const fqdnProblem = (domain: string): string | undefined =>
  lengthProblem(domain) ?? labelsProblem(domain);

function lengthProblem(domain: string): string | undefined {
  if (domain.length > 255) return `domain name "${domain}" too long (max 255)`;
  return domain === '' ? 'empty domain name not allowed' : undefined;
}

function labelsProblem(domain: string): string | undefined {
  const parts = domain.split('.');
  const top = parts[parts.length - 1]!;
  if (/^[+-]?\d+$/.test(top))
    return `domain name "${domain}" invalid (top level domain "${top}" cannot be all-numeric)`;
  // An empty last label is the dot of an unambiguous name such as `istio.io.`.
  const bad = parts.find(
    (part, index) => !isDns1123Label(part) && !(part === '' && index === parts.length - 1),
  );
  return bad === undefined ? undefined : `domain name "${domain}" invalid (label "${bad}" invalid)`;
}

/** Whether two hosts, each perhaps with a leading wildcard, have a name in common. */
export function hostsOverlap(a: string, b: string): boolean {
  const wildA = a.startsWith('*');
  const wildB = b.startsWith('*');
  if (wildA && wildB) {
    const [tailA, tailB] = [a.slice(1), b.slice(1)];
    return tailA.endsWith(tailB) || tailB.endsWith(tailA);
  }
  if (wildA) return b.endsWith(a.slice(1));
  if (wildB) return a.endsWith(b.slice(1));
  return a === b;
}

/** A short service name to its full one in a namespace; names with a dot and wildcards stay (pkg/config/resource, ResolveShortnameToFQDN). */
export const fullHost = (host: string, namespace: string): string =>
  host === '' || host.includes('.') || host.includes('*') ? host : `${host}.${namespace}.svc.cluster.local`;

/** pkg/config/labels/collection.go and instance.go: keys and values as Kubernetes has them. */
export function labelsProblems(labels: Readonly<Record<string, string>>): string[] {
  const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
  return Object.entries(labels).flatMap(([key, value]) => {
    const parts = key.split('/');
    const own = parts[parts.length - 1]!;
    const keyFine =
      parts.length <= 2 &&
      own.length <= 63 &&
      name.test(own) &&
      (parts.length === 1 || fqdnProblem(parts[0]!) === undefined);
    const valueFine = value === '' || (value.length <= 63 && name.test(value));
    return [
      ...(keyFine ? [] : [`invalid tag key: "${key}"`]),
      ...(valueFine ? [] : [`invalid tag value: "${value}"`]),
    ];
  });
}
