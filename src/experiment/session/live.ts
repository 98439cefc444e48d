import type { Checked, Problem } from '../../manifest/problem.ts';
import type { Registry } from '../../mesh/kubernetes/registry.ts';
import type { World } from '../../mesh/world.ts';
import { subjectOf } from '../../mesh/timeline/index.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Recorder } from '../recorder.ts';
import { begin, type Run, type RunResult } from '../run.ts';
import { ruleText } from './rule-text.ts';
import type { CurvePoint, Deed, Desk, DeskFinding } from './desk.ts';
import { DeskView, thinned } from './desk-of.ts';
import { refreshesOf, written, type Setups, type Written } from './folder.ts';
import { you, type Act, type JournalEntry, type Session } from './session.ts';
import { Watch } from './watch.ts';

/** What somebody did, and what came back: lines of kubectl, or why it refuses (then nothing was done). */
export interface Acted {
  readonly answers: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * A session as it is played. It is at every moment the run of the scenario that `written` makes of it: what somebody does goes
 * into the next microsecond, before all else of it, as an entry of a file does; and going back is playing again from the seed.
 */
export class Live {
  #session: Session;
  readonly #setups: Setups;
  #run: Run;
  #watch: Watch;
  #view: DeskView;
  #curve: readonly CurvePoint[] = [];
  #nextPointUs = 0;
  #pointEveryUs = secondUs;
  /** Totals of the flows at the latest two whole seconds. */
  #flows: Flows[] = [];

  private constructor(session: Session, setups: Setups, scenario: Scenario) {
    this.#session = session;
    this.#setups = setups;
    this.#watch = new Watch(sourceOf(scenario));
    this.#run = begin(scenario, { onRequest: (world, row) => this.#watch.heard(world, row) });
    this.#view = new DeskView(scenario);
    this.#note();
  }

  static async open(session: Session, setups: Setups): Promise<Checked<Live>> {
    const { value, problems } = await written(session, setups, sessionFolder);
    if (value === undefined) return { value, problems };
    return { value: new Live(session, setups, value.scenario), problems };
  }

  get session(): Session {
    return this.#session;
  }

  get scenario(): Scenario {
    return this.#run.scenario;
  }

  get nowUs(): number {
    return this.#run.nowUs;
  }

  get endUs(): number {
    return this.#run.scenario.durationUs;
  }

  /** What the API server holds. */
  get registry(): Registry {
    return this.#look(({ state }) => state.registry);
  }

