import { refill } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { templateOf, type PodChange, type PodLife } from './pod-life.ts';
import { cpuRequestMilli } from './pod.ts';
import type { KubernetesSettings } from './settings.ts';

/** Who hears of what the scheduler does with a pod. */
export interface SchedulerHost {
  /** It has a node: its kubelet takes over. */
  podScheduled(row: number, nowUs: number): void;
  podChanged(row: number, what: PodChange, nowUs: number): void;
}

/**
 * The scheduler: a pod takes of the nodes' CPU what it requests, if they have it, and is with a kubelet some time later. Who
 * finds no room waits in line, and is tried again when room comes (kube-scheduler's unschedulable queue with its back-off).
 * Simplification: all nodes together are one that never splits a pod.
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
  #usedMilli = 0;
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
    this.#draw = sampler(settings.schedule, stream('kubernetes/schedule'));
    this.#chance = chance;
    this.#scheduled = simulation.kind('pod is scheduled', (row, nowUs) => {
      if (lives[row]!.phase !== 'Gone') host.podScheduled(row, nowUs);
    });
  }

  /** A pod of the start has its room already, whether or not there would be any. */
  hold(row: number): void {
    this.#usedMilli += this.#needMilli(row);
    this.#lives[row]!.hasRoom = true;
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
    if (this.#lives[row]!.hasRoom) this.#usedMilli -= this.#needMilli(row);
    this.#retryWaiting(nowUs);
  }

  /** No pod is scheduled any more, or pods are again. */
  cordon(on: boolean, nowUs: number): void {
    this.#cordoned = on;
    if (!on) this.#retryWaiting(nowUs);
  }

  #needMilli(row: number): number {
    return cpuRequestMilli(templateOf(this.#lives[row]!));
  }

  #takesRoom(row: number): boolean {
    if (this.#cordoned || this.#usedMilli + this.#needMilli(row) > this.#cpuMilli) return false;
    this.hold(row);
    return true;
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
    this.#usedMilli = other.#usedMilli;
    this.#cordoned = other.#cordoned;
  }
}
