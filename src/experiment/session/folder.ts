import { stringify } from 'yaml';
import { readYaml } from '../../manifest/located.ts';
import type { Checked, Problem } from '../../manifest/problem.ts';
import { formatDuration, parseDuration } from '../../manifest/quantity.ts';
import { loadScenario } from '../../scenario/load.ts';
import { windowFor, type Scenario } from '../../scenario/scenario.ts';
import { setPath } from '../../scenario/set-path.ts';
import { you, type JournalEntry, type Session } from './session.ts';

/** Texts of a scenario's folder, `scenario.yaml` among them, by the names that the scenario gives them. */
export type FolderTexts = Readonly<Record<string, string>>;

/** The texts of a set-up that is known by its name; undefined: there is none. */
export type Setups = (name: string) => FolderTexts | undefined;

/** A session as a scenario that anybody can run, with the texts that it is made of. */
export interface Written {
  readonly scenario: Scenario;
  /** `scenario.yaml`, the manifests that it names, and those that somebody applied. */
  readonly files: FolderTexts;
}

/**
 * A session as the scenario that does the same: what was applied is its timeline, and the pages of the browser at the desk are
 * refreshes at their very moments.
 *
 * @param endUs where it is to end, if nothing that it expects says where: absent: where the set-up ends.
 */
export async function written(
  session: Session,
  setups: Setups,
  path: string,
  endUs?: number,
): Promise<Checked<Written>> {
  const base = 'files' in session.base ? session.base.files : setups(session.base.name);
  if (base === undefined) {
    const name = 'name' in session.base ? session.base.name : '';
    return refused(`there is no set-up called "${name}" here`);
  }
  const read = readYaml('scenario.yaml', base['scenario.yaml'] ?? '');
  const data = structuredClone(read.documents[0]?.data);
  if (read.problems.length > 0 || !isMap(data)) {
    return {
      value: undefined,
      problems: read.problems.length > 0 ? read.problems : refused('it is no scenario').problems,
    };
  }
  const problems: Problem[] = session.set.flatMap((assignment) => setPath(data, assignment));
  const spec = isMap(data['spec']) ? data['spec'] : ((data['spec'] = {} as Fields) as Fields);
  const applied: Record<string, string> = {};
  spec['seed'] = session.seed;
  spec['timeline'] = [...listOf(spec['timeline']), ...timelineOf(session.journal, applied)];
  spec['traffic'] = [
    ...listOf(spec['traffic']).filter((own) => !(isMap(own) && own['name'] === you)),
    { ...ownTraffic(spec['traffic']), refresh: { at: refreshesOf(session.journal).map(micros) } },
  ];
  if (spec['window'] === undefined) {
    const length = parseDuration(String(spec['duration']));
    if ('us' in length) spec['window'] = micros(windowFor(length.us));
  }
  if (endUs !== undefined && listOf(spec['expect']).length === 0) spec['duration'] = micros(endUs);
  const texts: FolderTexts = { ...base, ...applied };
  const named: Record<string, string> = {};
  const text = stringify(data, { lineWidth: 0 });
  const loaded = await loadScenario({
    path,
    file: 'scenario.yaml',
    text,
    read: (name) => {
      const found = texts[name];
      if (found !== undefined) named[name] = found;
      return Promise.resolve(
        found === undefined
          ? refused(`there is no file "${name}" in the folder`)
          : { value: found, problems: [] },
      );
    },
  });
  const all = [...problems, ...loaded.problems];
  if (loaded.value === undefined || problems.length > 0) return { value: undefined, problems: all };
  return { value: { scenario: loaded.value, files: { 'scenario.yaml': text, ...named } }, problems: all };
}

/** When each page of the browser at the desk is asked for. */
export const refreshesOf = (journal: readonly JournalEntry[]): number[] =>
  journal.flatMap((own) =>
    own.do === 'refresh'
      ? Array.from({ length: own.count }, (_, place) => own.atUs + place * own.everyUs)
      : [],
  );

/** Entries of a timeline; texts that they name are put into `files`. */
function timelineOf(journal: readonly JournalEntry[], files: Record<string, string>): Fields[] {
  return journal.flatMap((own): Fields[] => {
    switch (own.do) {
      case 'refresh':
        return [];
      case 'other':
        return [{ at: micros(own.atUs), ...own.entry }];
      default: {
        const name = `desk-${Object.keys(files).length + 1}.yaml`;
        files[name] = own.text;
        return [{ at: micros(own.atUs), [own.do]: name }];
      }
    }
  });
}

type Fields = Record<string, unknown>;

const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What the set-up says of the browser at the desk (host, path, user), without when it asks. */
function ownTraffic(traffic: unknown): Fields {
  const own = listOf(traffic).find((entry) => isMap(entry) && entry['name'] === you) as Fields | undefined;
  return { name: you, ...own };
}

const micros = (us: number): string => formatDuration(us);

const refused = (message: string): { readonly value: undefined; readonly problems: Problem[] } => ({
  value: undefined,
  problems: [{ severity: 'error', code: 'MS2021', message, file: 'scenario.yaml' }],
});
