import { filesIn } from '../../src/cli/files.ts';
import { blocksOf } from '../../src/cli/check/blocks.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { runProgram } from '../../src/cli/program.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line in this process, with `input` as standard input, on a terminal or pipe of `width` columns.
 * @param hears whatever goes to standard error, when it does.
 */
export async function meshshift(
  words: readonly string[],
  input = '',
  cwd = process.cwd(),
  width = 100,
  hears: (text: string) => void = () => {},
): Promise<Outcome> {
  let code = 0;
  let out = '';
  let err = '';
  await runProgram(words, {
    stdout: (text) => void (out += text),
    stderr: (text) => {
      err += text;
      hears(text);
    },
    readFile: (path) => readFile(path),
    filesIn,
    openStream: blocksOf,
    stdin: async function* () {
      yield await Promise.resolve(new TextEncoder().encode(input));
    },
    writeFile: (path, data) => writeFile(path, data),
    isTty: { stdout: false, stderr: false },
    colour: false,
    width,
    cwd,
    env: {},
    exitCode: (wanted) => {
      code = wanted;
    },
  });
  return { code, out, err };
}
