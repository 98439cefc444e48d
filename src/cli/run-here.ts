import { readFile, writeFile } from 'node:fs/promises';
import { blocksOf } from './check/blocks.ts';
import { filesIn } from './files.ts';
import { exit, type Host } from './io.ts';
import { optimiseFor } from './optimise-for.ts';
import { runProgram } from './program.ts';
import { widthOf } from './terminal.ts';

/** Runs a command line in this process: its terminal, its files, its exit code. */
export async function runHere(words: readonly string[]): Promise<void> {
  optimiseFor('playing');
  let code: number = exit.ok;
  const env = process.env;
  const host: Host = {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    readFile: (path) => readFile(path),
    filesIn,
    openStream: blocksOf,
    stdin: () => process.stdin,
    writeFile: (path, data) => writeFile(path, data),
    isTty: { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true },
    colour:
      env['NO_COLOR'] === undefined || env['NO_COLOR'] === ''
        ? (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') ||
          (process.stdout.isTTY === true && env['TERM'] !== 'dumb')
        : false,
    width: widthOf(process.stdout.columns, env['COLUMNS']),
    cwd: process.cwd(),
    env,
    exitCode: (wanted) => {
      code = wanted;
    },
  };

  // `meshshift ... | head` closes the pipe early; that is no mistake.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(code);
    });
  }

  await runProgram(words, host);
  process.exitCode = code;
}
