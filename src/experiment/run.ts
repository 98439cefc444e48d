import { World } from '../mesh/world.ts';
import { startsLike, type WorldSettings } from '../mesh/world-settings.ts';
import type { RunRecord } from '../record/record.ts';
import { edgesOf } from '../scenario/expect/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { capacityReadings, type CapacityReadings } from './build-capacity.ts';
import { buildRecord } from './build/record.ts';
import { endedBy } from './ended.ts';
import { worldOf } from './settle.ts';
import { isAboutPods } from './is-about-pods.ts';
import { PodsRecorder } from './pods-recorder.ts';
import { Recorder, type RequestListener } from './recorder.ts';

export interface RunOptions {
  readonly onRequest?: RequestListener;
  /** Record how the pods fared, also where nothing can become of them; absent: where something can. */
  readonly watchesPods?: boolean;
  /** Whatever a branch may ask of its past is recorded. */
  readonly mayBranch?: boolean;
  /** Nothing but how pages and pods fared is recorded; such a run ends with `finishCapacity`, and has no record. */
  readonly podsAlone?: boolean;
}

/** What a run leaves: the record (the same bytes for the same scenario, seed and version) and how much work it was. */
export interface RunResult {
  readonly record: RunRecord;
  readonly events: number;
  readonly requests: number;
}

/**
 * What may become of a run from some instant on, in place of what its scenario says; and what is only told of it. Timeline and
 * refreshes by hand have their past, too: what is due until that instant must be as in the scenario.
 */
export type Future = Partial<
  Pick<
    Scenario,
    | 'timeline'
    | 'traffic'
    | 'durationUs'
    | 'name'
    | 'title'
    | 'path'
    | 'hash'
    | 'expect'
    | 'settings'
    | 'warnings'
    | 'ignored'
  >
>;

/**
 * A scenario being played. It can be stopped at any instant, copied there, and sent another way: a branch comes to the same
 * record, byte for byte, as a run from the start with that timeline.
 *
 * @example
 * const { value: scenario } = await loadScenario(files);
 * const run = begin(scenario);
 * run.runUntil(1_000_000);
 * const without = run.branch({ timeline: [] }); // had nobody applied the rule
 * without.finish().record.timeline.length; // => 0
 * run.finish().record.timeline.length; // => 1
 */
export class Run {
  readonly scenario: Scenario;
  readonly #options: RunOptions;
  readonly #settings: WorldSettings;
  readonly #recorder: Recorder;
  readonly #world: World;

