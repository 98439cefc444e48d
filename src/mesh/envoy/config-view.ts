import { microseconds } from '../../manifest/microseconds.ts';
import { hashOf, type Hash64 } from './balancer/xxhash64.ts';
import { withHeaders } from './header-override.ts';
import { chooseRoute, tcpMethod, type RequestHead } from './route-match.ts';
import { unknownClusterStatus } from './response-outcome.ts';
import type { Cluster, ProxyConfiguration, RetryPolicy, Route, RouteAction } from './route.ts';
import type { Endpoints } from '../kubernetes/endpoints.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { RequestClasses } from '../request/request-class.ts';
import { resolveRetry, type ResolvedRetry } from './retry-policy.ts';
import { idleTimeoutUs, isManaged } from './upstream.ts';
import type { SplitKeys } from '../telemetry/split-key.ts';
import { clusterParts } from './cluster-name.ts';
import { type ProxyIdentity } from './proxy-identity.ts';

/** A route as the hot path reads it: clusters and keys as numbers, weights as running sums. */
export interface ResolvedRoute {
  /** Row in `ConfigTables.routes`. */
  readonly row: number;
  /** Row in `variants`; -1 where there is nothing to split (no route, direct response, redirect). */
  readonly variant: number;
  /** Service that the request is counted under; "" and row -1 where no route names one. */
  readonly service: string;
  readonly serviceRow: number;
  /** Sum of the weights; 0 for a single destination. */
  readonly total: number;
  readonly cumulative: Float64Array;
  /** Rows in `Clusters`. */
  readonly clusters: Int32Array;
  /** Key of each destination; -1: told by the pod. */
  readonly keys: Int32Array;
  /** True where the balancer decides over endpoints of several keys. */
  readonly keysByPod: boolean;
  /** A TCP proxy's: per connection; and how long that may be idle, Infinity: for ever. */
  readonly isTcp: boolean;
  readonly idleUs: number;
  /** Status of the answer where this proxy does not know the chosen cluster. */
  readonly unknownClusterStatus: number;
  /** undefined: what fails is not tried again. */
  readonly retry: ResolvedRetry | undefined;
  /** Of the request's header, cookie or query parameter by which endpoints are chosen; undefined: by chance. */
  readonly hash: Hash64 | undefined;
  /** True where the hash is of the caller's address. */
  readonly hashesSource: boolean;
  /** Copies to make of so many requests in a million. */
  readonly mirrors: readonly {
    readonly cluster: number;
    readonly service: string;
    readonly numerator: number;
  }[];
  /** Status of a local answer (404 for no route, or a direct response's); 0: route it. */
  readonly localStatus: number;
  /** Of the route, in microseconds; 0: none. It begins when the request leaves the proxy, after a fault's delay. */
  readonly timeoutUs: number;
  /** Out of a million requests, so many are delayed by so long, so many answered with this status. */
  readonly delay: { readonly numerator: number; readonly us: number } | undefined;
  readonly abort: { readonly numerator: number; readonly status: number } | undefined;
  readonly route: Route | undefined;
}

/** What one rule asks for: the shares of a service's keys. Requests are counted per variant, not per share. */
export interface Variant {
  readonly service: string;
  /** Key rows with their shares, summing to 1. Without a rule: the shares of the endpoints. */
  readonly shares: readonly (readonly [key: number, share: number])[];
  /** False where no rule matched and the balancer over all endpoints decides. */
  readonly ruled: boolean;
  /** "VirtualService reviews.default, rule 1" or "no rule: default cluster". */
  readonly rule: string;
}

/** What all configurations of one run share: names as numbers, and the variants met so far. */
export class ConfigTables {
  readonly variants: Variant[] = [];
  /** Every route that a configuration of this run has resolved to. */
  readonly routes: ResolvedRoute[] = [];
  readonly clusterNames: string[] = [];
  readonly services: string[] = [];
  readonly #clusterRows = new Map<string, number>();
  readonly #identities = new Map<string, number>();
  readonly #retries = new Map<string, ResolvedRetry | undefined>();
  readonly #variantRows = new Map<string, number>();
  readonly #serviceRows = new Map<string, number>();
  readonly #resolved = new WeakMap<ProxyConfiguration, (ResolvedRoute | undefined)[]>();
  readonly pods: readonly Pod[];
  readonly classes: RequestClasses;
  readonly keys: SplitKeys;

  constructor(pods: readonly Pod[], classes: RequestClasses, keys: SplitKeys) {
    this.pods = pods;
    this.classes = classes;
    this.keys = keys;
  }

  cluster(name: string): number {
    const known = this.#clusterRows.get(name);
    if (known !== undefined) return known;
    const row = this.clusterNames.push(name) - 1;
    this.#clusterRows.set(name, row);
    return row;
  }

