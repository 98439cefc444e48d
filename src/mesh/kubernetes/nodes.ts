import type { Simulation } from '../../kernel/simulation.ts';
import { budgetCovers } from '../../manifest/budget-covers.ts';
import type { PodDisruptionBudget } from '../../manifest/resource.ts';
import type { ApiServer } from './api-server.ts';
import type { NodeSettings } from './node.ts';
import type { Pod } from './pod.ts';
import { resourcesOf } from './registry.ts';
import { desiredHealthy, mayEvict, refusalOf, type Refusal } from './workload/disruption-budget.ts';
import type { Workloads } from './workloads.ts';

/** kubectl asks again after so long where a PodDisruptionBudget forbids it (kubectl/pkg/drain, evictPods). */
const retryUs = 5e6;

/** What befalls whole nodes, or is done to them. */
export class Nodes {
  readonly #simulation: Simulation;
  readonly #api: ApiServer;
  readonly #workloads: Workloads;
  readonly #again: number;

  constructor(simulation: Simulation, api: ApiServer, workloads: Workloads) {
    this.#simulation = simulation;
    this.#api = api;
    this.#workloads = workloads;
    this.#again = simulation.kind('eviction is asked for again', (row, nowUs) => this.#evict(row, nowUs));
  }

  /** No pod is scheduled any more, or pods are again. */
  cordonAll(on: boolean, nowUs: number): void {
    this.#workloads.scheduler.cordon(on, nowUs);
  }

  /** The same of one node. @returns false: there is none of that name. */
  cordon(name: string, on: boolean, nowUs: number): boolean {
    const node = this.#workloads.scheduler.nodes.find((own) => own.name === name);
    if (node !== undefined) this.apply({ ...node, cordoned: on }, nowUs);
    return node !== undefined;
  }

  /** A node is there, or says something new of itself. */
  apply(node: NodeSettings, nowUs: number): void {
    this.#workloads.scheduler.setNode(node, nowUs);
    this.#workloads.nodesChanged(nowUs);
  }

  /** Nodes that fit are lost without a word, with all that runs on them, and take no more pods. @returns how many pods. */
  lose(fits: (node: NodeSettings) => boolean, nowUs: number): number {
    const { scheduler, kubelet, lives } = this.#workloads;
    const rows = this.#podsOn(fits).filter((row) => lives[row]!.phase === 'Running' && !lives[row]!.isLost);
    for (const { name } of scheduler.nodes.filter(fits)) this.cordon(name, true, nowUs);
    for (const row of rows) kubelet.lose(row, nowUs);
    return rows.length;
  }

  /**
   * kubectl drain: the node takes no new pods, and each of its pods is asked to leave, all at once, but as far as
   * PodDisruptionBudgets let them: kubectl asks again every 5 s, as long as it takes. Who leaves has its preStop hook and its grace.
   * Pods of DaemonSets stay (--ignore-daemonsets), those without a controller go (--force). @returns what kubectl prints at once.
   */
  drain(node: string, nowUs: number): string[] {
    const { lives } = this.#workloads;
    const rows = this.#podsOn(({ name }) => name === node).filter(
      (row) => lives[row]!.set.workload.daemon === undefined,
    );
    if (!this.cordon(node, true, nowUs)) return [`Error from server (NotFound): nodes "${node}" not found`];
    const lines = rows.map((row) => {
      const { namespace, name } = lives[row]!.pod;
      return `evicting pod ${namespace}/${name}`;
    });
    for (const row of rows) this.#evict(row, nowUs);
    return [`node/${node} cordoned`, ...lines];
  }

  /** Rows of the pods that run, or will, on nodes that fit. */
  #podsOn(fits: (node: NodeSettings) => boolean): number[] {
    const { scheduler, lives } = this.#workloads;
    return lives.flatMap(({ phase, hasRoom, node, deletedUs }, row) =>
      phase !== 'Gone' && hasRoom && Number.isNaN(deletedUs) && fits(scheduler.nodes[node]!) ? [row] : [],
    );
  }

  #evict(row: number, nowUs: number): void {
    const life = this.#workloads.lives[row]!;
    const refused = this.#refused(row);
    const { askedUs } = life.eviction ?? { askedUs: nowUs };
    life.eviction = undefined;
    if (life.phase === 'Gone' || !Number.isNaN(life.deletedUs)) return;
    if (refused === undefined) this.#workloads.evict(row, nowUs);
    else {
      const { name } = this.#workloads.scheduler.nodes[life.node]!;
      life.eviction = { ...refused, node: name, askedUs };
      this.#simulation.schedule(nowUs + retryUs, this.#again, row);
    }
  }

  /** Why the API does not let the pod go; undefined: it does. */
  #refused(row: number): (Refusal & { readonly budgets: readonly string[] }) | undefined {
    const { lives } = this.#workloads;
    const { pod, ready, phase } = lives[row]!;
    // canIgnorePDB: a pod whose containers do not run yet is none that somebody could miss.
    if (phase === 'Pending') return undefined;
    const found = resourcesOf(this.#api.state.registry, 'PodDisruptionBudget').filter((own) =>
      isFor(own, pod),
    );
    const [budget] = found;
    if (budget === undefined) return undefined;
    const budgets = found.map(({ metadata }) => metadata.name);
    const own = lives.filter((life) => Number.isNaN(life.deletedUs) && isFor(budget, life.pod));
    const workloads = new Set(own.map((life) => life.set.workload));
    const isCount = budget.spec.minAvailable !== undefined && 'count' in budget.spec.minAvailable;
    const expected = [...workloads].reduce(
      (sum, { kind, replicas }) => (kind === 'BarePod' && !isCount ? sum : sum + replicas),
      0,
    );
    const pods = { expected, healthy: own.filter((life) => life.ready).length };
    const desired = desiredHealthy(budget.spec, expected);
    // "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    if (found.length > 1) return { ...pods, desired, budgets, because: 'several budgets' };
    return mayEvict(pods, desired, ready, budget.spec.unhealthyPodEvictionPolicy)
      ? undefined
      : { ...refusalOf(pods, desired), budgets };
  }
}

const isFor = (budget: PodDisruptionBudget, { namespace, labels }: Pod): boolean =>
  budgetCovers(budget, namespace, labels);
