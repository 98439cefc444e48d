import type { Stream } from '../../../kernel/chance.ts';
import { EdfSchedule, schedulePlan } from './edf.ts';
import { biasedWeight, leastRequestOfTwo } from './least-request.ts';
import {
  distributeWeights,
  effectiveLocalityWeight,
  failoverPriorities,
  localitySchedule,
  parseLocality,
  type Distribute,
  type Locality,
} from './locality.ts';
import { buildMaglevTable, pickMaglev, type MaglevTable } from './maglev.ts';
import { pickPriority, priorityLoad, type PriorityLoad } from './priority-load.ts';
import { randomHost } from './random.ts';
import { buildHashRing, pickRing, type HashRing } from './ring-hash.ts';
import { RoundRobin } from './round-robin.ts';
import { isSlowStarting, slowStartWeight, type SlowStart } from './slow-start.ts';
import type { Hash64 } from './xxhash64.ts';
import type { ClusterSettings } from '../cluster-settings.ts';
import type { Cluster } from '../route.ts';
import type { Pod } from '../../kubernetes/pod.ts';

/** What a balancer asks of the world about an endpoint. */
export interface Hosts {
  readonly pods: readonly Pod[];
  /** Requests that this proxy has open there. */
  active(pod: number): number;
  /** When it became an endpoint, in microseconds. */
  addedUs(pod: number): number;
}

/** Endpoints of one priority, from which a pick chooses: healthy ones, or all in panic. */
interface Source {
  readonly pods: readonly number[];
  /** By locality where the cluster distributes over localities, else one part with everything. */
  readonly parts: readonly Part[];
  readonly localities: EdfSchedule | undefined;
  readonly localityWeights: readonly number[];
}

interface Part {
  readonly pods: readonly number[];
  readonly schedule: EdfSchedule | undefined;
  /** Which of the round robin's turns is its own. */
  readonly turn: number;
  readonly table: MaglevTable | undefined;
  readonly ring: HashRing | undefined;
}

/**
 * The balancer of one worker thread for one cluster, as Envoy has one each: first the priority, then the locality, then the
 * endpoint (source/extensions/load_balancing_policies). Endpoints of this model weigh alike, but for slow start.
 */
export class WorkerBalancer {
  readonly #cluster: Cluster;
  readonly #hosts: Hosts;
  readonly #chance: Stream;
  readonly #turns: RoundRobin;
  #seed: number;
  readonly #slowStart: SlowStart | undefined;
  #bornUs: number;
  readonly #locality: Locality;
  #endpoints: Int32Array | undefined;
  #ejections = -1;
  #load: PriorityLoad | undefined;
  #healthy: Source[] = [];
  #all: Source[] = [];
  #latestUs = 0;
  /** Of the pick before: its priority, and among whom it chose. */
  lastPriority = 0;
  lastPods: readonly number[] = [];
  #slow = false;

  readonly #panicThresholdPercent: number;

  constructor(
    settings: ClusterSettings,
    proxyLocality: string,
    hosts: Hosts,
    chance: Stream,
    bornUs: number,
  ) {
    this.#cluster = settings.cluster;
    this.#slowStart = settings.slowStart;
    this.#panicThresholdPercent = settings.panicThresholdPercent;
    this.#hosts = hosts;
    this.#chance = chance;
    this.#bornUs = bornUs;
    this.#locality = parseLocality(proxyLocality);
    const high = chance.uint32();
    this.#seed = chance.uint32();
    this.#turns = new RoundRobin(high, this.#seed, 64);
  }

