import { silentProbe } from '../../mesh/telemetry/probe.ts';
import { World } from '../../mesh/world.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { CapacityRecorder } from '../capacity-recorder.ts';

/** What came of one play of a fitted system. Times in ms; `at` in seconds since the play began. */
export interface Play {
  readonly pages: { readonly atSeconds: Float64Array; readonly ms: Float64Array; readonly failed: number };
  readonly workloads: ReadonlyMap<string, PlayedWorkload>;
}

export interface PlayedWorkload {
  /** As its pods' proxies saw them, waits included. */
  readonly ms: Float64Array;
  readonly failed: number;
  /** Of the applications, all pods together. */
  readonly cores: number;
  readonly sidecarCores: number;
  /** Requests in its pods that were being worked on, and that waited for a worker, on the average over time. */
  readonly working: number;
  readonly waiting: number;
  readonly waitMeanMs: number;
  readonly pods: number;
}

/** Plays a scenario from its start to its end; nothing is recorded but what is compared. */
export function playFitted(scenario: Scenario): Play {
  const pages = { at: [] as number[], ms: [] as number[], failed: 0 };
  const answered = new Map<string, { ms: number[]; failed: number }>();
  const world: World = new World(
    { ...scenario, marksUs: [] },
    {
      ...silentProbe,
      pageDone: (row, _source, _page, nowUs) => {
        const { rows } = world;
        const started = rows.startedUs[row]!;
        pages.at.push(started / 1e6);
        pages.ms.push((nowUs - started) / 1000);
        const status = rows.status[row]!;
        if (status >= 500 || status === 0) pages.failed += 1;
      },
      replied: (row, nowUs) => {
        const { rows } = world;
        const pod = rows.pod[row]!;
        if (pod < 0) return;
        const { workload } = world.pods[pod]!;
        let own = answered.get(workload);
        if (own === undefined) answered.set(workload, (own = { ms: [], failed: 0 }));
        own.ms.push((nowUs - rows.enteredUs[row]!) / 1000);
        if (rows.status[row]! >= 500) own.failed += 1;
      },
    },
  );
  const capacity = new CapacityRecorder(world);
  world.runUntil(scenario.durationUs);
  capacity.mark(scenario.durationUs);
  const workloads = new Map<string, PlayedWorkload>();
  for (const [name, { first: from, last: to }] of capacity.readings) {
    const spanUs = to.atUs - from.atUs;
    const own = answered.get(name);
    const working = (to.workingUs - from.workingUs) / spanUs;
    const present = (to.presentUs - from.presentUs) / spanUs;
    const arrived = to.arrived - from.arrived;
    workloads.set(name, {
      ms: Float64Array.from(own?.ms ?? []),
      failed: own?.failed ?? 0,
      cores: (to.appUs - from.appUs) / spanUs,
      sidecarCores: (to.sidecarUs - from.sidecarUs) / spanUs,
      working,
      waiting: Math.max(0, present - working),
      waitMeanMs: arrived === 0 ? 0 : (Math.max(0, present - working) * spanUs) / arrived / 1000,
      pods: (to.podUs - from.podUs) / spanUs,
    });
  }
  return {
    pages: { atSeconds: Float64Array.from(pages.at), ms: Float64Array.from(pages.ms), failed: pages.failed },
    workloads,
  };
}
