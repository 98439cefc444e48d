import { parseAllDocuments, type Document } from 'yaml';
import { applyChange, type Change } from '../../manifest/change/index.ts';
import { listOf, mapIn, mapOf, type Data, type Written } from '../../manifest/change/written.ts';
import type { Checked } from '../../manifest/problem.ts';
import { manifestText } from '../../manifest/write.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { ScenarioFiles } from '../../scenario/scenario-files.ts';
import { setPath } from '../../scenario/set-path.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** A scenario as texts: all that a folder needs, so that `meshshift run` plays it from there. */
export interface Sources {
  /** Text of scenario.yaml, overrides of the command line made in it. */
  readonly scenario: string;
  /** Every file that it names, by that name, which is one inside the folder. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

export interface SourceFile {
  readonly text: string;
  readonly kind: 'manifest' | 'app' | 'recording';
}

/** Reads all that a scenario names. @throws RangeError where the scenario is not sound; whoever asks has loaded it before. */
export async function sourcesOf(files: ScenarioFiles): Promise<Sources> {
  const read = new Map<string, SourceFile>();
  const { value, problems } = await loadScenario({
    ...files,
    read: async (name, kind) => {
      const found = await files.read(name, kind);
      if (found.value !== undefined) read.set(name, { text: found.value, kind });
      return found;
    },
  });
  if (value === undefined) throw new RangeError(problems.map(({ message }) => message).join('; '));
  const inside = new Map<string, SourceFile>();
  const renamed = new Map<string, string>();
  for (const [name, own] of read) {
    const free = freeName(name, inside);
    inside.set(free, own);
    if (free !== name) renamed.set(name, free);
  }
  return { scenario: scenarioText(files, renamed), files: inside };
}

/** A file from elsewhere (`../base.yaml`) gets a name of its own in the folder. */
function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  const isInside = !/^(\/|[a-z]:|\\)/i.test(name) && !name.split(/[/\\]/).includes('..');
  const base = isInside ? name : name.split(/[/\\]/).at(-1)!;
  for (let number = 1; ; number++) {
    const own = number === 1 ? base : `${number}-${base}`;
    if (!taken.has(own) && own !== 'scenario.yaml') return own;
  }
}

function scenarioText({ text, set = [] }: ScenarioFiles, renamed: ReadonlyMap<string, string>): string {
  if (set.length === 0 && renamed.size === 0) return text;
  const [document] = parseAllDocuments(text) as Document[];
  const data = document!.toJS() as Data;
  for (const assignment of set) setPath(data, assignment);
  rename(data, renamed);
  return rewritten(document!, data);
}

function rename(data: unknown, renamed: ReadonlyMap<string, string>): void {
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string' && renamed.has(value)) (data as Data)[key] = renamed.get(value);
    else rename(value, renamed);
  }
}

/** The scenario that the texts are, as `meshshift run` would load it from a folder. */
export const loadSources = ({ scenario, files }: Sources, path: string): Promise<Checked<Scenario>> =>
  loadScenario({
    path,
    file: 'scenario.yaml',
    text: scenario,
    read: (name) => {
      const own = files.get(name);
      const problem = {
        severity: 'error' as const,
        code: 'MS3001',
        message: `there is no ${name}`,
        file: name,
      };
      return Promise.resolve(
        own === undefined ? { value: undefined, problems: [problem] } : { value: own.text, problems: [] },
      );
    },
  });

/** Texts with some changes made in them. */
export interface ChangedSources {
  readonly sources: Sources;
  /** What `kubectl apply` and `kubectl delete` take: the resources that are new or other than before, and those that are gone. */
  readonly apply: string;
  readonly remove: string;
}

