import { isExportedTo } from '../../manifest/export.ts';
import { fullHost, hostCovers, isWildcard, mostSpecific, shortHost } from '../../manifest/host.ts';
import { boundTo, type RoutingRule } from './routing-rule.ts';

/**
 * The routing rules that proxies of one namespace see, in the order in which they are asked: those of the namespace that are
 * private to it, those of others that are exported to it by name, and public ones, of which HTTPRoutes of the namespace itself
 * come first; each oldest first (istio pilot/pkg/model/push_context.go, initVirtualServices, VirtualServicesForGateway;
 * virtualservice.go, SelectVirtualServices).
 * @param rules of the mesh, oldest first
 * @param byDefault to whom rules are exported that do not say it
 */
export function rulesSeenFrom(
  namespace: string,
  rules: readonly RoutingRule[],
  byDefault: readonly string[],
): VisibleRules {
  const [own, named, routes, all]: [RoutingRule[], RoutingRule[], RoutingRule[], RoutingRule[]] = [
    [],
    [],
    [],
    [],
  ];
  for (const rule of rules) {
    const exportTo = rule.exportTo.length === 0 ? byDefault : rule.exportTo;
    if (!isExportedTo(exportTo, rule.namespace, namespace)) continue;
    if (!exportTo.includes('*')) (rule.namespace === namespace ? own : named).push(rule);
    else (rule.semantics === 'gateway-api' && rule.namespace === namespace ? routes : all).push(rule);
  }
  return new VisibleRules([...own, ...named, ...routes, ...all], namespace);
}

/** Routing rules in the order in which proxies of a namespace ask them. */
export class VisibleRules {
  readonly inOrder: readonly RoutingRule[];
  /** Those that are bound to the mesh. */
  readonly ofMesh: readonly RoutingRule[];
  readonly #namespace: string;
  /** Of rules bound to the mesh: by the names and patterns of their hosts. */
  readonly #byHost = new Map<string, RoutingRule[]>();
  readonly #patterns: string[] = [];
  readonly #places = new Map<RoutingRule, number>();

  constructor(inOrder: readonly RoutingRule[], namespace: string) {
    this.#namespace = namespace;
    this.inOrder = inOrder;
    this.ofMesh = inOrder.filter((rule) => boundTo(rule, 'mesh'));
    this.ofMesh.forEach((rule, place) => {
      this.#places.set(rule, place);
      for (const host of new Set(rule.fullHosts)) {
        const known = this.#byHost.get(host);
        if (known !== undefined) known.push(rule);
        else this.#byHost.set(host, [rule]);
        if (known === undefined && isWildcard(host)) this.#patterns.push(host);
      }
    });
  }

  /** Some of them, in the same order. */
  only(isWanted: (rule: RoutingRule) => boolean): VisibleRules {
    return new VisibleRules(this.inOrder.filter(isWanted), this.#namespace);
  }

  /** Rules of the mesh that name a host, by a pattern or in full, in their order (getConfigsForHost): for connections. */
  naming(host: string): RoutingRule[] {
    const patterns = this.#patterns.filter((own) => hostCovers(own, host));
    if (patterns.length === 0) return this.#concerning(this.#byHost.get(host) ?? [], host);
    const found = new Set([host, ...patterns].flatMap((own) => this.#byHost.get(own) ?? []));
    const ordered = [...found].sort((a, b) => this.#places.get(a)! - this.#places.get(b)!);
    return this.#concerning(ordered, host);
  }

  /**
   * Rules of the mesh that may decide a host's requests: those that name it in full, or else, of all patterns, the first rule
   * of the most specific (core/route/route.go, separateVSHostsAndServices; sidecar.go, computeWildcardHostVirtualServiceIndex).
   */
  deciding(host: string): RoutingRule[] {
    const exact = this.#concerning(this.#byHost.get(host) ?? [], host);
    if (exact.length > 0) return exact;
    const pattern = mostSpecific(this.#patterns, host);
    return pattern === undefined ? [] : this.#concerning(this.#byHost.get(pattern)!, host).slice(0, 1);
  }

  #concerning(rules: readonly RoutingRule[], host: string): RoutingRule[] {
    return rules.filter((rule) => concernsCallers(rule, host, this.#namespace));
  }
}

/** A route of a namespace that is neither the caller's nor the Service's concerns nobody but its own (GEP-1426). */
export const concernsCallers = (
  { semantics, namespace }: RoutingRule,
  host: string,
  callers: string,
): boolean => semantics === 'istio' || namespace === callers || host === fullHost(shortHost(host), namespace);
