import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Checked, Problem } from '../manifest/problem.ts';
import { checkText, decoded, textLimitBytes } from '../manifest/text.ts';
import type { ReportFile } from '../report/report-file.ts';
import type { ScenarioFiles } from '../scenario/scenario-files.ts';
import type { Io } from './io.ts';
import { reasonOf } from './reason.ts';

/** Where this package lives: beside `scenarios/`, whether it runs from sources or from the bundle. */
export const packageRoot = ((): string => {
  const here = dirname(fileURLToPath(import.meta.url));
  return basename(here) === 'dist' ? dirname(here) : join(here, '..', '..');
})();

/** Recordings may be large, but they are read whole; beyond this a stream of a log belongs to `meshshift check`. */
const recordingLimitBytes = 200 * 1024 * 1024;

/** Text of a file, or the one problem that stands in its way. */
export async function readText(
  path: string,
  shownAs: string,
  limitBytes = textLimitBytes,
): Promise<Checked<string>> {
  const problem = (code: string, message: string, hint?: string): Checked<string> => ({
    value: undefined,
    problems: [{ severity: 'error', code, message, file: shownAs, ...(hint === undefined ? {} : { hint }) }],
  });
  try {
    const found = await stat(path);
    if (found.isDirectory()) return problem('MS3002', `${shownAs} is a directory; a file is expected`);
    if (found.size > limitBytes) {
      const mb = (bytes: number): string => `${Math.round(bytes / 1048576)} MB`;
      return problem('MS3003', `${shownAs} is ${mb(found.size)} large; at most ${mb(limitBytes)} are read`);
    }
    const bytes = await readFile(path);
    return limitBytes === textLimitBytes
      ? checkText(shownAs, bytes)
      : { value: decoded(bytes), problems: [] };
  } catch (error) {
    return problem('MS3001', `cannot read ${shownAs}: ${reasonOf(error)}`, await nearby(path));
  }
}

async function nearby(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  return (await exists(folder)) ? undefined : `there is no folder ${folder}`;
}

export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/**
 * A scenario by its folder, its file, or the name of one that comes with meshshift.
 */
export async function openScenario(
  given: string,
  cwd: string,
  set: readonly string[],
): Promise<Checked<ScenarioFiles>> {
  const file = await scenarioFile(given, cwd);
  const shown = (path: string): string =>
    isAbsolute(given) || path.startsWith(cwd + '/') === false ? path : path.slice(cwd.length + 1);
  const text = await readText(file, shown(file));
  if (text.value === undefined) return { value: undefined, problems: text.problems };
  const folder = dirname(file);
  return {
    problems: text.problems,
    value: {
      path: given,
      file: shown(file),
      text: text.value,
      set,
      read: (name, kind) => {
        const path = resolve(folder, name);
        return readText(path, shown(path), kind === 'recording' ? recordingLimitBytes : textLimitBytes);
      },
    },
  };
}

async function scenarioFile(given: string, cwd: string): Promise<string> {
  const path = resolve(cwd, given);
  const inFolder = async (folder: string): Promise<string | undefined> =>
    (await isFolder(folder)) ? join(folder, 'scenario.yaml') : undefined;
  const own = await inFolder(path);
  if (own !== undefined) return own;
  if (await exists(path)) return path;
  const shipped = join(packageRoot, 'scenarios', given.replace(/^scenarios\//, ''));
  return (await inFolder(shipped)) ?? path;
}

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The files below a folder, by their paths in it, in order, without hidden ones; undefined for what is no folder. */
export async function filesIn(folder: string): Promise<readonly string[] | undefined> {
  if (!(await isFolder(folder))) return undefined;
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((own) => own.isFile())
    .map((own) => relative(folder, join(own.parentPath, own.name)))
    .filter((name) => !name.split(sep).some((part) => part.startsWith('.')))
    .sort();
}

/**
 * What a name that was given stands for: a folder for the files below it, or those that `list` finds there, all else for itself;
 * or what of it cannot be read.
 */
export async function filesNamed(
  io: Pick<Io, 'cwd' | 'filesIn'>,
  name: string,
  list: Io['filesIn'] = (folder) => io.filesIn(folder),
): Promise<Checked<readonly string[]>> {
  if (name === '-') return { value: [name], problems: [] };
  const folder = resolve(io.cwd, name);
  try {
    const inside = await list(folder);
    return { value: inside?.map((own) => join(name, own)) ?? [name], problems: [] };
  } catch (error) {
    const { path = folder } = error as NodeJS.ErrnoException;
    const file = join(name, relative(folder, path));
    const message = `cannot read ${file}: ${reasonOf(error)}`;
    const hint = 'name the files, or the folders, that are to be read';
    return { value: undefined, problems: [{ severity: 'error', code: 'MS3001', message, file, hint }] };
  }
}

/** What marks a folder as ours to replace: a file with how it begins. */
const ownMarks = {
  'summary.json': '"meshshift/run/',
  'plan.json': '"meshshift/shift-plan/',
  'runs.ndjson': '-runs/v',
  'sweep.json': '"meshshift/sweep/',
  'remedy.json': '"meshshift/remedy/',
  'fit.json': '"meshshift/fit/',
} as const;

/** Parts of a text, so many together that each is worth a call of the system. */
function* gathered(parts: Iterable<string>): Generator<string> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < 2 ** 16) continue;
    yield text;
    text = '';
  }
  yield text;
}

/**
 * Files into a folder, all or none: written beside it under another name and renamed, so that what stood there stays
 * whole until the new is complete. A folder that is not a run's is refused unless forced.
 */
export async function writeFolder(
  folder: string,
  files: readonly ReportFile[],
  force: boolean,
): Promise<Problem | undefined> {
  const target = resolve(folder);
  const problem = (code: string, message: string, hint?: string): Problem => ({
    severity: 'error',
    code,
    message,
    file: folder,
    ...(hint === undefined ? {} : { hint }),
  });
  const partial = `${target}.partial-${process.pid}`;
  const old = `${target}.old-${process.pid}`;
  try {
    if (await exists(target)) {
      if (!(await isFolder(target))) return problem('MS3004', `${folder} is a file; a folder is expected`);
      if (!force && !(await isOurs(target))) {
        return problem(
          'MS3005',
          `${folder} exists and does not hold a run of meshshift`,
          'choose another --out, or replace it with --force',
        );
      }
    }
    // Made in two steps: a recursive mkdir hides a read-only file system behind ENOENT.
    await mkdir(dirname(partial), { recursive: true });
    await mkdir(partial);
    for (const file of files) {
      const path = join(partial, file.name);
      await mkdir(dirname(path), { recursive: true });
      const { content } = file;
      const isWhole = typeof content === 'string' || content instanceof Uint8Array;
      await writeFile(path, isWhole ? content : gathered(content));
    }
    const hadOld = await exists(target);
    if (hadOld) await rename(target, old);
    try {
      await rename(partial, target);
    } catch (error) {
      if (hadOld) await rename(old, target);
      throw error;
    }
    await rm(old, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    return problem(
      'MS3006',
      `cannot write ${folder}: ${reasonOf(error)}; nothing that stood there was changed`,
    );
  }
}

/** An empty folder, or one that a run, a plan or a remedy wrote. */
export async function isOurs(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (names.length === 0) return true;
  for (const [mark, begins] of Object.entries(ownMarks)) {
    if (!names.includes(mark)) continue;
    const text = await readFile(join(folder, mark), 'utf8').catch(() => '');
    if (text.slice(0, 200).includes(begins)) return true;
  }
  return false;
}
