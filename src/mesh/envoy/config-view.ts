import { refill } from '../../kernel/copies.ts';
import { microseconds } from '../../manifest/microseconds.ts';
import type { Endpoints } from '../kubernetes/endpoints.ts';
import type { ClusterEndpoints } from './cluster-endpoints.ts';
import type { ResolvedRetry } from './resolved-retry.ts';
import { clusterParts } from './cluster-name.ts';
import { idleTimeoutUs } from './cluster-settings.ts';
import type { ConfigTables, ToldEndpoints } from './config-tables.ts';
import { changesRequests, setCookies } from './header-operations.ts';
import { rewritesPath } from './rewritten-path.ts';
import { withHeaders } from './header-override.ts';
import { type ProxyIdentity } from './proxy-identity.ts';
import { faultOf, hashesOf, resolvedRoute, type ResolvedRoute } from './resolved-route.ts';
import { unknownClusterStatus } from './response-outcome.ts';
import { outboundOf, type Outbound } from './outbound.ts';
import type { RequestHead } from './route-match.ts';
import { blackHoleCluster, passthroughCluster, type ProxyConfiguration, type RouteAction } from './route.ts';

const nothing: ToldEndpoints = { byCluster: [], warming: [] };

/**
 * One proxy's configuration of one snapshot, ready to be asked. Proxies of one kind (same labels, namespace and type)
 * share it; routes are resolved when a class first asks.
 */
export class ConfigView {
  readonly snapshot: number;
  readonly configuration: ProxyConfiguration;
  readonly proxy: ProxyIdentity;
  readonly #tables: ConfigTables;
  readonly #shared: (ResolvedRoute | undefined)[];
  readonly #byClass: (ResolvedRoute | undefined)[] = [];
  /** What it was told, and the same by row: the hot path asks it. */
  #told: ToldEndpoints;
  #endpoints: ToldEndpoints['byCluster'];

  constructor(
    snapshot: number,
    configuration: ProxyConfiguration,
    proxy: ProxyIdentity,
    endpoints: Endpoints | undefined,
    tables: ConfigTables,
  ) {
    this.snapshot = snapshot;
    this.configuration = configuration;
    this.proxy = proxy;
    this.#tables = tables;
    this.#shared = tables.resolvedBy(configuration);
    this.#told = endpoints === undefined ? nothing : tables.told(configuration.clusters, endpoints, proxy);
    this.#endpoints = this.#told.byCluster;
  }

  /** Clusters whose endpoints warm up. */
  get warming(): ToldEndpoints['warming'] {
    return this.#told.warming;
  }

  /** undefined: this proxy does not know the cluster (503, NC). */
  endpoints(cluster: number): ClusterEndpoints | undefined {
    return this.#endpoints[cluster];
  }

  /** What this proxy offers its own application again, of requests of a class. */
  inboundRetry(requestClass: number): ResolvedRetry | undefined {
    const port = this.#tables.classes.ports[requestClass]!;
    const { inbound } = this.configuration;
    return this.#tables.retry(inbound.find((own) => own.port === port)?.retry_policy, 0);
  }

  /** What becomes of a call of a class, with the reason. */
  outbound(requestClass: number): Outbound {
    const head = this.#tables.classes.heads[requestClass]!;
    return outboundOf(this.configuration, {
      ...head,
      port: this.#tables.classes.ports[requestClass]!,
      dialled: this.proxy.type === 'gateway' ? '' : this.#dialled(head),
    });
  }

  resolve(requestClass: number): ResolvedRoute {
    return this.#byClass[requestClass] ?? (this.#byClass[requestClass] = this.#add(requestClass));
  }

