import { refill } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { dislikedBy, ofDaemon, takes, theOnlyNode, topology, type NodeSettings } from './node.ts';
import { templateOf, type PodChange, type PodLife } from './pod-life.ts';
import { endlessRoom, less, noRoom, plus, roomFor, type Room } from './room.ts';
import type { KubernetesSettings } from './settings.ts';
import { chooseNode, type NodeChoice } from './workload/choose-node.ts';

/** Who hears of what the scheduler does with a pod. */
export interface SchedulerHost {
  /** Its node is chosen. */
  podPlaced(row: number, node: NodeSettings): void;
  /** It has a node: its kubelet takes over. */
  podScheduled(row: number, nowUs: number): void;
  podChanged(row: number, what: PodChange, nowUs: number): void;
}

/**
 * The scheduler: a pod takes of a node what it requests, if one has it, and is with a kubelet some time later. Who
 * finds no room waits in line, and is tried again when room comes (kube-scheduler's unschedulable queue with its back-off).
 */
export class Scheduler {
  readonly #simulation: Simulation;
  readonly #lives: readonly PodLife[];
  readonly #host: SchedulerHost;
  readonly #cpuMilli: number;
  readonly #draw: Sampler;
  readonly #chance: Stream;
  readonly #scheduled: number;
  readonly #withoutRoom: number[] = [];
  /** Rows of pods of the start that run although no node had room for them. */
  readonly #crowding: number[] = [];
  readonly #nodes: NodeSettings[];
  /** By node, and of all. */
  readonly #usedOn: Room[] = [];
  #used = noRoom;
  #cordoned = false;