  /** Row of a service's name; -1 for "". At most 31 services take part in a page. */
  serviceRow(service: string): number {
    if (service === '') return -1;
    const known = this.#serviceRows.get(service);
    if (known !== undefined) return known;
    const row = this.services.push(service) - 1;
    if (row > 30) throw new RangeError(`more than 31 services are called; "${service}" is one too many`);
    this.#serviceRows.set(service, row);
    return row;
  }

  /** Routes of a configuration that are the same whoever the endpoints are, by class of request. */
  resolvedBy(configuration: ProxyConfiguration): (ResolvedRoute | undefined)[] {
    let resolved = this.#resolved.get(configuration);
    if (resolved === undefined) this.#resolved.set(configuration, (resolved = []));
    return resolved;
  }

  /** A number for a configuration: equal ones have the same. */
  identity(cluster: Cluster): number {
    const key = JSON.stringify(cluster);
    const known = this.#identities.get(key);
    if (known !== undefined) return known;
    this.#identities.set(key, this.#identities.size);
    return this.#identities.size - 1;
  }

  /** What a policy makes of each answer; equal ones are resolved once. */
  retry(policy: RetryPolicy | undefined, timeoutUs: number): ResolvedRetry | undefined {
    if (policy === undefined) return undefined;
    const key = JSON.stringify([policy, timeoutUs]);
    if (!this.#retries.has(key)) this.#retries.set(key, resolveRetry(policy, timeoutUs));
    return this.#retries.get(key);
  }

  variant(variant: Variant): number {
    const key = JSON.stringify(variant);
    const known = this.#variantRows.get(key);
    if (known !== undefined) return known;
    const row = this.variants.push(variant) - 1;
    this.#variantRows.set(key, row);
    return row;
  }
}

/** One cluster's endpoints with its policy. */
export interface ClusterEndpoints {
  readonly cluster: Cluster;
  /** Row of the cluster's name, and, of a managed one, a number for all that it says: a changed one is a new cluster. */
  readonly row: number;
  readonly identity: number;
  /** Rows of pods. */
  readonly pods: Int32Array;
  /** Its picks need state of their own; see `Upstream`. */
  readonly managed: boolean;
}

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
  readonly #endpoints: (ClusterEndpoints | undefined)[] = [];

  constructor(
    snapshot: number,
    configuration: ProxyConfiguration,
    proxy: ProxyIdentity,
    endpoints: Endpoints,
    tables: ConfigTables,
  ) {
    this.snapshot = snapshot;
    this.configuration = configuration;
    this.proxy = proxy;
    this.#tables = tables;
    this.#shared = tables.resolvedBy(configuration);
    for (const cluster of configuration.clusters) {
      const row = tables.cluster(cluster.name);
      const managed = isManaged(cluster);
      this.#endpoints[row] = {
        cluster,
        row,
        identity: managed ? tables.identity(cluster) : -1,
        pods: endpoints.of(cluster.host.split('.')[1] ?? '', cluster.labels),
        managed,
      };
    }
  }

  /** undefined: this proxy does not know the cluster (503, NC). */
  endpoints(cluster: number): ClusterEndpoints | undefined {
    return this.#endpoints[cluster];
  }

  resolve(requestClass: number): ResolvedRoute {
    return this.#byClass[requestClass] ?? (this.#byClass[requestClass] = this.#add(requestClass));
  }

  #add(requestClass: number): ResolvedRoute {
    const known = this.#shared[requestClass];
    if (known !== undefined) return known;
    const { routes } = this.#tables;
    // Over one pattern, so that all have one hidden class: the hot path reads them.
    const resolved: ResolvedRoute = { ...nowhere, ...this.#resolve(requestClass), row: routes.length };
    routes.push(resolved);
    // Where the pod tells the key, the shares are those of the endpoints, which may change.
    if (!resolved.keysByPod) this.#shared[requestClass] = resolved;
    return resolved;
  }

  #resolve(requestClass: number): Omit<ResolvedRoute, 'row'> {
    const head = this.#tables.classes.heads[requestClass]!;
    const port = this.#tables.classes.ports[requestClass]!;
    const isTcp = head.method === tcpMethod;
    const route = isTcp ? this.#tcpRoute(head, port) : this.#httpRoute(head, port);
    const action = route?.route;
    if (action === undefined) {
      const service = this.proxy.type === 'gateway' ? '' : calledService(head.authority);
      return {
        ...nowhere,
        route,
        localStatus: route?.direct_response?.status ?? route?.redirect?.response_code ?? 404,
        service,
        serviceRow: this.#tables.serviceRow(service),
      };
    }
    // Visitors of a gateway have no say in its timeouts and retries; an application has, at its own sidecar.
    const { timeout, retry_policy } =
      this.proxy.type === 'gateway' ? action : withHeaders(action, head.headers);
    const destinations = action.weighted_clusters?.clusters ?? [{ name: action.cluster!, weight: 1 }];
    const service =
      this.proxy.type === 'gateway'
        ? clusterParts(destinations[0]!.name).service
        : calledService(head.authority);
    const keys = Int32Array.from(destinations, (own) => this.#tables.keys.ofCluster(service, own));
    const total = destinations.reduce((sum, own) => sum + own.weight, 0);
    let sum = 0;
    return {
      variant: this.#tables.variant({
        service,
        shares: this.#shares(service, destinations, keys, total),
        ruled: route!.metadata.config !== '' && !keys.includes(-1),
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
      timeoutUs: microseconds(timeout),
      ...faultOf(route!),
      route,
    };
  }

  #httpRoute(head: RequestHead, port: number): Route | undefined {
    const name = this.proxy.type === 'gateway' ? `http.${port}` : String(port);
    const configuration = this.configuration.routes.find((own) => own.name === name);
    return configuration === undefined ? undefined : chooseRoute(configuration, head).route;
  }

  /** A connection's route, in the shape of a request's: it has a destination, and nothing else that HTTP knows. */
  #tcpRoute(head: RequestHead, port: number): Route | undefined {
    const host = head.authority.split(':')[0]!;
    const proxy = this.configuration.tcp_proxies.find(
      (own) =>
        own.port === port &&
        (own.host === '*' || own.host === host || own.host.split('.')[0] === host.split('.')[0]),
    );
    if (proxy === undefined) return undefined;
    const { cluster, weighted_clusters, idle_timeout, metadata } = proxy;
    return {
      name: '',
      match: { prefix: '' },
      route: {
        timeout: '0s',
        ...(idle_timeout === undefined ? {} : { idle_timeout }),
        ...(cluster === undefined ? {} : { cluster }),
        ...(weighted_clusters === undefined ? {} : { weighted_clusters }),
      },
      metadata,
    };
  }

  #mirrors(action: RouteAction): ResolvedRoute['mirrors'] {
    return (action.request_mirror_policies ?? []).map(({ cluster, runtime_fraction }) => ({
      cluster: this.#tables.cluster(cluster),
      service: clusterParts(cluster).service,
      numerator: runtime_fraction.default_value.numerator,
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
        const pods = this.#endpoints[this.#tables.cluster(own.name)]?.pods ?? new Int32Array();
        for (const pod of pods)
          add(this.#tables.keys.ofPod(service, this.#tables.pods[pod]!), share / pods.length);
      }
    });
    return [...shares].sort((a, b) => a[0] - b[0]);
  }
}

