import { mapped, refill, type Copies } from '../kernel/copies.ts';
import type { World } from '../mesh/world.ts';
import type { Sync } from '../mesh/kubernetes/autoscalers.ts';
import type { PodChange } from '../mesh/kubernetes/pod-life.ts';
import { PodLoads } from './pod-loads.ts';
import { Readings, type WholeReading } from './readings.ts';

export interface SyncRow {
  readonly atUs: number;
  readonly sync: Sync;
}

interface Count {
  existing: number;
  ready: number;
  podUs: number;
  readyUs: number;
  changedUs: number;
}

/** Keeps what is needed to tell how the pods fared. Memory grows with windows, pods and syncs, never with requests. */
export class CapacityRecorder {
  /** Per workload (by the name its pods bear), a reading at each mark. */
  readonly readings = new Map<string, Readings>();
  readonly pods = new PodLoads();
  readonly syncs: SyncRow[] = [];
  readonly events: { readonly atUs: number; readonly row: number; readonly what: PodChange }[] = [];
  readonly #world: World;
  readonly #counts = new Map<string, Count>();

  constructor(world: World) {
    this.#world = world;
    const { nowUs } = world.simulation;
    world.workloads.lives.forEach(({ pod, phase, ready, deletedUs }) => {
      const count = this.#count(pod.workload, nowUs);
      if (phase !== 'Gone') count.existing += 1;
      if (phase !== 'Gone' && ready && Number.isNaN(deletedUs)) count.ready += 1;
    });
    this.mark(nowUs);
  }

  mark(nowUs: number): void {
    const { stations, workloads } = this.#world;
    this.pods.mark(this.#world, nowUs, (workload) => this.#readySince(workload, nowUs));
    // One that has no pod yet is told of, too: requests may come for it.
    for (const { sets } of workloads.all)
      for (const { owner } of sets) this.#count(owner.metadata.name, nowUs);
    const sums = new Map<string, { -readonly [K in keyof WholeReading]: number }>();
    for (const name of this.#counts.keys()) {
      const { existing, ready, podUs, readyUs } = this.#count(name, nowUs);
      sums.set(name, {
        atUs: nowUs,
        wanted: 0,
        pods: existing,
        ready,
        podUs,
        readyUs,
        appUs: 0,
        sidecarUs: 0,
        arrived: 0,
        answered: 0,
        turnedAway: 0,
        abandoned: 0,
        sojournUs: 0,
        lost: 0,
        serviceUs: 0,
        presentUs: 0,
        workingUs: 0,
        presentAgeUs: 0,
        workingAgeUs: 0,
        waiting: 0,
      });
    }
    for (const { sets } of workloads.all) {
      for (const set of sets) {
        const sum = sums.get(set.owner.metadata.name);
        if (sum !== undefined) sum.wanted += set.wanted;
      }
    }
    workloads.lives.forEach(({ pod }, row) => {
      const sum = sums.get(pod.workload)!;
      const integrals = stations.books.integrals(row, nowUs);
      sum.presentUs += integrals.presentUs;
      sum.workingUs += integrals.workingUs;
      sum.presentAgeUs += integrals.presentAgeUs;
      sum.workingAgeUs += integrals.workingAgeUs;
      sum.appUs += stations.usedUs(row, nowUs);
      sum.sidecarUs += stations.sidecarUsedUs(row, nowUs);
      sum.arrived += stations.booked(row, 'entered') + stations.booked(row, 'turnedAway');
      sum.answered += stations.booked(row, 'served');
      sum.turnedAway += stations.booked(row, 'turnedAway');
      sum.abandoned += stations.booked(row, 'abandoned');
      sum.sojournUs += stations.booked(row, 'sojournUs');
      sum.serviceUs += stations.booked(row, 'serviceUs');
      sum.lost += stations.booked(row, 'lost');
      sum.waiting += stations.booked(row, 'waiting');
    });
    for (const [name, sum] of sums) {
      const known = this.readings.get(name);
      if (known === undefined) this.readings.set(name, new Readings(sum));
      else known.add(sum);
    }
  }

  podChanged(row: number, what: PodChange, nowUs: number): void {
    this.events.push({ atUs: nowUs, row, what });
    const count = this.#count(this.#world.pods[row]!.workload, nowUs);
    if (what === 'created') count.existing += 1;
    if (what === 'ready') count.ready += 1;
    if (what === 'not ready') count.ready -= 1;
    if (what === 'terminating' && this.#world.workloads.lives[row]!.ready) count.ready -= 1;
    if (what === 'gone') count.existing -= 1;
  }

  synced(sync: Sync, nowUs: number): void {
    this.syncs.push({ atUs: nowUs, sync });
  }

  /** Ready pods of a workload on the mean since the last mark. */
  #readySince(workload: string, nowUs: number): number {
    const last = this.readings.get(workload)?.last;
    return (this.#count(workload, nowUs).readyUs - (last?.readyUs ?? 0)) / (nowUs - (last?.atUs ?? 0));
  }

  /** Counts of a workload with their integrals brought up to now. */
  #count(workload: string, nowUs: number): Count {
    let count = this.#counts.get(workload);
    if (count === undefined) {
      count = { existing: 0, ready: 0, podUs: 0, readyUs: 0, changedUs: nowUs };
      this.#counts.set(workload, count);
    }
    const spanUs = nowUs - count.changedUs;
    count.podUs += count.existing * spanUs;
    count.readyUs += count.ready * spanUs;
    count.changedUs = nowUs;
    return count;
  }

  /** @param copies of the world that it listens to. */
  copyFrom(other: CapacityRecorder, copies: Copies): void {
    refill(
      this.readings,
      mapped(other.readings, (readings) => readings.copy()),
    );
    refill(
      this.syncs,
      other.syncs.map(({ atUs, sync }) => ({
        atUs,
        sync: { ...sync, workload: sync.workload && copies.of(sync.workload) },
      })),
    );
    this.pods.copyFrom(other.pods);
    refill(this.events, other.events);
    refill(
      this.#counts,
      mapped(other.#counts, (count) => ({ ...count })),
    );
  }
}
