import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Checked, Problem } from '../manifest/problem.ts';
import { decoded } from '../manifest/text.ts';
import { isFolder, readText } from './files.ts';
import type { Io } from './io.ts';

interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** A cluster's export is larger than what somebody writes. */
const limitBytes = 50 * 1024 * 1024;

/** Texts of files, of all YAML and JSON files of folders, and of standard input (`-`); or every one that cannot be read. */
export async function exportedTexts(
  io: Io,
  given: readonly string[],
): Promise<Checked<readonly NamedText[]>> {
  const problems: Problem[] = [];
  const texts: NamedText[] = [];
  for (const name of given) {
    if (name === '-') {
      const chunks: Uint8Array[] = [];
      for await (const chunk of io.stdin()) chunks.push(chunk);
      texts.push({ file: 'standard input', text: decoded(Buffer.concat(chunks)) });
      continue;
    }
    const path = resolve(io.cwd, name);
    const files = (await isFolder(path)) ? await filesIn(path, name) : [{ path, file: name }];
    for (const { path: own, file } of files) {
      const read = await readText(own, file, limitBytes);
      problems.push(...read.problems);
      if (read.value !== undefined) texts.push({ file, text: read.value });
    }
  }
  return problems.length > 0 ? { value: undefined, problems } : { value: texts, problems };
}

async function filesIn(
  folder: string,
  name: string,
): Promise<{ readonly path: string; readonly file: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((own) => own.isFile() && /\.(ya?ml|json)$/i.test(own.name))
    .map((own) => {
      const path = join(own.parentPath, own.name);
      return { path, file: join(name, path.slice(folder.length + 1)) };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}