/** Where no route leads anywhere; and the pattern of every other. */
const nowhere: ResolvedRoute = {
  row: -1,
  variant: -1,
  service: '',
  serviceRow: -1,
  total: 0,
  cumulative: new Float64Array(),
  clusters: new Int32Array(),
  keys: new Int32Array(),
  keysByPod: false,
  isTcp: false,
  idleUs: Infinity,
  unknownClusterStatus: 503,
  retry: undefined,
  hash: undefined,
  hashesSource: false,
  mirrors: [],
  localStatus: 404,
  timeoutUs: 0,
  delay: undefined,
  abort: undefined,
  route: undefined,
};

/** By the first hash policy that the request has something for; several would be combined (Istio writes one). */
function hashesOf(action: RouteAction, head: RequestHead): Pick<ResolvedRoute, 'hash' | 'hashesSource'> {
  for (const policy of action.hash_policy ?? []) {
    if (policy.connection_properties?.source_ip === true) return { hash: undefined, hashesSource: true };
    const value =
      policy.header !== undefined
        ? head.headers[policy.header.header_name.toLowerCase()]
        : policy.cookie !== undefined
          ? cookieOf(head, policy.cookie.name)
          : policy.query_parameter === undefined
            ? undefined
            : queryOf(head, policy.query_parameter.name);
    if (value !== undefined) return { hash: hashOf(value), hashesSource: false };
  }
  return { hash: undefined, hashesSource: false };
}

const cookieOf = (head: RequestHead, name: string): string | undefined =>
  (head.headers['cookie'] ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const queryOf = (head: RequestHead, name: string): string | undefined =>
  (head.path.split('?')[1] ?? '')
    .split('&')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** The fault filter's settings as numbers. A delay of 0 is none. */
function faultOf(route: Route): Pick<ResolvedRoute, 'delay' | 'abort'> {
  const { delay, abort } = route.typed_per_filter_config?.['envoy.filters.http.fault'] ?? {};
  const us = delay === undefined ? 0 : microseconds(delay.fixed_delay);
  return {
    delay: us === 0 ? undefined : { numerator: delay!.percentage.numerator, us },
    abort:
      abort === undefined ? undefined : { numerator: abort.percentage.numerator, status: abort.http_status },
  };
}

/** `reviews` of `reviews:9080` or `reviews.default.svc.cluster.local`. */
function calledService(authority: string): string {
  const host = authority.split(':')[0]!;
  return host.split('.')[0]!;
}
