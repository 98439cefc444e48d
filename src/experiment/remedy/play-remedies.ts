import type { Change } from '../../manifest/change/index.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { remediedFormat } from '../../record/format.ts';
import type { PlayedRemedy, Remedied } from '../../record/remedied.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Pool, Sink } from '../pool.ts';
import { seedsOf } from '../replications.ts';
import { version } from '../version.ts';
import { compare } from './compare.ts';
import { changedSources, loadSources, type ChangedSources, type Sources } from './sources.ts';

export interface RemedyOptions {
  /** How many remedies are played. */
  readonly most: number;
  /** How many runs each, before and after; the first has the scenario's own seed. */
  readonly seeds: number;
}

/** The answer, and the changed scenario of each remedy that was played, by its folder. */
export interface PlayedRemedies {
  readonly remedied: Remedied;
  readonly folders: ReadonlyMap<string, Sources>;
}

/**
 * Plays the remedies of a run's findings in their order, one at a time, with the chance of the runs without them. What is played is
 * the very texts that are left to apply. Undefined: stopped before anything could be said.
 *
 * @param poolOf who plays runs of a scenario
 */
export async function playRemedies(
  scenario: Scenario,
  sources: Sources,
  { most, seeds: number }: RemedyOptions,
  poolOf: (scenario: Scenario) => Pool,
  sink: Sink<RunRecord>,
): Promise<PlayedRemedies | undefined> {
  const seeds = seedsOf(scenario.seed, number);
  const runs = (own: Scenario, what: string): Promise<readonly RunRecord[] | undefined> => {
    sink.begin({ what, count: number, unit: 'runs' });
    return poolOf(own).run(
      seeds.map((seed) => ({ kind: 'run' as const, seed })),
      (record) => sink.take(record),
    );
  };
  const before = await runs(scenario, 'as it is written');
  if (before === undefined) return undefined;
  const diagnosis = before[0]!.diagnosis!;
  const played: PlayedRemedy[] = [];
  const notPlayed: Remedied['notPlayed'][number][] = [];
  const folders = new Map<string, Sources>();
  let more = 0;
  let interrupted = false;
  for (const { finding, remedy } of proposals(diagnosis.findings)) {
    const { code, sentence } = finding;
    const refuse = (because: string): void => {
      notPlayed.push({ code, finding: sentence, remedy: remedy.text, because });
    };
    if (remedy.changes.length === 0) {
      refuse(byHand);
      continue;
    }
    const changed = changedSources(sources, remedy.changes as Change[]);
    if (typeof changed === 'string') {
      refuse(changed);
      continue;
    }
    if (played.length === most) {
      more += 1;
      continue;
    }
    const folder = `${played.length + 1}-${code}`;
    const { value, problems } = await loadSources(changed.sources, folder);
    if (value === undefined) {
      refuse(problems.find((own) => own.severity === 'error')!.message);
      continue;
    }
    const after = interrupted ? undefined : await runs(value, `remedy ${played.length + 1}`);
    if (after === undefined) {
      interrupted = true;
      continue;
    }
    folders.set(folder, changed.sources);
    played.push(playedRemedy({ finding, remedy }, changed, folder, before, after));
  }
  const { name, hash } = scenario;
  return {
    remedied: {
      schema: remediedFormat,
      version,
      scenario: { name, hash },
      seeds,
      diagnosis,
      played,
      best: bestOf(played),
      notPlayed: worthTelling(notPlayed, played),
      more,
      interrupted,
    },
    folders,
  };
}

const byHand = 'it is not for a manifest to do';

/** What somebody has to do by hand, or else what did not fit; nothing of findings of whose code something was played. */
const worthTelling = (
  notPlayed: Remedied['notPlayed'],
  played: readonly PlayedRemedy[],
): Remedied['notPlayed'] =>
  notPlayed.filter(
    ({ code, finding, because }) =>
      played.every((own) => own.code !== code) &&
      (because === byHand || !notPlayed.some((own) => own.finding === finding && own.because === byHand)),
  );

interface Proposal {
  readonly finding: FindingRecord;
  readonly remedy: Remedy;
}

/** Remedies in the order of their findings; one that several findings propose, once. */
function proposals(findings: readonly FindingRecord[]): Proposal[] {
  const seen = new Set<string>();
  return findings
    .filter(({ level }) => level === 'breaks' || level === 'harms')
    .flatMap((finding) => finding.remedies.map((remedy) => ({ finding, remedy })))
    .filter(({ remedy: { changes } }) => {
      const key = JSON.stringify(changes);
      const isNew = changes.length === 0 || !seen.has(key);
      seen.add(key);
      return isNew;
    });
}

function playedRemedy(
  { finding, remedy }: Proposal,
  { apply, remove }: ChangedSources,
  folder: string,
  before: readonly RunRecord[],
  after: readonly RunRecord[],
): PlayedRemedy {
  return {
    code: finding.code,
    finding: finding.sentence,
    remedy: remedy.text,
    changes: remedy.changes,
    ...compare(finding, before, after),
    diagnosis: after[0]!.diagnosis!,
    apply,
    remove,
    folder,
  };
}

const answers = ['holds', 'holds, but', 'does not hold'];

/** Of those that help, the one after which the run fares best: by its answer, then by pages failed or late; the first of equals. */
function bestOf(played: readonly PlayedRemedy[]): number | null {
  const helping = played.filter(({ verdict }) => verdict === 'helps' || verdict === 'helps in part');
  const cost = ({ failed, late }: PlayedRemedy): number => failed.mean + late.mean;
  const rank = ({ diagnosis }: PlayedRemedy): number => answers.indexOf(diagnosis.answer);
  const [best] = [...helping].sort((a, b) => rank(a) - rank(b) || cost(a) - cost(b) || b.removed - a.removed);
  return best === undefined ? null : played.indexOf(best);
}