  #add(requestClass: number): ResolvedRoute {
    const known = this.#shared[requestClass];
    if (known !== undefined) return known;
    const { routes } = this.#tables;
    const resolved = resolvedRoute({ ...this.#resolve(requestClass), row: routes.length });
    routes.push(resolved);
    // Where the pod tells the key, the shares are those of the endpoints, which may change.
    if (!resolved.keysByPod) this.#shared[requestClass] = resolved;
    return resolved;
  }

  /** What is left out is as of a route that leads nowhere. */
  #resolve(requestClass: number): Partial<ResolvedRoute> {
    const head = this.#tables.classes.heads[requestClass]!;
    const outbound = this.outbound(requestClass);
    const route = outbound.kind === 'route' ? outbound.route : undefined;
    const isTcp = outbound.kind === 'route' && outbound.isTcp;
    const action = route?.route;
    if (action?.cluster === passthroughCluster || action?.cluster === blackHoleCluster) {
      const service = this.#called(head);
      return {
        route,
        isTcp,
        // A connection that is reset is no answer; the application takes it for one of 503.
        localStatus: action.cluster === blackHoleCluster ? 503 : 0,
        passes: action.cluster === passthroughCluster,
        service,
        serviceRow: this.#tables.serviceRow(service),
      };
    }
    if (action === undefined) {
      const service = this.proxy.type === 'gateway' ? '' : this.#called(head);
      return {
        route,
        localStatus:
          outbound.kind === 'refused'
            ? 503
            : (route?.direct_response?.status ?? route?.redirect?.response_code ?? 404),
        service,
        serviceRow: this.#tables.serviceRow(service),
        setCookies: route === undefined ? [] : setCookies(route),
      };
    }
    // Visitors of a gateway have no say in its timeouts and retries; an application has, at its own sidecar.
    const { timeout, retry_policy } =
      this.proxy.type === 'gateway' ? action : withHeaders(action, head.headers);
    const destinations = action.weighted_clusters?.clusters ?? [{ name: action.cluster!, weight: 1 }];
    const service =
      this.proxy.type === 'gateway'
        ? this.#tables.keys.askedAtGateway(
            this.#tables.names.ofName(clusterParts(destinations[0]!.name).host),
          )
        : this.#called(head);
    const keys = Int32Array.from(destinations, (own) => this.#tables.keys.ofCluster(service, own));
    const total = destinations.reduce((sum, own) => sum + own.weight, 0);
    const hasRule = route!.metadata.owner !== null;
    let sum = 0;
    return {
      variant: this.#tables.variant({
        service,
        shares: this.#shares(service, destinations, keys, total),
        ruled: hasRule && !keys.includes(-1),
        byPods: hasRule && keys.includes(-1),
        rule: route!.metadata.rule,
      }),
      service,
      serviceRow: this.#tables.serviceRow(service),
      total: action.weighted_clusters === undefined ? 0 : total,
      cumulative: Float64Array.from(destinations, (own) => (sum += own.weight)),
      clusters: Int32Array.from(destinations, (own) => this.#tables.cluster(own.name)),
      keys,
      keysByPod: keys.includes(-1),
      isTcp,
      idleUs: isTcp ? idleTimeoutUs(action.idle_timeout) : Infinity,
      unknownClusterStatus: unknownClusterStatus(action.cluster_not_found_response_code),
      retry: this.#tables.retry(retry_policy, microseconds(timeout)),
      ...hashesOf(action, head),
      mirrors: this.#mirrors(action),
      localStatus: 0,
      passes: false,
      timeoutUs: microseconds(timeout),
      fault: faultOf(route!),
      changesRequests: changesRequests(route!) || rewritesPath(route!),
      setCookies: setCookies(route!),
      route,
    };
  }

  /** The Service that an application beside this proxy means, or the host outside, by its full name. */
  #dialled({ authority }: RequestHead): string {
    return this.#tables.names.called(authority, this.proxy.namespace).name;
  }

  #called(head: RequestHead): string {
    return this.#tables.names.ofName(this.#dialled(head));
  }

  #mirrors(action: RouteAction): ResolvedRoute['mirrors'] {
    return (action.request_mirror_policies ?? []).map(({ cluster, runtime_fraction }) => ({
      cluster: this.#tables.cluster(cluster),
      service: this.#tables.names.ofName(clusterParts(cluster).host),
      numerator: runtime_fraction.default_value.numerator,
      denominator: runtime_fraction.default_value.denominator === 'HUNDRED' ? 100 : 1_000_000,
    }));
  }

  /** Shares per key; a destination without a subset is spread over the keys of its endpoints. */
  #shares(
    service: string,
    destinations: readonly { readonly name: string; readonly weight: number }[],
    keys: Int32Array,
    total: number,
  ): (readonly [number, number])[] {
    const shares = new Map<number, number>();
    const add = (key: number, share: number): void => void shares.set(key, (shares.get(key) ?? 0) + share);
    destinations.forEach((own, index) => {
      const share = own.weight / total;
      if (keys[index]! >= 0) {
        add(keys[index]!, share);
      } else {
        const told = this.#endpoints[this.#tables.cluster(own.name)]?.assignment;
        const pods = told?.pods ?? new Int32Array();
        const weightOf = (pod: number): number => told?.weights?.get(pod) ?? 1;
        const sum = pods.reduce((all, pod) => all + weightOf(pod), 0);
        for (const pod of pods) {
          const key = this.#tables.keys.ofPod(service, this.#tables.pods[pod]!);
          add(key, (share * weightOf(pod)) / sum);
        }
      }
    });
    return [...shares].sort((a, b) => a[0] - b[0]);
  }

  /** For the tables of another world, which know all rows that these do. */
  copy(tables: ConfigTables): ConfigView {
    const copy = new ConfigView(this.snapshot, this.configuration, this.proxy, undefined, tables);
    refill(copy.#shared, this.#shared);
    refill(copy.#byClass, this.#byClass);
    copy.#told = this.#told;
    copy.#endpoints = this.#endpoints;
    return copy;
  }
}