  /**
   * @param ejections a number that changes whenever `isEjected` may answer otherwise for this worker.
   * @param attempt how often the balancer was asked before on behalf of this try (only the hashing ones look at it).
   * @returns row of a pod; -1: no endpoint may be used (503, UH).
   */
  pick(
    endpoints: Int32Array,
    ejections: number,
    isEjected: (pod: number) => boolean,
    hash: Hash64 | undefined,
    attempt: number,
    nowUs: number,
  ): number {
    const slow = this.#slowStart !== undefined && isSlowStarting(this.#slowStart, nowUs - this.#latestUs);
    if (endpoints !== this.#endpoints || ejections !== this.#ejections || slow !== this.#slow) {
      this.#refresh(endpoints, ejections, isEjected, nowUs);
    }
    const high = this.#chance.uint32();
    const low = this.#chance.uint32();
    const { priority, source } = pickPriority(this.#load!, high, low);
    this.lastPriority = priority;
    this.lastPods = [];
    if (source === 'none') return -1;
    const from = source === 'all' ? this.#all[priority] : this.#healthy[priority];
    if (from === undefined || from.pods.length === 0) return -1;
    const locality =
      from.localities === undefined ? 0 : from.localities.pick((index) => from.localityWeights[index]!);
    const part = from.parts[locality]!;
    this.lastPods = part.pods;
    return part.pods.length === 0 ? -1 : part.pods[this.#pickIn(part, hash, attempt, high, low, nowUs)]!;
  }

  #pickIn(
    part: Part,
    hash: Hash64 | undefined,
    attempt: number,
    high: number,
    low: number,
    nowUs: number,
  ): number {
    const { pods } = part;
    if (pods.length === 1) return 0;
    const weight = (index: number): number => this.#weight(pods[index]!, nowUs);
    switch (this.#cluster.lb_policy) {
      case 'LEAST_REQUEST':
        return part.schedule === undefined
          ? leastRequestOfTwo(this.#chance, pods.length, (index) => this.#hosts.active(pods[index]!))
          : part.schedule.pick((index) => biasedWeight(weight(index), this.#hosts.active(pods[index]!)));
      case 'ROUND_ROBIN':
        return part.schedule === undefined
          ? this.#turns.pick(part.turn, pods.length)
          : part.schedule.pick(weight);
      case 'RANDOM':
        return randomHost(high, low, pods.length);
      case 'MAGLEV':
        return pickMaglev(part.table!, hash?.high ?? high, hash?.low ?? low, attempt);
      case 'RING_HASH':
        return pickRing(part.ring!, hash?.high ?? high, hash?.low ?? low, attempt);
    }
  }

  #weight(pod: number, nowUs: number): number {
    return this.#slowStart === undefined
      ? 1
      : slowStartWeight(1, this.#slowStart, nowUs - this.#hosts.addedUs(pod));
  }

  /** Membership or health has changed: schedules are built anew from the same seed, turns go on. */
  #refresh(
    endpoints: Int32Array,
    ejections: number,
    isEjected: (pod: number) => boolean,
    nowUs: number,
  ): void {
    this.#endpoints = endpoints;
    this.#ejections = ejections;
    this.#latestUs = endpoints.reduce(
      (latest, pod) => Math.max(latest, this.#hosts.addedUs(pod)),
      this.#bornUs,
    );
    this.#slow = this.#slowStart !== undefined && isSlowStarting(this.#slowStart, nowUs - this.#latestUs);
    const levels = this.#levels([...endpoints]);
    this.#load = priorityLoad(
      levels.map((pods) => ({
        hosts: pods.length,
        healthy: pods.filter((pod) => !isEjected(pod)).length,
      })),
      { panicThresholdPercent: this.#panicThresholdPercent },
    );
    this.#healthy = levels.map((pods, priority) =>
      this.#source(
        pods,
        pods.filter((pod) => !isEjected(pod)),
        2 * priority,
        nowUs,
      ),
    );
    this.#all = levels.map((pods, priority) => this.#source(pods, pods, 2 * priority + 1, nowUs));
  }

  /** Endpoints by priority: Istio's failover order, in force only beside outlier detection and without `distribute`. */
  #levels(pods: readonly number[]): readonly (readonly number[])[] {
    const setting = this.#cluster.locality_lb_setting;
    const failsOver =
      this.#cluster.outlier_detection !== undefined &&
      setting?.enabled !== false &&
      this.#locality.region !== '';
    if (setting?.distribute !== undefined) return [this.#listed(pods, setting.distribute)];
    if (!failsOver || pods.length === 0) return [pods];
    const priorities = failoverPriorities(
      this.#locality,
      pods.map((pod) => localityOf(this.#hosts.pods[pod]!)),
      setting?.failover ?? [],
    );
    const count = 1 + Math.max(...priorities.map((own) => own.priority));
    return Array.from({ length: count }, (_, level) =>
      pods.filter((_pod, index) => priorities[index]!.priority === level),
    );
  }

  /** Istio takes the endpoints away that `distribute` gives nothing: Envoy does not know them, nor count them as healthy. */
  #listed(pods: readonly number[], distribute: readonly Distribute[]): readonly number[] {
    const given = distributeWeights(
      this.#locality,
      pods.map((pod) => ({ locality: localityOf(this.#hosts.pods[pod]!), weight: 1 })),
      distribute,
    );
    return pods.filter((_pod, index) => given[index]!.weight > 0);
  }

  #source(hosts: readonly number[], usable: readonly number[], turn: number, nowUs: number): Source {
    const distribute = this.#cluster.locality_lb_setting?.distribute;
    if (distribute === undefined) {
      const parts = [this.#part(usable, turn, nowUs)];
      return { pods: usable, parts, localities: undefined, localityWeights: [] };
    }
    const names = [...new Set(hosts.map((pod) => localityLabel(this.#hosts.pods[pod]!)))].sort();
    const inPlace = (pods: readonly number[], name: string): number[] =>
      pods.filter((pod) => localityLabel(this.#hosts.pods[pod]!) === name);
    const given = distributeWeights(
      this.#locality,
      names.map((name) => ({ locality: parseLocality(name), weight: inPlace(hosts, name).length })),
      distribute,
    );
    const localityWeights = names.map((name, index) =>
      effectiveLocalityWeight({
        weight: given[index]!.weight,
        hosts: inPlace(hosts, name).length,
        eligible: inPlace(usable, name).length,
      }),
    );
    return {
      pods: usable,
      parts: names.map((name, index) => this.#part(inPlace(usable, name), (turn + 2 * index) % 64, nowUs)),
      localities: localitySchedule(localityWeights, this.#seed),
      localityWeights,
    };
  }

  #part(pods: readonly number[], turn: number, nowUs: number): Part {
    const { lb_policy, maglev_lb_config, ring_hash_lb_config } = this.#cluster;
    const hashed = pods.map((pod) => ({
      key: `${this.#hosts.pods[pod]!.ip}:${this.#cluster.port}`,
      weight: 1,
    }));
    const weights = pods.map((pod) => this.#weight(pod, nowUs));
    const { scheduled } = schedulePlan(weights, this.#slow);
    // Least request enters its hosts, too, by what they have in hand.
    const entered =
      lb_policy === 'LEAST_REQUEST'
        ? weights.map((own, index) => biasedWeight(own, this.#hosts.active(pods[index]!)))
        : weights;
    return {
      pods,
      turn,
      schedule:
        scheduled && (lb_policy === 'LEAST_REQUEST' || lb_policy === 'ROUND_ROBIN')
          ? EdfSchedule.withPicks(pods.length, (index) => entered[index]!, this.#seed)
          : undefined,
      table: lb_policy === 'MAGLEV' ? buildMaglevTable(hashed, maglev_lb_config?.table_size) : undefined,
      ring:
        lb_policy === 'RING_HASH' ? buildHashRing(hashed, ring_hash_lb_config?.minimum_ring_size) : undefined,
    };
  }

  copyFrom(other: WorkerBalancer): void {
    this.#turns.copyFrom(other.#turns);
    this.#seed = other.#seed;
    this.#bornUs = other.#bornUs;
    this.#endpoints = other.#endpoints;
    this.#ejections = other.#ejections;
    this.#load = other.#load;
    this.#healthy = other.#healthy.map(copyOfSource);
    this.#all = other.#all.map(copyOfSource);
    this.#latestUs = other.#latestUs;
    this.lastPriority = other.lastPriority;
    this.lastPods = other.lastPods;
    this.#slow = other.#slow;
  }
}

const copyOfSource = (source: Source): Source => ({
  ...source,
  parts: source.parts.map((part) => ({ ...part, schedule: part.schedule?.copy() })),
  localities: source.localities?.copy(),
});

/** "region/zone/sub-zone" of the label `istio-locality`, which writes dots for slashes; '' where there is none. */
export const localityLabel = (pod: { readonly labels: Readonly<Record<string, string>> }): string =>
  (pod.labels['istio-locality'] ?? '').replaceAll('.', '/');

const localityOf = (pod: Pod): Locality => parseLocality(localityLabel(pod));
