import type { Stream } from '../../../kernel/chance.ts';
import { refill } from '../../../kernel/copies.ts';
import type { ClusterSettings } from '../cluster-settings.ts';
import type { LoadAssignment, LocalityHosts } from '../load-assignment.ts';
import type { Balancer } from './balancer.ts';
import type { EdfSchedule } from './edf.ts';
import { effectiveLocalityWeight, localitySchedule } from './locality.ts';
import { pickPriority, priorityLoad, type PriorityLoad } from './priority-load.ts';
import { isSlowStarting } from './slow-start.ts';
import { Source, type Hosts } from './source.ts';
import type { Hash64 } from './xxhash64.ts';

/** One priority: whom a pick chooses among once it has been chosen itself. */
interface Level {
  readonly healthy: Source;
  /** In panic. */
  readonly all: Source;
  /** Endpoints beside them that are not ready: they count as unhealthy. */
  readonly unready: number;
  /** Where localities are chosen by weight: which, and the healthy endpoints of each; undefined: over all localities. */
  readonly localities: EdfSchedule | undefined;
  readonly weights: readonly number[];
  readonly byLocality: readonly Source[];
}

/**
 * All of one worker thread's balancing for one cluster, as Envoy has one each: first the priority, then the locality, then the
 * endpoint, by the balancer that the cluster's policy makes (load_balancer_impl.cc; thread_aware_lb_impl.cc where it hashes).
 *
 *   number (random, or the request's hash) -> priority -> panic? all : locality by weight -> balancer -> endpoint
 *
 * Pods weigh alike, but for slow start; endpoints outside may have weights of their own. Panic is over all endpoints, whatever
 * the localities weigh (hostSourceToUse); a hashing policy keeps localities' weights in its table even then (normalizeWeights).
 */
export class ClusterBalancer {
  readonly #settings: ClusterSettings;
  readonly #hosts: Hosts;
  readonly #chance: Stream;
  readonly #balancer: Balancer;
  #seed: number;
  readonly #sourceIds = new Map<string, number>();
  #assignment: LoadAssignment | undefined;
  #changes = -1;
  #load: PriorityLoad | undefined;
  #levels: readonly Level[] = [];
  /** When the latest of all hosts was added, those that are gone included; at first: when the cluster was. */
  #latestUs: number;
  /** Of the pick before: its priority, and among whom it chose. */
  lastPriority = 0;
  lastPods: readonly number[] = [];
  #lastSource = 0;
  /** Picks among all hosts, ejected ones too (lb_healthy_panic). */
  panics = 0;

  constructor(settings: ClusterSettings, hosts: Hosts, chance: Stream, bornUs: number) {
    this.#settings = settings;
    this.#hosts = hosts;
    this.#chance = chance;
    this.#latestUs = bornUs;
    chance.uint32();
    this.#seed = chance.uint32();
    this.#balancer = settings.policy.create(settings.cluster, chance);
  }

