import type { Sync } from '../mesh/kubernetes/autoscalers.ts';
import { silentProbe } from '../mesh/telemetry/probe.ts';
import { World, type WorldSettings } from '../mesh/world.ts';
import { subjectOf } from '../mesh/timeline/index.ts';
import { modelled } from '../mesh/modelled.ts';
import { recordSchema, type RunRecord } from '../record/record.ts';
import { edgesOf, kindOf } from '../scenario/expect/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runVerdict } from '../verdict/run-verdict.ts';
import { assumptionsOf } from './assumptions.ts';
import {
  buildEjections,
  buildMetrics,
  buildPages,
  buildPushes,
  buildSession,
  buildSplit,
} from './build-record.ts';
import { buildCapacity } from './build-capacity.ts';
import { endedBy } from './ended.ts';
import { isAboutPods } from './is-about-pods.ts';
import { seenRun } from './seen-run.ts';
import { Recorder, type RequestListener } from './recorder.ts';
import { RunEnded } from './run-ended.ts';
import { version } from './version.ts';

export interface RunOptions {
  readonly onRequest?: RequestListener;
  /** Record how the pods fared, also where nothing can become of them; absent: where something can. */
  readonly watchesPods?: boolean;
}

/** What a run leaves: the record (the same bytes for the same scenario, seed and version) and how much work it was. */
export interface RunResult {
  readonly record: RunRecord;
  readonly events: number;
  readonly requests: number;
}

/** Settings of the model's world for a scenario; `marksUs` are the edges that a recorder needs. */
export function worldSettings(scenario: Scenario, marksUs: readonly number[]): WorldSettings {
  const {
    seed,
    app,
    manifests,
    timeline,
    traffic,
    controlPlane,
    kubernetes,
    proxy,
    hop,
    handshake,
    focus,
    budget,
  } = scenario;
  return {
    seed,
    app,
    manifests,
    timeline,
    traffic,
    controlPlane,
    kubernetes,
    proxy,
    hop,
    handshake,
    focus,
    budget,
    marksUs,
  };
}

/** Play a scenario once, from its start to its end. */
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
  const recorder = new Recorder(
    scenario.traffic.map((entry) => entry.kind === 'refresh'),
    { lateUs: scenario.lateUs, watchesPods: options.watchesPods ?? isAboutPods(scenario) },
    options.onRequest,
  );
  const windowEdges = edges(scenario.windowUs, scenario.durationUs);
  const marksUs = [...new Set([...windowEdges, ...scenario.expect.flatMap(edgesOf)])].sort((a, b) => a - b);
  const world = new World(worldSettings(scenario, marksUs), recorder);
  recorder.attach(world);
  const stretches = 100;
  let endUs = 0;
  let goOn = true;
  for (let stretch = 1; stretch <= stretches && goOn; stretch++) {
    endUs = Math.floor((scenario.durationUs * stretch) / stretches);
    if (!world.runUntil(endUs)) endUs = world.simulation.nowUs;
    goOn = (yield stretch / stretches) && world.overrun === undefined;
  }
  recorder.finish(endUs);
  const { overrun } = world;
  const { events } = world.simulation;
  const interrupted = endUs < scenario.durationUs && overrun === undefined;
  const whole = buildRecord(scenario, world, recorder, interrupted);
  const record = overrun === undefined ? whole : { ...whole, ended: endedBy(scenario, world, overrun) };
  const requests = recorder.counters.requests.reduce((sum, count) => sum + count, 0);
  return { record, events, requests };
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
  const world = new World(worldSettings(scenario, []), {
    ...silentProbe,
    pushStarted: (snapshot, changes, _firstUs, _lastUs, startedUs) =>
      pushes.push({ snapshot, changes, startedUs }),
    held: (proxy, _snapshot, nowUs) => (heldSinceUs[proxy] = nowUs),
    synced: (sync) => void syncs.set(`${sync.namespace}/${sync.name}`, sync),
  });
  heldSinceUs = new Float64Array(world.proxies.places.length);
  if (!world.runUntil(atUs)) {
    const { sentence, cause } = endedBy(scenario, world, world.overrun!);
    throw new RunEnded(`${sentence} Cause: ${cause}.`);
  }
  return { world, heldSinceUs, syncs, pushes };
}

function edges(windowUs: number, durationUs: number): number[] {
  const found: number[] = [];
  for (let at = windowUs; at < durationUs; at += windowUs) found.push(at);
  return found;
}

function buildRecord(scenario: Scenario, world: World, recorder: Recorder, interrupted: boolean): RunRecord {
  const splits = world.services
    .filter((_, row) => (recorder.counters.requests[row] ?? 0) > 0)
    .map((service) => buildSplit(world, recorder, service))
    .filter(
      (split) =>
        split.service === scenario.focus ||
        split.keys.length > 1 ||
        split.configured.some((step) => step.shares !== undefined),
    );
  const pushes = buildPushes(recorder);
  const pages = buildPages(world, recorder, scenario.lateUs);
  const refreshes = scenario.traffic.flatMap((entry, source) =>
    entry.kind === 'refresh' ? [buildSession(world, recorder, source, entry.name, scenario.focus)] : [],
  );
  const seen = seenRun(world, recorder, refreshes);
  return {
    schema: recordSchema,
    version,
    modelled,
    scenario: {
      name: scenario.name,
      title: scenario.title,
      hash: scenario.hash,
      seed: scenario.seed,
      durationSeconds: scenario.durationUs / 1e6,
      command: `meshshift run ${scenario.path} --seed ${scenario.seed}`,
      settings: scenario.settings,
    },
    verdict: runVerdict(
      splits.find((split) => split.service === scenario.focus),
      refreshes,
      pages.flags,
      pushes,
    ),
    expectations: scenario.expect.map((own) => ({
      text: kindOf(own).text(own),
      ...kindOf(own).judge(own, seen),
    })),
    focus: scenario.focus,
    splits,
    timeline: recorder.changes.slice(1).map((change) => ({
      atSeconds: change.atUs / 1e6,
      verb: scenario.timeline[change.entry]!.verb,
      file: subjectOf(scenario.timeline[change.entry]!),
      changes: change.lines,
    })),
    pushes,
    ejections: buildEjections(world, recorder),
    capacity:
      recorder.capacity === undefined
        ? null
        : buildCapacity(scenario, world, recorder, recorder.capacity, { splits, pages }),
    refreshes,
    pages,
    metrics: buildMetrics(world),
    traffic: scenario.traffic.map((entry, source) => ({
      name: entry.name,
      kind: entry.kind,
      pages: recorder.pagesOf[source]!,
      failed: recorder.failedOf[source]!,
    })),
    proxies: world.proxies.places.map((place) => ({
      pod: place.pod,
      workload: place.workload,
      gateway: place.identity.type === 'gateway',
    })),
    warnings: scenario.warnings.map(
      (problem) =>
        `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`} [${problem.code}] ${problem.message}`,
    ),
    ignored: scenario.ignored,
    assumptions: assumptionsOf(scenario),
    interrupted,
  };
}