  /** Pages of the browser at the desk that are on their way. */
  get waiting(): number {
    const asked = refreshesOf(this.#session.journal).filter((atUs) => atUs <= this.nowUs).length;
    return asked - this.#look((_, recorder) => recorder.refreshes.get(sourceOf(this.scenario))!.length);
  }

  /** Proxies of the callers all hold the latest rule. */
  get isSettled(): boolean {
    const { proxies } = this.#look((world, recorder) => this.#view.see(world, recorder));
    return proxies.every((own) => own.isCurrent);
  }

  /** To a whole microsecond: a part of one is left for the next time. */
  runUntil(us: number): void {
    const endUs = Math.max(this.nowUs, Math.min(Math.floor(us), this.endUs));
    while (this.#nextPointUs <= endUs) {
      this.#run.runUntil(this.#nextPointUs);
      this.#note();
    }
    this.#run.runUntil(endUs);
  }

  /** The next event alone, where the scenario has not ended. */
  step(): void {
    this.#run.step();
    while (this.#nextPointUs <= this.nowUs) this.#note();
  }

  /** What was to come after this moment (after going back) comes no more. */
  async act(act: Act): Promise<Acted> {
    // The clock may stand between two events of one instant.
    this.#run.runUntil(this.nowUs);
    const atUs = this.nowUs + 1;
    if (atUs > this.endUs) return { answers: [], problems: [ended(this.endUs)] };
    const past = this.#session.journal.filter((own) => own.atUs < atUs);
    const session = { ...this.#session, journal: [...past, { atUs, ...act } as JournalEntry] };
    const isFuture = past.length < this.#session.journal.length;
    let problems: readonly Problem[] = [];
    if (act.do === 'refresh' && !isFuture) {
      this.#run = this.#run.branch({ traffic: withRefreshes(this.scenario, session) });
    } else {
      const next = await written(session, this.#setups, sessionFolder);
      problems = next.problems;
      if (next.value === undefined) return { answers: [], problems };
      const { scenario } = next.value;
      this.#view = new DeskView(scenario);
      if (this.#run.startsLike(scenario)) this.#run = this.#run.branch(scenario);
      else this.#playAgain(scenario, this.nowUs);
    }
    this.#session = session;
    this.runUntil(atUs);
    if (act.do === 'refresh') return { answers: [], problems: [] };
    const answers = this.#look((_, { changes }) => changes.at(-1)!.lines);
    return { answers, problems };
  }

  /** To any moment, by playing again from the seed: what was done after it is to come again. */
  rewind(toUs: number): void {
    this.#playAgain(this.scenario, toUs);
  }

  #playAgain(scenario: Scenario, toUs: number): void {
    this.#watch = new Watch(sourceOf(scenario));
    this.#run = begin(scenario, { onRequest: (world, row) => this.#watch.heard(world, row) });
    this.#curve = [];
    this.#nextPointUs = 0;
    this.#pointEveryUs = secondUs;
    this.#flows = [];
    this.#note();
    this.runUntil(toUs);
  }

  desk(): Desk {
    const source = sourceOf(this.scenario);
    const askedUs = refreshesOf(this.#session.journal).filter((atUs) => atUs <= this.nowUs);
    return this.#look((world, recorder): Desk => {
      const seen = this.#view.see(world, recorder);
      const { rates, spanUs } = this.#rates(world);
      const { counters } = recorder;
      return {
        nowUs: this.nowUs,
        endUs: this.endUs,
        focus: this.scenario.focus,
        versions: seen.versions,
        split: { ...seen.split, curve: this.#curve },
        proxies: seen.proxies,
        wantedSnapshot: seen.wantedSnapshot,
        services: seen.services.map((own) => {
          const asked = rates.filter(
            ({ to, version }) => to === own.name && (own.version === '' || version === own.version),
          );
          // Whom nobody calls is told by what it asks for.
          const flows = asked.length > 0 ? asked : rates.filter(({ from }) => from === own.name);
          return {
            ...own,
            perSecond: sum(flows, 'perSecond'),
            errorsPerSecond: sum(flows, 'errorsPerSecond'),
          };
        }),
        edges: rates,
        sampled: this.#watch.takeSample().map(({ fromPod, to, version, failed }) => {
          const from = this.#view.placeOf(world, fromPod);
          return { from: from.name, fromVersion: from.version, to, version, failed };
        }),
        yours: this.#view.pages(world, recorder, source, askedUs, this.#watch),
        pages: {
          done: counters.pages,
          failed: counters.pagesFailed,
          incomplete: counters.missing.reduce((total, own) => total + own, 0),
          perSecond: ((counters.pages - (this.#flows[0]?.pages ?? 0)) * 1e6) / spanUs,
        },
        deeds: this.#deeds(recorder),
      };
    });
  }

  /** What is wrong at this moment, worst first, as a run that ends here would say. */
  findings(): readonly DeskFinding[] {
    return this.#run.copy({ mayBranch: true }).end().record.diagnosis!.findings;
  }

  /** Where the session's folder ends: with the second that has begun, so that all that was done is in it. */
  get folderEndUs(): number {
    return Math.min((Math.floor(this.nowUs / secondUs) + 1) * secondUs, this.endUs);
  }

  /** The session as a folder that anybody can run. */
  async folder(): Promise<Checked<Written>> {
    return written(this.#session, this.#setups, sessionFolder, this.folderEndUs);
  }

  /** This very run, gone on to the end of the scenario that `folder` gave; this session goes on undisturbed. */
  finishAs(scenario: Scenario): RunResult {
    return this.#run.branch(scenario).finish();
  }

  #look<T>(how: (world: World, recorder: Recorder) => T): T {
    return this.#run.look(how);
  }

  /** A whole second has been played: a point of the curve, and totals for the rates. */
  #note(): void {
    const flows = this.#watch.totals();
    this.#look((world, recorder) => {
      const { versions, split } = this.#view.see(world, recorder);
      const observed = this.#view.counts(world, recorder, versions);
      this.#flows = [...this.#flows.slice(-1), { atUs: this.nowUs, flows, pages: recorder.counters.pages }];
      this.#curve = [
        ...this.#curve,
        { atUs: this.nowUs, configured: split.configured, effective: split.effective, observed },
      ];
      const fewer = thinned(this.#curve, mostPoints);
      if (fewer.length < this.#curve.length) this.#pointEveryUs *= 2;
      this.#curve = fewer;
    });
    this.#nextPointUs += this.#pointEveryUs;
  }

  /** Over the time since the second to last point: at least a second, where there was one. */
  #rates(world: World): { readonly rates: Desk['edges']; readonly spanUs: number } {
    const before = this.#flows[0];
    const spanUs = Math.max(1, this.nowUs - (before?.atUs ?? 0));
    type Call = Pick<Desk['edges'][number], 'from' | 'fromVersion' | 'to' | 'version'>;
    const edges = new Map<string, Call & { requests: number; errors: number }>();
    const edgeOf = ({ from, fromVersion, to, version }: Call) => {
      const name = `${from}/${fromVersion}>${to}/${version}`;
      const known = edges.get(name) ?? { from, fromVersion, to, version, requests: 0, errors: 0 };
      edges.set(name, known);
      return known;
    };
    for (const call of this.#view.calls(world)) edgeOf(call);
    const add = (flows: Flows['flows'], sign: number): void => {
      for (const { fromPod, to, version, requests, errors } of flows) {
        const from = this.#view.placeOf(world, fromPod);
        const edge = edgeOf({ from: from.name, fromVersion: from.version, to, version });
        edge.requests += sign * requests;
        edge.errors += sign * errors;
      }
    };
    add(this.#watch.totals(), 1);
    add(before?.flows ?? [], -1);
    const rates = [...edges.values()].map(({ requests, errors, ...call }) => ({
      ...call,
      perSecond: (requests * secondUs) / spanUs,
      errorsPerSecond: (errors * secondUs) / spanUs,
    }));
    return { rates, spanUs };
  }

  #deeds({ changes }: Recorder): Deed[] {
    const done = new Map(changes.map((own) => [own.entry, own.lines]));
    const byHand = this.#session.journal.flatMap((own): Deed[] =>
      own.do === 'refresh'
        ? [{ atUs: own.atUs, what: 'refresh', about: String(own.count), answers: [] }]
        : [],
    );
    const planned = this.scenario.timeline.map((action, row): Deed => ({
      atUs: action.atUs,
      what: action.verb === 'apply' || action.verb === 'delete' ? action.verb : 'other',
      about:
        action.verb === 'apply' || action.verb === 'delete'
          ? (ruleText(action.resources) ?? subjectOf(action))
          : `${action.verb} ${subjectOf(action)}`,
      answers: done.get(row) ?? [],
    }));
    return [...planned, ...byHand].sort((a, b) => a.atUs - b.atUs);
  }
}

/** What a session's folder is called, in commands and records. */
export const sessionFolder = 'desk';

interface Flows {
  readonly atUs: number;
  readonly flows: ReturnType<Watch['totals']>;
  readonly pages: number;
}

const secondUs = 1_000_000;
const mostPoints = 600;

const sum = (flows: Desk['edges'], what: 'perSecond' | 'errorsPerSecond'): number =>
  flows.reduce((total, own) => total + own[what], 0);

const sourceOf = ({ traffic }: Scenario): number => traffic.findIndex(({ name }) => name === you);

const withRefreshes = ({ traffic }: Scenario, { journal }: Session): Scenario['traffic'] => {
  const atUs = refreshesOf(journal).sort((a, b) => a - b);
  return traffic.map((entry) =>
    entry.kind === 'refresh' && entry.name === you ? { ...entry, count: atUs.length, atUs } : entry,
  );
};

const ended = (endUs: number): Problem => ({
  severity: 'error',
  code: 'MS2020',
  message: `the scenario ends at ${endUs / 1e6} s: go back in time, or begin again`,
  file: 'scenario.yaml',
});