  constructor(scenario: Scenario, options: RunOptions = {}) {
    this.scenario = scenario;
    this.#options = options;
    const Kind = options.podsAlone === true ? PodsRecorder : Recorder;
    this.#recorder = new Kind(
      scenario.traffic.map((entry) => entry.kind === 'refresh'),
      {
        lateUs: scenario.lateUs,
        watchesPods: options.mayBranch === true || options.podsAlone === true || this.#tellsOfPods,
      },
      options.onRequest,
    );
    const windowEdges = edges(scenario.windowUs, scenario.durationUs);
    const marksUs = [...new Set([...windowEdges, ...scenario.expect.flatMap(edgesOf)])].sort((a, b) => a - b);
    this.#settings = { ...worldOf(scenario), marksUs, metersAreRead: options.podsAlone !== true };
    this.#world = new World(this.#settings, this.#recorder);
    this.#recorder.attach(this.#world);
  }

  /** Microseconds since the start. */
  get nowUs(): number {
    return this.#world.simulation.nowUs;
  }

  get events(): number {
    return this.#world.simulation.events;
  }

  /** Reads the run as it stands; `how` changes nothing. */
  look<T>(how: (world: World, recorder: Recorder) => T): T {
    return how(this.#world, this.#recorder);
  }

  /** Play everything that is due until then, that instant included. False where the budget is spent before that. */
  runUntil(us: number): boolean {
    return this.#world.runUntil(us);
  }

  /** Play the next event alone; false if none is due before the end. */
  step(): boolean {
    return this.#world.simulation.step(this.scenario.durationUs);
  }

  /** The same run once more, at the same instant. */
  copy(options: RunOptions = this.#options): Run {
    return this.#taken(new Run(this.scenario, options));
  }

  /**
   * The run as it goes on with another future; this one stands where it stood. What a timeline says of the start itself (a
   * version that gets its name later, an autoscaler to come) is heeded by playing that run from its start.
   * @throws RangeError if the past is not the same.
   */
  branch(future: Future): Run {
    const scenario = { ...this.scenario, ...future };
    this.#mustShareThePast(scenario);
    const branch = new Run(scenario, this.#options);
    if (this.startsLike(scenario)) return this.#taken(branch);
    const between = this.#world.simulation.nextDueUs <= this.nowUs;
    branch.runUntil(between ? this.nowUs - 1 : this.nowUs);
    return branch;
  }

  /** Whether a future says nothing else of the start itself; where it does, a branch plays the past again. */
  startsLike(future: Future): boolean {
    return startsLike(this.#settings, { ...this.#settings, ...future });
  }

  /** Play on to the end. */
  finish(): RunResult {
    this.runUntil(this.scenario.durationUs);
    return this.end();
  }

  /** Goes on in the memory of a run that is over and will be asked nothing more: it saves making it, and changes nothing else. */
  moveInto(over: Run): void {
    this.#world.rows.moveInto(over.#world.rows);
  }

  /** Play on to the end, and tell how pages and pods fared in the windows from `fromUs` on, and whether the budget had lasted. */
  finishCapacity(fromUs: number): CapacityReadings & { readonly overran: boolean } {
    this.runUntil(this.scenario.durationUs);
    this.#recorder.finish(this.nowUs);
    const recorder = this.#recorder;
    const readings = capacityReadings(this.scenario, this.#world, recorder, recorder.capacity!, fromUs);
    return { ...readings, overran: this.#world.overrun !== undefined };
  }

  /** The record of what has been played, marked as interrupted if that is not all. The run cannot go on after that. */
  end(): RunResult {
    const { scenario, nowUs } = this;
    this.#recorder.finish(nowUs);
    if (!this.#tellsOfPods) this.#recorder.capacity = undefined;
    const { overrun } = this.#world;
    const interrupted = nowUs < scenario.durationUs && overrun === undefined;
    const whole = buildRecord(scenario, this.#world, this.#recorder, interrupted);
    const record =
      overrun === undefined ? whole : { ...whole, ended: endedBy(scenario, this.#world, overrun) };
    const requests = this.#recorder.counters.requests.reduce((sum, count) => sum + count, 0);
    return { record, events: this.events, requests };
  }

  get #tellsOfPods(): boolean {
    return this.#options.watchesPods ?? isAboutPods(this.scenario);
  }

  #taken(copy: Run): Run {
    copy.#recorder.copyFrom(this.#recorder, copy.#world.copyFrom(this.#world));
    return copy;
  }

  #mustShareThePast({ timeline, traffic, durationUs }: Scenario): void {
    const { nowUs, scenario } = this;
    const done = new Set(this.#recorder.changes.slice(1).map(({ entry }) => entry));
    if (this.events === 0) return;
    const isSame = (row: number): boolean =>
      timeline[row] === scenario.timeline[row] ||
      JSON.stringify(timeline[row]) === JSON.stringify(scenario.timeline[row]);
    const changed = [...done].find((row) => !isSame(row));
    const added = timeline.findIndex(({ atUs }, row) => atUs <= nowUs && !done.has(row) && !isSame(row));
    const row = changed ?? added;
    if (row >= 0) {
      throw new RangeError(`entry ${row} of the timeline would change what has happened by ${nowUs} us`);
    }
    const isSameTraffic =
      traffic === scenario.traffic ||
      JSON.stringify(pastOf(traffic, nowUs)) === JSON.stringify(pastOf(scenario.traffic, nowUs));
    if (!isSameTraffic) {
      throw new RangeError(
        `the traffic would be another one by ${nowUs} us: only refreshes by hand may come later`,
      );
    }
    if (durationUs <= nowUs && durationUs !== scenario.durationUs) {
      throw new RangeError(`a run that has come to ${nowUs} us cannot end at ${durationUs} us`);
    }
  }
}

/** Traffic without the refreshes by hand that are still to come. */
const pastOf = (traffic: Scenario['traffic'], nowUs: number): unknown =>
  traffic.map((entry) =>
    entry.kind === 'refresh' && entry.atUs !== undefined
      ? { ...entry, count: 0, atUs: entry.atUs.filter((atUs) => atUs <= nowUs) }
      : entry,
  );

/** A run that stands at its start, to be played and branched; see `Run`. */
export const begin = (scenario: Scenario, options: RunOptions = {}): Run =>
  new Run(scenario, { ...options, mayBranch: true });

function edges(windowUs: number, durationUs: number): number[] {
  const found: number[] = [];
  for (let at = windowUs; at < durationUs; at += windowUs) found.push(at);
  return found;
}
