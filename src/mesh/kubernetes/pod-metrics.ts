import { refill } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Stations } from '../app/stations.ts';
import { firstHousekeepingUs, nextHousekeepingUs, oldHousekeepingUs } from './metrics/housekeeping.ts';
import { MetricsServer } from './metrics/metrics-server.ts';
import { sidecarName } from './pod-life.ts';
import type { Workloads } from './workloads.ts';

/**
 * The way of a pod's numbers to the autoscalers: cAdvisor reads each container's CPU counter in its own rhythm, metrics-server
 * scrapes what was read last, and a custom metrics adapter reads how many requests a pod has in hand at the same moments.
 */
export class PodMetrics {
  readonly server: MetricsServer;
  readonly #simulation: Simulation;
  readonly #stations: Stations;
  readonly #chance: Stream;
  readonly #scrapeUs: number;
  readonly #housekeeping: number;
  readonly #scrape: number;
  /** When each pod is read next: one that was started again has a new rhythm, and the old one ends. */
  readonly #readAtUs: number[] = [];
  /** CPU at the start of each pod's present container. */
  readonly #appFromUs: number[] = [];
  readonly #sidecarFromUs: number[] = [];
  /** Requests in each pod at the last scrape; NaN: not scraped yet. */
  readonly #inSystem: number[] = [];
  #workloads: Workloads | undefined;

  constructor(simulation: Simulation, stations: Stations, scrapeUs: number, chance: Stream) {
    this.server = new MetricsServer({ resolutionUs: scrapeUs });
    this.#simulation = simulation;
    this.#stations = stations;
    this.#chance = chance;
    this.#scrapeUs = scrapeUs;
    this.#housekeeping = simulation.kind('cAdvisor reads', (row, nowUs) => this.#onHousekeeping(row, nowUs));
    this.#scrape = simulation.kind('metrics-server scrapes', (_, nowUs) => this.#onScrape(nowUs));
  }

  /** Pods of the start have idled since long ago, and metrics-server has seen it. */
  begin(workloads: Workloads): void {
    this.#workloads = workloads;
    const { nowUs } = this.#simulation;
    const sinceUs = nowUs - 2 * this.#scrapeUs;
    const { idle, sidecarIdle } = this.#stations;
    for (const atUs of [sinceUs, nowUs - this.#scrapeUs]) {
      workloads.lives.forEach(({ pod }, row) => {
        workloads.containersOf(row).forEach((container, index) => {
          const cores =
            container === sidecarName ? sidecarIdle.cores(row) : index === 0 ? idle.cores(row) : 0;
          this.server.housekeeping(pod.name, container, cores * (atUs - sinceUs), atUs);
        });
      });
      this.server.scrape();
    }
    // Each in a phase of its own by now.
    workloads.lives.forEach((_, row) => {
      this.#counts(row, nowUs);
      this.#appFromUs[row]! += idle.cores(row) * (sinceUs - nowUs);
      this.#sidecarFromUs[row]! += sidecarIdle.cores(row) * (sinceUs - nowUs);
      this.#readAt(row, oldHousekeepingUs(nowUs, this.#chance.uniform()));
    });
    this.#simulation.schedule(nowUs + Math.floor(this.#chance.uniform() * this.#scrapeUs), this.#scrape, 0);
  }

  /** The containers of a pod have begun to run. Nobody reads them before there is an autoscaler. */
  started(row: number, nowUs: number): void {
    if (this.#workloads === undefined) return;
    this.#counts(row, nowUs);
    this.#readAt(row, firstHousekeepingUs(nowUs, this.#chance.uniform()));
  }

  /** From here on the container's CPU is counted. */
  #counts(row: number, nowUs: number): void {
    this.#appFromUs[row] = this.#stations.usedUs(row, nowUs);
    // A sidecar goes on where only the application is started again; a gateway is all of its pod.
    if (this.#workloads!.lives[row]!.pod.isGateway === true) delete this.#sidecarFromUs[row];
    this.#sidecarFromUs[row] ??= this.#stations.sidecarUsedUs(row, nowUs);
    this.#inSystem[row] ??= NaN;
  }

  /** Requests that were in a pod when it was last scraped; undefined: it has not been yet. */
  inSystem(row: number): number | undefined {
    const last = this.#inSystem[row] ?? NaN;
    return Number.isNaN(last) ? undefined : last;
  }

  #readAt(row: number, atUs: number): void {
    this.#readAtUs[row] = atUs;
    this.#simulation.schedule(atUs, this.#housekeeping, row);
  }

  #onHousekeeping(row: number, nowUs: number): void {
    if (this.#readAtUs[row] !== nowUs) return;
    const workloads = this.#workloads!;
    const { pod, phase, isDown, isLost } = workloads.lives[row]!;
    if (phase === 'Gone' || isLost) return;
    workloads.containersOf(row).forEach((container, index) => {
      if (isDown && (container !== sidecarName || pod.isGateway === true)) return;
      // The application of a pod is its first container; others beside it use nothing.
      const usedUs =
        container === sidecarName
          ? this.#stations.sidecarUsedUs(row, nowUs) - this.#sidecarFromUs[row]!
          : index === 0
            ? this.#stations.usedUs(row, nowUs) - this.#appFromUs[row]!
            : 0;
      this.server.housekeeping(pod.name, container, usedUs, nowUs);
    });
    this.#readAt(row, nextHousekeepingUs(nowUs, this.#chance.uniform()));
  }

  #onScrape(nowUs: number): void {
    this.server.scrape();
    this.#inSystem.forEach((_, row) => (this.#inSystem[row] = this.#stations.booked(row, 'inSystem')));
    this.#simulation.schedule(nowUs + this.#scrapeUs, this.#scrape, 0);
  }

  /** @param workloads of the copy. */
  copyFrom(other: PodMetrics, workloads: Workloads): void {
    this.server.copyFrom(other.server);
    refill(this.#readAtUs, other.#readAtUs);
    refill(this.#appFromUs, other.#appFromUs);
    refill(this.#sidecarFromUs, other.#sidecarFromUs);
    refill(this.#inSystem, other.#inSystem);
    this.#workloads = other.#workloads === undefined ? undefined : workloads;
  }
}
