import type { ServiceNames } from '../../manifest/service-names.ts';
import { refill } from '../../kernel/copies.ts';
import type { Endpoints } from '../kubernetes/endpoints.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { matches } from '../../manifest/labels.ts';
import { nodeLabel } from './balancer/locality.ts';
import type { RequestClasses } from './request-class.ts';
import type { SplitKeys } from '../telemetry/split-key.ts';
import type { ClusterEndpoints } from './cluster-endpoints.ts';
import { clusterSettings, type ClusterSettings } from './cluster-settings.ts';
import { loadAssignment, localityLabel, type LoadAssignment } from './load-assignment.ts';
import type { ProxyIdentity } from './proxy-identity.ts';
import type { ResolvedRoute } from './resolved-route.ts';
import { resolveRetry, type ResolvedRetry } from './resolved-retry.ts';
import type { Cluster, ProxyConfiguration, RetryPolicy } from './route.ts';

/** What one rule asks for: the shares of a service's keys. Requests are counted per variant, not per share. */
export interface Variant {
  readonly service: string;
  /** Key rows with their shares, summing to 1. Without a rule: the shares of the endpoints. */
  readonly shares: readonly (readonly [key: number, share: number])[];
  /** False where no rule matched and the balancer over all endpoints decides. */
  readonly ruled: boolean;
  /** A rule acts, and its destinations do not tell the keys apart: so the pods do. */
  readonly byPods: boolean;
  /** "VirtualService reviews.default, rule 1" or "no rule: default cluster". */
  readonly rule: string;
}

const none = new Int32Array();

/** Endpoints that a proxy was told of: nobody changes them. */
export interface ToldEndpoints {
  /** By the cluster's row. */
  readonly byCluster: readonly (ClusterEndpoints | undefined)[];
  /** Those that warm up, so that their age counts from when the proxy was told. */
  readonly warming: readonly ClusterEndpoints[];
}

/** Neither its place nor its labels decide what a proxy is told of a cluster's endpoints. */
const isForAll = ({ locality_lb_setting, outlier_detection, node_local, outside }: Cluster): boolean =>
  locality_lb_setting === undefined &&
  outlier_detection === undefined &&
  node_local === undefined &&
  outside.length === 0;

/**
 * Without the endpoints outside that the entries of this moment do not list, or list with other labels. What was dialled is reached
 * where no entry lists anything.
 */
const toldOf = (rows: Int32Array, pods: readonly Pod[], { outside, type }: Cluster): Int32Array =>
  outside.length === 0 && (type === 'ORIGINAL_DST' || !rows.some((row) => pods[row]!.isOutside === true))
    ? rows
    : rows.filter((row) => {
        const { isOutside, ip, labels } = pods[row]!;
        return isOutside !== true || outside.some((own) => own.address === ip && matches(own.labels, labels));
      });

/** Weights of endpoints outside, where entries give them any (serviceentry/conversion.go, convertEndpoint). */
function weightsOf(
  rows: Int32Array,
  pods: readonly Pod[],
  outside: Cluster['outside'],
): ReadonlyMap<number, number> | undefined {
  const byAddress = new Map(outside.map(({ address, weight = 1 }) => [address, weight]));
  if ([...byAddress.values()].every((weight) => weight === 1)) return undefined;
  return new Map([...rows].map((row) => [row, byAddress.get(pods[row]!.ip) ?? 1]));
}

