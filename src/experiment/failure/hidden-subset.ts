import { fullHost, hostCovers } from '../../manifest/host.ts';
import { matches } from '../../manifest/labels.ts';
import type { DestinationRule } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import { DestinationRules, isSeenFrom, type MeshOfRules } from '../../mesh/istiod/destination-rules.ts';
import { meshView } from '../../mesh/istiod/translate.ts';
import type { Registry } from '../../mesh/kubernetes/registry.ts';
import type { FailureCause } from '../../record/failure.ts';

/**
 * Why a proxy is not told of a Service: it is not exported to its namespace, or its Sidecar leaves it out; undefined: it is told. A
 * gateway of that namespace is told of all that is exported to it.
 */
export function hiddenService(
  registry: Registry,
  proxy: ProxyIdentity,
  host: string,
): FailureCause | undefined {
  if (meshView(registry, proxy).serviceOf.has(host)) return undefined;
  const gateway: ProxyIdentity = { type: 'gateway', namespace: proxy.namespace, labels: {} };
  return meshView(registry, gateway).serviceOf.has(host) ? 'service-hidden' : 'service-not-exported';
}

/** A cluster of which the caller's proxy knows nothing. */
interface Asked {
  readonly proxy: ProxyIdentity;
  /** Full name. */
  readonly host: string;
  readonly subset: string;
  /** The namespace of the Service that has the host. */
  readonly served: string;
}

/**
 * Why a proxy does not follow any of the DestinationRules that define a subset; undefined: none defines it. Where it looks, and in
 * which order: `DestinationRules` in src/mesh/istiod/destination-rules.ts.
 *
 * @param mesh to whom a rule is exported that does not say it, and whose rules are for all
 */
export function hiddenSubset(
  rules: readonly DestinationRule[],
  mesh: MeshOfRules,
  { proxy, host, subset, served }: Asked,
): FailureCause | undefined {
  const defining = rules.filter(
    ({ metadata, spec }) =>
      hostCovers(fullHost(spec.host, metadata.namespace), host) &&
      spec.subsets.some(({ name }) => name === subset),
  );
  if (defining.length === 0) return undefined;
  const lookedAt = [proxy.namespace, served, mesh.rootNamespace];
  const near = defining.filter(({ metadata }) => lookedAt.includes(metadata.namespace));
  if (near.length === 0) return 'subset-elsewhere';
  const seen = near.filter((own) => isSeenFrom(proxy.namespace, own, mesh));
  if (seen.length === 0) return 'subset-not-exported';
  if (seen.every((own) => isForOthers(own, proxy))) return 'subset-for-others';
  const acting = new DestinationRules(rules, mesh).acting(proxy, host, served);
  const isDefined = acting?.subsets.some(({ name }) => name === subset) === true;
  return isDefined ? 'service-hidden' : 'subset-outranked';
}

const isForOthers = ({ spec }: DestinationRule, { labels }: ProxyIdentity): boolean =>
  spec.workloadSelector !== undefined && !matches(spec.workloadSelector, labels);
