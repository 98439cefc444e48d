import { sweepFormat } from '../../record/format.ts';
import type { Sweep, SweepMeasure, SweepRun } from '../../record/sweep.ts';
import type { Pool, Sink } from '../pool.ts';
import { seedOf } from '../replications.ts';
import { version } from '../version.ts';
import type { RunFacts } from './measure.ts';
import { relativeHalf, summaryOf } from './summary.ts';
import type { Setting, Varied } from './vary.ts';

export interface SweepQuestion {
  readonly scenario: Sweep['scenario'];
  /** The command that asks the same again. */
  readonly command: string;
  readonly varied: readonly Varied[];
  readonly together: boolean;
  readonly settings: readonly Setting[];
  /** Runs of each setting, to begin with where `precision` is asked for. */
  readonly replications: number;
  /** Go on until half of the measure's interval is so small a part of its mean, at every setting. */
  readonly precision?: { readonly measure: string; readonly relative: number };
  /** Only the replications of this shard: the others are somebody else's. */
  readonly shard?: Shard;
}

/** Names a run of a sweep: its setting and its replication. */
export const runKey = (at: number, replication: number): string => `${at}/${replication}`;

/** One of several that share the replications of a sweep: `i`, `i + n`, `i + 2 n` ... are its own. */
export interface Shard {
  readonly i: number;
  readonly n: number;
}

interface WantedRun {
  readonly at: number;
  readonly replication: number;
}

/** The runs of a shard, replication by replication through all settings. */
export function runsOfShard(settings: number, replications: number, { i, n }: Shard): WantedRun[] {
  const wanted: WantedRun[] = [];
  for (let replication = i; replication < replications; replication += n)
    for (let at = 0; at < settings; at++) wanted.push({ at, replication });
  return wanted;
}

/** A run that is done. */
export interface DoneRun {
  readonly key: string;
  readonly facts: RunFacts;
}

/** More are never played for precision's sake. */
const mostReplications = 1000;

/**
 * Plays what is not done yet. Replication by replication through all settings, so that a sweep that is stopped has about as many
 * runs of each. The answer is a function of the runs that are done: their order and the size of the pool are not in it.
 *
 * @param done by `runKey`; grows.
 * @param pool has a scenario for each setting, in their order.
 */
export async function playSweep(
  question: SweepQuestion,
  done: Map<string, RunFacts>,
  pool: Pool,
  sink: Sink<DoneRun>,
): Promise<Sweep> {
  let replications = question.replications;
  for (;;) {
    const whole = await playRound(question, replications, done, pool, sink);
    const reached = isPrecise(question, replications, done);
    if (!whole || reached || replications >= mostReplications)
      return sweepOf(question, replications, done, reached);
    replications = Math.min(mostReplications, 2 * replications);
  }
}

/** false: stopped. */
async function playRound(
  { scenario, settings, shard = { i: 0, n: 1 } }: SweepQuestion,
  replications: number,
  done: Map<string, RunFacts>,
  pool: Pool,
  sink: Sink<DoneRun>,
): Promise<boolean> {
  const wanted = runsOfShard(settings.length, replications, shard).filter(
    ({ at, replication }) => !done.has(runKey(at, replication)),
  );
  sink.begin({ what: 'sweeping', count: wanted.length, unit: 'runs' });
  const answers = await pool.run(
    wanted.map(({ at, replication }) => ({
      kind: 'measure' as const,
      at,
      seed: seedOf(scenario.seed, replication),
    })),
    async (facts, index) => {
      const { at, replication } = wanted[index]!;
      const key = runKey(at, replication);
      done.set(key, facts);
      await sink.take({ key, facts });
    },
  );
  return answers !== undefined;
}

function isPrecise(
  question: SweepQuestion,
  replications: number,
  done: ReadonlyMap<string, RunFacts>,
): boolean {
  const { precision, settings } = question;
  if (precision === undefined) return true;
  const measure = measuresIn(done).find(({ name }) => name === precision.measure);
  return (
    measure !== undefined &&
    [...settings.keys()].every(
      (at) => relativeHalf(summaryOf(measure, runsAt(at, replications, done))) <= precision.relative,
    )
  );
}

/** What the runs that are done come to. */
export function sweepOf(
  question: SweepQuestion,
  replications: number,
  done: ReadonlyMap<string, RunFacts>,
  reached: boolean,
): Sweep {
  const { scenario, command, varied, together, settings, precision } = question;
  const measures = measuresIn(done);
  const points = settings.map(({ values, set }, at) => {
    const runs = runsAt(at, replications, done);
    return { values, settings: set, runs, summaries: measures.map((own) => summaryOf(own, runs)) };
  });
  return {
    schema: sweepFormat,
    version,
    scenario,
    command,
    varied,
    together,
    replications,
    precision: precision === undefined ? null : { ...precision, reached },
    measures,
    points,
    missing: settings.length * replications - points.reduce((sum, { runs }) => sum + runs.length, 0),
  };
}

const runsAt = (at: number, replications: number, done: ReadonlyMap<string, RunFacts>): SweepRun[] =>
  Array.from({ length: replications }, (_, replication) => replication).flatMap((replication) => {
    const facts = done.get(runKey(at, replication));
    return facts === undefined ? [] : [{ replication, ...facts.run }];
  });

/** Of all runs, in the order of the first that has them; the same whichever run was done first. */
function measuresIn(done: ReadonlyMap<string, RunFacts>): SweepMeasure[] {
  const found = new Map<string, SweepMeasure>();
  for (const key of [...done.keys()].sort(byKey))
    for (const own of done.get(key)!.measures) if (!found.has(own.name)) found.set(own.name, own);
  return [...found.values()];
}

function byKey(one: string, other: string): number {
  const [at = 0, replication = 0] = one.split('/').map(Number);
  const [otherAt = 0, otherReplication = 0] = other.split('/').map(Number);
  return at - otherAt || replication - otherReplication;
}