/** What all configurations of one run share: names as numbers, and the variants met so far. */
export class ConfigTables {
  readonly variants: Variant[] = [];
  /** Every route that a configuration of this run has resolved to. */
  readonly routes: ResolvedRoute[] = [];
  readonly clusterNames: string[] = [];
  readonly services: string[] = [];
  readonly #clusterRows = new Map<string, number>();
  readonly #settings = new Map<string, ClusterSettings>();
  /** Found by the very lists of endpoints, ready ones and others: copies of a run may share it. */
  #assignments = new WeakMap<Int32Array, WeakMap<Int32Array, Map<string, LoadAssignment>>>();
  #settingsOf = new WeakMap<Cluster, ClusterSettings>();
  /** Those that are the same for every proxy, by endpoints and cluster. */
  readonly #forAll = new WeakMap<Endpoints, WeakMap<Cluster, LoadAssignment>>();
  /** Lists of clusters all of which are the same for every proxy, by endpoints. */
  #told = new WeakMap<Endpoints, WeakMap<readonly Cluster[], ToldEndpoints>>();
  readonly #retries = new Map<string, ResolvedRetry | undefined>();
  readonly #variantRows = new Map<string, number>();
  readonly #serviceRows = new Map<string, number>();
  readonly #resolved = new WeakMap<ProxyConfiguration, (ResolvedRoute | undefined)[]>();
  readonly pods: readonly Pod[];
  readonly classes: RequestClasses;
  readonly keys: SplitKeys;
  readonly #alwaysEjectOneHost: boolean;

  constructor(pods: readonly Pod[], classes: RequestClasses, keys: SplitKeys, alwaysEjectOneHost: boolean) {
    this.pods = pods;
    this.classes = classes;
    this.keys = keys;
    this.#alwaysEjectOneHost = alwaysEjectOneHost;
  }

  /** How the run's Services are called. */
  get names(): ServiceNames {
    return this.keys.names;
  }

  cluster(name: string): number {
    const known = this.#clusterRows.get(name);
    if (known !== undefined) return known;
    const row = this.clusterNames.push(name) - 1;
    this.#clusterRows.set(name, row);
    return row;
  }

  /** Row of a service's name; -1 for "". */
  serviceRow(service: string): number {
    if (service === '') return -1;
    const known = this.#serviceRows.get(service);
    if (known !== undefined) return known;
    const row = this.services.push(service) - 1;
    this.#serviceRows.set(service, row);
    return row;
  }

  /** Routes of a configuration that are the same whoever the endpoints are, by class of request. */
  resolvedBy(configuration: ProxyConfiguration): (ResolvedRoute | undefined)[] {
    let resolved = this.#resolved.get(configuration);
    if (resolved === undefined) this.#resolved.set(configuration, (resolved = []));
    return resolved;
  }

  /** A cluster's settings, read once: clusters that say the same share them. */
  settings(cluster: Cluster): ClusterSettings {
    const read = this.#settingsOf.get(cluster);
    if (read !== undefined) return read;
    // What follows from the endpoints alone is told by EDS, and changes no cluster.
    const { labels, namespace, port_name, outside, locality_lb_setting, node_local, ...configuration } =
      cluster;
    void labels;
    void port_name;
    void namespace;
    void outside;
    void locality_lb_setting;
    void node_local;
    const key = JSON.stringify(configuration);
    let settings = this.#settings.get(key);
    if (settings === undefined) {
      settings = clusterSettings(configuration, this.#alwaysEjectOneHost);
      this.#settings.set(key, settings);
    }
    this.#settingsOf.set(cluster, settings);
    return settings;
  }

  /** All endpoints of a proxy's clusters, as it is told of them. */
  told(clusters: readonly Cluster[], endpoints: Endpoints, proxy: ProxyIdentity): ToldEndpoints {
    let known = this.#told.get(endpoints);
    if (known === undefined) this.#told.set(endpoints, (known = new WeakMap()));
    let told = known.get(clusters);
    if (told === undefined) {
      told = this.#toldBy(clusters, endpoints, proxy);
      if (clusters.every(isForAll)) known.set(clusters, told);
    }
    return told;
  }

  #toldBy(clusters: readonly Cluster[], endpoints: Endpoints, proxy: ProxyIdentity): ToldEndpoints {
    const byCluster: ClusterEndpoints[] = [];
    const warming: ClusterEndpoints[] = [];
    for (const cluster of clusters) {
      const row = this.cluster(cluster.name);
      const settings = this.settings(cluster);
      const assignment = this.assignment(cluster, endpoints, proxy);
      const managed = settings.managed || assignment.weights !== undefined;
      const own = { settings, row, pods: assignment.pods, assignment, managed };
      byCluster[row] = own;
      if (settings.slowStart !== undefined) warming.push(own);
    }
    return { byCluster, warming };
  }

