import { parseDuration } from '../manifest/quantity.ts';
import { chooseRoute } from './envoy/route-match.ts';
import type { Cluster, ProxyConfiguration, Route } from './envoy/route.ts';
import { clusterParts, includes, type ProxyIdentity } from './istiod/translate.ts';
import type { Pod } from './kubernetes/pod.ts';
import type { RequestClasses } from './request-class.ts';
import type { SplitKeys } from './split-key.ts';

/** A route as the hot path reads it: clusters and keys as numbers, weights as running sums. */
export interface ResolvedRoute {
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
  readonly clusterNames: string[] = [];
  readonly services: string[] = [];
  readonly #clusterRows = new Map<string, number>();
  readonly #variantRows = new Map<string, number>();
  readonly #serviceRows = new Map<string, number>();
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
  /** Rows of pods. */
  readonly pods: Int32Array;
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
  readonly #byClass: (ResolvedRoute | undefined)[] = [];
  readonly #endpoints: (ClusterEndpoints | undefined)[] = [];

  constructor(
    snapshot: number,
    configuration: ProxyConfiguration,
    proxy: ProxyIdentity,
    tables: ConfigTables,
  ) {
    this.snapshot = snapshot;
    this.configuration = configuration;
    this.proxy = proxy;
    this.#tables = tables;
    for (const cluster of configuration.clusters) {
      const { host } = cluster;
      const namespace = host.split('.')[1] ?? '';
      const pods: number[] = [];
      tables.pods.forEach((pod, row) => {
        // A Service without a selector has no endpoints of its own.
        if (
          pod.namespace === namespace &&
          Object.keys(cluster.labels).length > 0 &&
          includes(pod.labels, cluster.labels)
        ) {
          pods.push(row);
        }
      });
      this.#endpoints[tables.cluster(cluster.name)] = { cluster, pods: Int32Array.from(pods) };
    }
  }

  /** undefined: this proxy does not know the cluster (503, NC). */
  endpoints(cluster: number): ClusterEndpoints | undefined {
    return this.#endpoints[cluster];
  }

  resolve(requestClass: number): ResolvedRoute {
    return this.#byClass[requestClass] ?? (this.#byClass[requestClass] = this.#resolve(requestClass));
  }

  #resolve(requestClass: number): ResolvedRoute {
    const head = this.#tables.classes.heads[requestClass]!;
    const port = this.#tables.classes.ports[requestClass]!;
    const { routes } = this.configuration;
    const configuration = routes.find(
      (own) => own.name === (this.proxy.type === 'gateway' ? `http.${port}` : String(port)),
    );
    const route = configuration === undefined ? undefined : chooseRoute(configuration, head).route;
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
      localStatus: 0,
      timeoutUs: microseconds(action.timeout),
      ...faultOf(route!),
      route,
    };
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

const nowhere = {
  variant: -1,
  total: 0,
  cumulative: new Float64Array(),
  clusters: new Int32Array(),
  keys: new Int32Array(),
  timeoutUs: 0,
  delay: undefined,
  abort: undefined,
};

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

/** A duration that istiod wrote. */
function microseconds(text: string): number {
  const parsed = parseDuration(text);
  if ('us' in parsed) return parsed.us;
  throw new Error(`istiod wrote "${text}" where a duration belongs: ${parsed.problem}`);
}

/** `reviews` of `reviews:9080` or `reviews.default.svc.cluster.local`. */
function calledService(authority: string): string {
  const host = authority.split(':')[0]!;
  return host.split('.')[0]!;
}
