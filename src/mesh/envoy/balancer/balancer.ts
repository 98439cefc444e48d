import type { Stream } from '../../../kernel/chance.ts';
import type { ClusterConfiguration } from '../route.ts';

/**
 * The hosts of one source: all hosts of a priority, its healthy ones, or the healthy ones of one of its localities
 * (Envoy's HostsSource). Its functions answer for this moment.
 */
export interface HostSet {
  /** Whole numbers that tell hosts apart; the other functions take a place in this list. */
  readonly hosts: ArrayLike<number>;
  /** Above 0. It grows while a host is in slow start. */
  readonly weight: (place: number) => number;
  /** Requests that this proxy has open to the host, on a connection; those of other proxies are not known to it. */
  readonly active: (place: number) => number;
  /** "ip:port", by which a hash finds the host. */
  readonly key: (place: number) => string;
  /** Whether the balancer was within the slow start window of its latest host when the source last changed. */
  readonly slowStarting: boolean;
  /** The moment of the pick, in microseconds, for a policy that hears how tries end. */
  readonly nowUs: number;
}

/** What one worker thread keeps for one cluster and asks for each try. Its state lies in plain fields. */
export interface Balancer {
  /**
   * Hosts, health or weights of a source have changed: what was prepared for it is stale. A source whose hosts weigh alike
   * may be picked from without.
   * @param source a small number; which source it stands for is the caller's.
   */
  refresh(source: number, hosts: HostSet): void;
  /**
   * A place in the source's list of hosts; -1: it is empty. Nothing is allocated.
   * @param high, low the 64-bit number that chose the priority: random, or the request's hash where the policy hashes.
   * @param attempt how often the balancer was asked before on behalf of this try; only hashes look at it.
   */
  pick(source: number, hosts: HostSet, high: number, low: number, attempt: number): number;
  /** How it picks from a source now, for people, where that is not what the policy's `words` say. */
  wordsFor?(source: number): string | undefined;
  /**
   * A try of this worker is over, so long after it left for the host, or, where it got no connection, after the host was chosen:
   * what a balancer by latency lives on.
   * @param host as `hosts` of its source names it.
   * @param status of the answer; 0: there was none, as of a try that broke off, or that the proxy or its caller gave up on.
   */
  tryEnded?(host: number, tookUs: number, status: number, nowUs: number): void;
  /** Takes over the state of another balancer of the same cluster. */
  copyFrom(other: Balancer): void;
}

/** A load balancing policy, which a cluster asks for by its name (`lb_policy`): how its balancers are made. */
export interface BalancingPolicy {
  /** What it does, for people. */
  readonly words: string;
  /** The same among endpoints that weigh unlike, where that is another way; absent: by the words above. */
  readonly weighedWords?: string;
  /** The number of a pick is the request's hash, and one table holds all localities of a priority (thread_aware_lb_impl.cc). */
  readonly hashes?: true;
  /** The number of a pick chooses the host, too, so that somebody has to draw one even where there is one priority. */
  readonly usesNumber?: true;
  /** Its balancers want to know how tries end (`tryEnded`), and may go by time: each proxy has state of its own for the cluster. */
  readonly hears?: true;
  /** @param chance of this proxy: what a balancer draws, at its birth or for a pick, comes from here alone. */
  create(cluster: ClusterConfiguration, chance: Stream): Balancer;
}