  /** Endpoints as a proxy is told of them: the same object as long as nothing of it changes. */
  assignment(cluster: Cluster, endpoints: Endpoints, proxy: ProxyIdentity): LoadAssignment {
    const {
      namespace,
      port_name: portName,
      locality_lb_setting: setting,
      outlier_detection: outlier,
      node_local: nodeLocal,
      outside,
      type,
    } = cluster;
    if (isForAll(cluster)) {
      let known = this.#forAll.get(endpoints);
      if (known === undefined) this.#forAll.set(endpoints, (known = new WeakMap()));
      let assignment = known.get(cluster);
      if (assignment === undefined) {
        const pods = endpoints.of(namespace, cluster.labels, portName);
        assignment = this.#assigned(pods, none, type, () =>
          loadAssignment(toldOf(pods, this.pods, cluster), this.pods, proxy, undefined, false),
        );
        known.set(cluster, assignment);
      }
      return assignment;
    }
    const pods = endpoints.of(namespace, cluster.labels, portName);
    // Where hosts may panic those that are not ready are not told (endpoint_builder.go, supportsUnhealthyEndpoints).
    const panics = (cluster.common_lb_config?.healthy_panic_threshold?.value ?? 0) > 0;
    const unready = panics ? none : endpoints.unreadyOf(namespace, cluster.labels, portName);
    const node = proxy.labels[nodeLabel] ?? '';
    const byLabels = setting?.failoverPriority !== undefined;
    const key = JSON.stringify([
      setting,
      outlier !== undefined,
      byLabels ? proxy.labels : localityLabel(proxy),
      nodeLocal === undefined ? '' : node,
      outside,
      type,
    ]);
    return this.#assigned(pods, unready, key, () => {
      // internalTrafficPolicy (filterIstioEndpoint): where nobody knows of nodes, all are on the one that has no name.
      const near = (rows: Int32Array): Int32Array =>
        nodeLocal === undefined
          ? rows
          : rows.filter((row) => (this.pods[row]!.labels[nodeLabel] ?? '') === node);
      const [ready, others] = [pods, unready].map((rows) => near(toldOf(rows, this.pods, cluster)));
      const weights = weightsOf(pods, this.pods, outside);
      return loadAssignment(ready!, this.pods, proxy, setting, outlier !== undefined, others, weights);
    });
  }

  #assigned(pods: Int32Array, unready: Int32Array, key: string, make: () => LoadAssignment): LoadAssignment {
    let beside = this.#assignments.get(pods);
    if (beside === undefined) this.#assignments.set(pods, (beside = new WeakMap()));
    let known = beside.get(unready);
    if (known === undefined) beside.set(unready, (known = new Map()));
    let assignment = known.get(key);
    if (assignment === undefined) known.set(key, (assignment = make()));
    return assignment;
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

  /** Routes that configurations have resolved to come with their views. */
  copyFrom(other: ConfigTables): void {
    this.#assignments = other.#assignments;
    // Copies of a run read the same clusters, and what was read at the start are not the settings that upstreams hold.
    this.#settingsOf = new WeakMap();
    this.#told = new WeakMap();
    refill(this.variants, other.variants);
    refill(this.routes, other.routes);
    refill(this.clusterNames, other.clusterNames);
    refill(this.services, other.services);
    refill(this.#clusterRows, other.#clusterRows);
    refill(this.#settings, other.#settings);
    refill(this.#retries, other.#retries);
    refill(this.#variantRows, other.#variantRows);
    refill(this.#serviceRows, other.#serviceRows);
  }
}
