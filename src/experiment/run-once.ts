import type { Sync } from '../mesh/kubernetes/autoscalers.ts';
import { silentProbe } from '../mesh/telemetry/probe.ts';
import { World } from '../mesh/world.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { endedBy } from './ended.ts';
import { RunEnded } from './run-ended.ts';
import { worldOf } from './settle.ts';
import { Run, type RunOptions, type RunResult } from './run.ts';

/**
 * Play a scenario once, from its start to its end.
 *
 * @example
 * const { value: scenario } = await loadScenario(files); // files: the text of a scenario, and who reads what it names
 * runOnce(scenario).record.verdict; // => { kind: 'chance' }
 */
export function runOnce(scenario: Scenario, options: RunOptions = {}): RunResult {
  const playing = play(scenario, options);
  for (;;) {
    const step = playing.next(true);
    if (step.done === true) return step.value;
  }
}

/**
 * Play a scenario in a hundred stretches: yields the share that is done, goes on while it is sent `true`, and ends there
 * with a record marked as interrupted when it is sent `false`. A shell can show progress and listen for Ctrl-C between.
 */
export function* play(scenario: Scenario, options: RunOptions = {}): Generator<number, RunResult, boolean> {
  const run = new Run(scenario, options);
  const stretches = 100;
  let goOn = true;
  for (let stretch = 1; stretch <= stretches && goOn; stretch++) {
    const goesOn = run.runUntil(Math.floor((scenario.durationUs * stretch) / stretches));
    goOn = (yield stretch / stretches) && goesOn;
  }
  return run.end();
}

/** The world at a moment, with when each proxy came to hold what it holds (0: since the start). */
export interface Moment {
  readonly world: World;
  readonly heldSinceUs: Float64Array;
  /** Latest sync of each autoscaler, by `namespace/name`. */
  readonly syncs: ReadonlyMap<string, Sync>;
  /** Pushes begun until then, with the changes that they carry. */
  readonly pushes: readonly {
    readonly snapshot: number;
    readonly changes: readonly string[];
    readonly startedUs: number;
  }[];
}

/** Play a scenario until a moment and look at the world there. */
export function worldAt(scenario: Scenario, atUs: number): Moment {
  const pushes: { snapshot: number; changes: readonly string[]; startedUs: number }[] = [];
  let heldSinceUs = new Float64Array();
  const syncs = new Map<string, Sync>();
  const world = new World(
    { ...worldOf(scenario), marksUs: [] },
    {
      ...silentProbe,
      pushStarted: (snapshot, changes, _firstUs, _lastUs, startedUs) =>
        pushes.push({ snapshot, changes, startedUs }),
      held: (proxy, _snapshot, nowUs) => (heldSinceUs[proxy] = nowUs),
      synced: (sync) => void syncs.set(`${sync.namespace}/${sync.name}`, sync),
    },
  );
  heldSinceUs = new Float64Array(world.proxies.places.length);
  if (!world.runUntil(atUs)) {
    const { sentence, cause } = endedBy(scenario, world, world.overrun!);
    throw new RunEnded(`${sentence} Cause: ${cause}.`);
  }
  return { world, heldSinceUs, syncs, pushes };
}