  /** @param chance of the back-offs */
  constructor(
    simulation: Simulation,
    settings: KubernetesSettings,
    lives: readonly PodLife[],
    host: SchedulerHost,
    chance: Stream,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#lives = lives;
    this.#host = host;
    this.#cpuMilli = settings.cpuMilli;
    this.#nodes = settings.nodes.length === 0 ? [theOnlyNode] : [...settings.nodes];
    this.#draw = sampler(settings.schedule, stream('kubernetes/schedule'));
    this.#chance = chance;
    this.#scheduled = simulation.kind('pod is scheduled', (row, nowUs) => {
      if (lives[row]!.phase !== 'Gone') host.podScheduled(row, nowUs);
    });
  }

  get nodes(): readonly NodeSettings[] {
    return this.#nodes;
  }

  /** Rows of pods of the start for which there was no room: they run, and would wait for it in a cluster. */
  get crowding(): readonly number[] {
    return this.#crowding;
  }

  /** A pod of the start has its room already, whether or not there would be any. */
  hold(row: number): void {
    const choices = this.#choicesFor(row).map((own, node) => ({ ...own, fits: this.#takes(row, node) }));
    const withRoom = chooseNode(choices, this.#needOf(row));
    const anyhow = chooseNode(
      choices.map((own) => ({ ...own, room: endlessRoom })),
      this.#needOf(row),
    );
    const { cpuMilli } = plus(this.#used, this.#needOf(row));
    if (withRoom < 0 || cpuMilli > this.#cpuMilli) this.#crowding.push(row);
    this.#hold(row, withRoom >= 0 ? withRoom : Math.max(0, anyhow));
  }

  place(row: number, nowUs: number): void {
    if (this.#takesRoom(row)) {
      this.#simulation.schedule(nowUs + this.#draw(), this.#scheduled, row);
    } else {
      this.#withoutRoom.push(row);
      this.#host.podChanged(row, 'waits for room', nowUs);
    }
  }

  /** A pod is gone, and somebody else may have its room. */
  release(row: number, nowUs: number): void {
    const { hasRoom, node } = this.#lives[row]!;
    if (hasRoom) {
      this.#used = less(this.#used, this.#needOf(row));
      this.#usedOn[node] = less(this.#usedOn[node]!, this.#needOf(row));
    }
    this.#retryWaiting(nowUs);
  }

  /** No pod is scheduled any more, or pods are again. */
  cordon(on: boolean, nowUs: number): void {
    this.#cordoned = on;
    if (!on) this.#retryWaiting(nowUs);
  }

  /** A node is there, or is another than before. */
  setNode(node: NodeSettings, nowUs: number): void {
    const known = this.#nodes.findIndex((own) => own.name === node.name);
    this.#nodes[known < 0 ? this.#nodes.length : known] = node;
    if (!node.cordoned) this.#retryWaiting(nowUs);
  }

  #needOf(row: number): Room {
    return roomFor(templateOf(this.#lives[row]!));
  }

  #takes(row: number, node: number): boolean {
    const own = this.#nodes[node]!;
    const template = templateOf(this.#lives[row]!);
    return (
      takes(own, this.#isPinned(row) ? ofDaemon(template) : template) &&
      (!this.#isPinned(row) || this.#lives[row]!.key === own.name)
    );
  }

  /** A DaemonSet's, to its node, cordoned or not. */
  #isPinned(row: number): boolean {
    return this.#lives[row]!.set.workload.daemon !== undefined;
  }

  #choicesFor(row: number): NodeChoice[] {
    const siblings = this.#nodes.length === 1 ? [] : this.#siblingsOf(row);
    return this.#nodes.map((own, node) => ({
      disliked: dislikedBy(own, templateOf(this.#lives[row]!)),
      fits: (!own.cordoned || this.#isPinned(row)) && this.#takes(row, node),
      zone: own.labels[topology[1]] ?? '',
      room: own.room,
      used: this.#usedOn[node] ?? noRoom,
      siblings: siblings[node] ?? 0,
    }));
  }

  /** Pods of the same workload by node. */
  #siblingsOf(row: number): number[] {
    const counts: number[] = [];
    for (const set of this.#lives[row]!.set.workload.sets)
      for (const pod of set.pods) {
        const { hasRoom, node } = this.#lives[pod]!;
        if (hasRoom) counts[node] = (counts[node] ?? 0) + 1;
      }
    return counts;
  }

  #takesRoom(row: number): boolean {
    const need = this.#needOf(row);
    const { cpuMilli } = plus(this.#used, need);
    if ((this.#cordoned && !this.#isPinned(row)) || cpuMilli > this.#cpuMilli) return false;
    const node = chooseNode(this.#choicesFor(row), need);
    if (node >= 0) this.#hold(row, node);
    return node >= 0;
  }

  #hold(row: number, node: number): void {
    const life = this.#lives[row]!;
    this.#used = plus(this.#used, this.#needOf(row));
    this.#usedOn[node] = plus(this.#usedOn[node] ?? noRoom, this.#needOf(row));
    life.hasRoom = true;
    life.node = node;
    this.#host.podPlaced(row, this.#nodes[node]!);
  }

  /** Room has come: what waits is tried again, after a back-off of 1 to 10 s. */
  #retryWaiting(nowUs: number): void {
    if (this.#withoutRoom.length === 0) return;
    const rows = this.#withoutRoom.splice(0);
    for (const row of rows) {
      const { phase, deletedUs } = this.#lives[row]!;
      if (phase === 'Gone' || !Number.isNaN(deletedUs)) continue;
      if (!this.#takesRoom(row)) {
        this.#withoutRoom.push(row);
      } else {
        const backOffUs = 1e6 + 9e6 * this.#chance.uniform();
        this.#simulation.schedule(nowUs + backOffUs, this.#scheduled, row);
      }
    }
  }

  copyFrom(other: Scheduler): void {
    refill(this.#withoutRoom, other.#withoutRoom);
    refill(this.#crowding, other.#crowding);
    refill(this.#nodes, other.#nodes);
    refill(this.#usedOn, other.#usedOn);
    this.#used = other.#used;
    this.#cordoned = other.#cordoned;
  }
}
