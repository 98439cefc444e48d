import { fullHost, hostCovers, isWildcard, mostSpecific, shortHost } from '../../manifest/host.ts';
import { boundTo, type RoutingRule } from './routing-rule.ts';

/**
 * The routing rules that proxies of one namespace see, in the order in which they are asked: those of the namespace that are
 * private to it, those of others that are exported to it by name, and public ones, of which HTTPRoutes of the namespace itself
 * come first; each oldest first (istio pilot/pkg/model/push_context.go, initVirtualServices, VirtualServicesForGateway;
 * virtualservice.go, SelectVirtualServices).
 */
export class VisibleRules {
  readonly inOrder: readonly RoutingRule[];
  readonly #namespace: string;
  /** Of rules bound to the mesh: by the names and patterns of their hosts. */
  readonly #byHost = new Map<string, RoutingRule[]>();
  readonly #patterns: string[] = [];
  readonly #places = new Map<RoutingRule, number>();

  /** @param rules of the mesh, oldest first */
  constructor(rules: readonly RoutingRule[], namespace: string) {
    this.#namespace = namespace;
    const isPublic = ({ exportTo }: RoutingRule): boolean => exportTo.length === 0 || exportTo.includes('*');
    const others = rules.filter((own) => !isPublic(own));
    const all = rules.filter(isPublic);
    const isOwnRoute = (own: RoutingRule): boolean =>
      own.semantics === 'gateway-api' && own.namespace === namespace;
    this.inOrder = [
      ...others.filter(
        (own) =>
          own.namespace === namespace && (own.exportTo.includes('.') || own.exportTo.includes(namespace)),
      ),
      ...others.filter((own) => own.namespace !== namespace && own.exportTo.includes(namespace)),
      ...all.filter(isOwnRoute),
      ...all.filter((own) => !isOwnRoute(own)),
    ];
    this.inOrder.forEach((rule, place) => {
      this.#places.set(rule, place);
      if (!boundTo(rule, 'mesh')) return;
      for (const host of new Set(rule.hosts.map((own) => fullHost(own, rule.namespace)))) {
        const known = this.#byHost.get(host);
        if (known !== undefined) known.push(rule);
        else this.#byHost.set(host, [rule]);
        if (known === undefined && isWildcard(host)) this.#patterns.push(host);
      }
    });
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

  /** A route of a namespace that is neither the caller's nor the Service's concerns nobody but its own (GEP-1426). */
  #concerning(rules: readonly RoutingRule[], host: string): RoutingRule[] {
    return rules.filter(
      ({ semantics, namespace }) =>
        semantics === 'istio' ||
        namespace === this.#namespace ||
        host === fullHost(shortHost(host), namespace),
    );
  }
}