  /**
   * @param changes a number that changes whenever `isEjected` may answer otherwise.
   * @param changedUs when that, or the membership, last changed.
   * @param attempt how often the balancer was asked before on behalf of this try (only the hashing ones look at it).
   * @returns row of a pod; -1: no endpoint may be used (503, UH).
   */
  pick(
    assignment: LoadAssignment,
    changes: number,
    changedUs: number,
    isEjected: (pod: number) => boolean,
    hash: Hash64 | undefined,
    attempt: number,
    nowUs: number,
  ): number {
    if (assignment !== this.#assignment || changes !== this.#changes) {
      this.#assignment = assignment;
      this.#changes = changes;
      this.#refresh(assignment, changedUs, isEjected, nowUs);
    }
    const hashed = hash !== undefined && this.#settings.policy.hashes === true;
    const high = hashed ? hash.high : this.#chance.uint32();
    const low = hashed ? hash.low : this.#chance.uint32();
    const { priority, source } = pickPriority(this.#load!, high, low);
    this.lastPriority = priority;
    if (source === 'all') this.panics += 1;
    const from = source === 'none' ? undefined : this.#from(this.#levels[priority]!, source === 'all');
    this.lastPods = from?.hosts ?? [];
    this.#lastSource = from?.id ?? 0;
    if (from === undefined || from.hosts.length === 0) return -1;
    if (from.hosts.length === 1) return from.hosts[0]!;
    from.nowUs = nowUs;
    return from.hosts[this.#balancer.pick(from.id, from, high, low, attempt)]!;
  }

  /** How the pick before was made, for people. */
  get lastWords(): string {
    return this.#balancer.wordsFor?.(this.#lastSource) ?? this.#settings.policy.words;
  }

  /** A try has ended, for balancers that want to know. */
  tryEnded(pod: number, tookUs: number, status: number, nowUs: number): void {
    this.#balancer.tryEnded?.(pod, tookUs, status, nowUs);
  }

  copyFrom(other: ClusterBalancer): void {
    this.#seed = other.#seed;
    this.#balancer.copyFrom(other.#balancer);
    refill(this.#sourceIds, other.#sourceIds);
    this.#assignment = other.#assignment;
    this.#changes = other.#changes;
    this.#load = other.#load;
    this.#levels = other.#levels.map((level) => ({
      ...level,
      healthy: level.healthy.copy(this.#hosts),
      all: level.all.copy(this.#hosts),
      localities: level.localities?.copy(),
      byLocality: level.byLocality.map((source) => source.copy(this.#hosts)),
    }));
    this.#latestUs = other.#latestUs;
    this.lastPriority = other.lastPriority;
    this.lastPods = other.lastPods;
    this.#lastSource = other.#lastSource;
    this.panics = other.panics;
  }

  #from(level: Level, panics: boolean): Source {
    if (panics) return level.all;
    if (level.localities === undefined) return level.healthy;
    return level.byLocality[level.localities.pick((index) => level.weights[index]!)]!;
  }

  /** Membership or health has changed: schedules are built anew from the same seed, turns go on. */
  #refresh(
    { pods, priorities, weights: own }: LoadAssignment,
    changedUs: number,
    isEjected: (pod: number) => boolean,
    nowUs: number,
  ): void {
    const { slowStart, panicThresholdPercent } = this.#settings;
    const isHealthy = (pod: number): boolean => !isEjected(pod);
    if (slowStart !== undefined) {
      for (const pod of pods) {
        if (isHealthy(pod)) this.#latestUs = Math.max(this.#latestUs, this.#hosts.addedUs(pod));
      }
    }
    const slow =
      slowStart === undefined
        ? undefined
        : { start: slowStart, isOn: isSlowStarting(slowStart, changedUs - this.#latestUs), isHealthy };
    const weightOf = (pod: number): number => own?.get(pod) ?? 1;
    const source = (name: string, hosts: readonly number[], weights?: Float64Array): Source => {
      const { port } = this.#settings.cluster;
      const all = weights ?? (own && Float64Array.from(hosts, weightOf));
      const made = new Source(this.#sourceId(name), hosts, this.#hosts, port, nowUs, slow, all);
      this.#balancer.refresh(made.id, made);
      return made;
    };
    this.#levels = priorities.map((groups, priority) =>
      this.#level(groups, priority, isHealthy, weightOf, source),
    );
    this.#load = priorityLoad(
      this.#levels.map(({ all, healthy, unready }) => ({
        hosts: all.hosts.length + unready,
        healthy: healthy.hosts.length,
      })),
      { panicThresholdPercent },
    );
  }

  #level(
    groups: readonly LocalityHosts[],
    priority: number,
    isHealthy: (pod: number) => boolean,
    weightOf: (pod: number) => number,
    source: (name: string, hosts: readonly number[], weights?: Float64Array) => Source,
  ): Level {
    const { policy, byLocality } = this.#settings;
    const usable = groups.map((group) => ({ ...group, pods: group.pods.filter(isHealthy) }));
    const inTable = byLocality && policy.hashes === true;
    const over = (name: string, own: readonly LocalityHosts[]): Source => {
      const pods = own.flatMap((group) => group.pods);
      return inTable
        ? source(name, pods, tableWeights(own, weightOf))
        : source(
            name,
            pods.sort((a, b) => a - b),
          );
    };
    const healthy = over(`${priority} healthy`, usable);
    const all = over(`${priority} all`, groups);
    const unready = groups.reduce((sum, own) => sum + own.unready, 0);
    if (!byLocality || inTable)
      return { healthy, all, unready, localities: undefined, weights: [], byLocality: [] };
    const weights = groups.map(({ weight, pods, unready: others }, index) =>
      effectiveLocalityWeight({
        weight,
        hosts: pods.length + others,
        eligible: usable[index]!.pods.length,
      }),
    );
    return {
      healthy,
      all,
      unready,
      localities: localitySchedule(weights, this.#seed),
      weights,
      byLocality: usable.map(({ pods }, index) => source(`${priority} locality ${index}`, pods)),
    };
  }

  /** The same number for the same source as long as the balancer lives, so that turns go on. */
  #sourceId(name: string): number {
    let id = this.#sourceIds.get(name);
    if (id === undefined) this.#sourceIds.set(name, (id = this.#sourceIds.size));
    return id;
  }
}

/**
 * Weights in one table over localities (thread_aware_lb_impl.cc, normalizeLocalityWeights, normalizeHostWeights): each
 * locality's part of all weights, however few of its hosts are left, by what its hosts weigh. Our tables scale them to a sum of
 * 1 where a locality is empty.
 */
function tableWeights(groups: readonly LocalityHosts[], weightOf: (pod: number) => number): Float64Array {
  const sum = groups.reduce((total, { weight }) => total + weight, 0);
  return Float64Array.from(
    groups.flatMap(({ weight, pods }) => {
      const all = pods.reduce((total, pod) => total + weightOf(pod), 0);
      return pods.map((pod) => ((weight / sum) * weightOf(pod)) / all);
    }),
  );
}
