import { resolve } from 'node:path';
import type { Checked, Problem } from '../manifest/problem.ts';
import { decoded } from '../manifest/text.ts';
import { filesNamed, readText } from './files.ts';
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
    const named = await filesNamed(io, name);
    problems.push(...named.problems);
    const files = named.value ?? [];
    // Of a folder the manifests are read; what somebody names is read, whatever its name.
    for (const file of files.filter((own) => own === name || /\.(ya?ml|json)$/i.test(own))) {
      const read = await readText(resolve(io.cwd, file), file, limitBytes);
      problems.push(...read.problems);
      if (read.value !== undefined) texts.push({ file, text: read.value });
    }
  }
  return problems.length > 0 ? { value: undefined, problems } : { value: texts, problems };
}