/** Makes changes, one after the other; a text says what stands in their way. What is not changed keeps its text. */
export function changedSources(sources: Sources, changes: readonly Change[]): ChangedSources | string {
  const scenarioDocument = parseAllDocuments(sources.scenario)[0] as Document;
  const data = scenarioDocument.toJS() as Data;
  const parsed = new Map<Data, Document>();
  const documentsOf = (text: string): Data[] =>
    (parseAllDocuments(text) as Document[]).flatMap((document) => {
      const own = document.toJS() as unknown;
      if (typeof own !== 'object' || own === null) return [];
      parsed.set(own as Data, document);
      return [own as Data];
    });
  const ofKind = (kind: SourceFile['kind']): [string, Data[]][] =>
    [...sources.files].flatMap(([name, own]) => (own.kind === kind ? [[name, documentsOf(own.text)]] : []));
  const app = ofKind('app');
  const written: Written = {
    spec: mapIn(data, 'spec'),
    manifests: new Map(ofKind('manifest')),
    app: app.flatMap(([, documents]) => documents),
  };
  const before = new Map([...written.manifests.values()].flatMap(resourcesIn).map((own) => [own, text(own)]));
  for (const own of changes) {
    const problem = applyChange(own, written);
    if (problem !== undefined) return problem;
  }
  const after = [...written.manifests.values()].flatMap(resourcesIn);
  const files = new Map(sources.files);
  for (const [name, documents] of [...written.manifests, ...app]) {
    const kind = sources.files.get(name)?.kind ?? 'manifest';
    if (documents.length === 0) files.delete(name);
    else files.set(name, { kind, text: fileText(sources.files.get(name)?.text, documents, parsed) });
  }
  return {
    sources: { scenario: rewritten(scenarioDocument, data), files },
    apply: joined(after.filter((own) => before.get(own) !== text(own))),
    remove: joined([...before.keys()].filter((own) => !after.includes(own))),
  };
}

const text = (data: Data): string => JSON.stringify(data);

const resourcesIn = (documents: readonly Data[]): Data[] =>
  documents.flatMap((own) => (own['kind'] === 'List' ? listOf(own['items']) : [own]));

/** Of resources that stand in several files, each is told once. */
const joined = (resources: readonly Data[]): string =>
  [...new Set(resources.map(manifestText))].join('---\n');

/** The text that was, where nothing is changed; else its documents, those that were there with their comments. */
function fileText(
  was: string | undefined,
  documents: readonly Data[],
  parsed: ReadonlyMap<Data, Document>,
): string {
  const isSame =
    was !== undefined &&
    documents.length === (parseAllDocuments(was) as Document[]).filter((own) => own.toJS() !== null).length &&
    documents.every((own) => parsed.has(own) && text(parsed.get(own)!.toJS() as Data) === text(own));
  if (isSame) return was;
  return documents
    .map((own) => (parsed.has(own) ? rewritten(parsed.get(own)!, own) : manifestText(own)))
    .map((own) => own.replace(/^---\n/, ''))
    .join('---\n');
}

/** A document that says other data now; what of it did not change stands as it was written, comments and all. */
function rewritten(document: Document, data: Data): string {
  const copy = document.clone() as Document;
  try {
    merge(copy, [], document.toJS(), data);
    if (text(copy.toJS() as Data) === text(data)) return copy.toString({ lineWidth: 0 });
  } catch {
    // An alias or a merge key stands in the way: the data is what counts.
  }
  return manifestText(data);
}

function merge(document: Document, path: readonly (string | number)[], was: unknown, is: unknown): void {
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  const isList = Array.isArray(was) && Array.isArray(is) && was.length === is.length;
  const isMap = typeof was === 'object' && typeof is === 'object' && was !== null && is !== null;
  if (isList || (isMap && !Array.isArray(was) && !Array.isArray(is))) {
    const [before, after] = [mapOrList(was), mapOrList(is)];
    for (const key of Object.keys(before)) if (!(key in after)) document.deleteIn([...path, step(was, key)]);
    for (const [key, value] of Object.entries(after))
      merge(document, [...path, step(was, key)], before[key], value);
    return;
  }
  document.setIn(path, document.createNode(is));
}

const mapOrList = (value: unknown): Data => (Array.isArray(value) ? { ...value } : mapOf(value));
const step = (container: unknown, key: string): string | number =>
  Array.isArray(container) ? Number(key) : key;
