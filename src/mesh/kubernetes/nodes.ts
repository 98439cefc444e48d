import type { Simulation } from '../../kernel/simulation.ts';
import { matches, meets } from '../../manifest/labels.ts';
import type { PodDisruptionBudget } from '../../manifest/resource.ts';
import type { ApiServer } from './api-server.ts';
import type { NodeSettings } from './node.ts';
import type { Pod } from './pod.ts';
import { resourcesOf } from './registry.ts';
import { desiredHealthy, mayEvict } from './workload/disruption-budget.ts';
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
   * Pods of DaemonSets stay (--ignore-daemonsets). @returns what kubectl prints at once.
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
    const { phase, deletedUs } = this.#workloads.lives[row]!;
    if (phase === 'Gone' || !Number.isNaN(deletedUs)) return;
    if (this.#mayGo(row)) this.#workloads.evict(row, nowUs);
    else this.#simulation.schedule(nowUs + retryUs, this.#again, row);
  }

  #mayGo(row: number): boolean {
    const { lives } = this.#workloads;
    const { pod, ready } = lives[row]!;
    const budgets = resourcesOf(this.#api.state.registry, 'PodDisruptionBudget').filter((own) =>
      isFor(own, pod),
    );
    const [budget] = budgets;
    if (budget === undefined) return true;
    // "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    if (budgets.length > 1) return false;
    const own = lives.filter((life) => Number.isNaN(life.deletedUs) && isFor(budget, life.pod));
    const workloads = new Set(own.map((life) => life.set.workload));
    const expected = [...workloads].reduce((sum, { replicas }) => sum + replicas, 0);
    const healthy = own.filter((life) => life.ready).length;
    return mayEvict({ expected, healthy }, desiredHealthy(budget.spec, expected), ready);
  }
}

const isFor = ({ metadata, spec }: PodDisruptionBudget, { namespace, labels }: Pod): boolean =>
  metadata.namespace === namespace &&
  spec.selector !== undefined &&
  matches(spec.selector, labels) &&
  meets(spec.expressions ?? [], labels);
