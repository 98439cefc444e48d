import { Command } from 'commander';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ReportFile } from '../../report/report-file.ts';
import { listing } from '../../report/layout.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';
import { plural } from '../../words/number.ts';

/** The scenario that a new one begins as. */
const template = 'traffic-shifting';

export function newCommand(io: Io): Command {
  return new Command('new')
    .description('Start a scenario of your own, with manifests to edit')
    .argument('[folder]', 'folder to make')
    .option('--from <what>', "scenario to begin with, or a workshop's link: what follows # in it", template)
    .option('--list', 'list the scenarios that come with meshshift', false)
    .addHelpText('after', '\nExamples:\n  meshshift new --list\n  meshshift new /tmp/my-shift')
    .action(
      async (folder: string | undefined, options: { readonly from: string; readonly list: boolean }) => {
        const { exists, packageRoot } = await import('../files.ts');
        const shipped = join(packageRoot, 'scenarios');
        if (options.list) {
          io.stdout(listing(['NAME', 'QUESTION'], await listed(shipped)));
          return;
        }
        if (folder === undefined) {
          io.stderr('error: name the folder to make, or --list what there is\n');
          io.exitCode(exit.usage);
          return;
        }
        if (options.from.includes('#')) {
          const { sessionFiles } = await import('../session-files.ts');
          const { value, problems } = await sessionFiles(options.from, shipped);
          printProblems(io, problems);
          if (value === undefined) io.exitCode(exit.invalid);
          else await make(io, folder, value, "a workshop's session");
          return;
        }
        const source = join(shipped, options.from);
        if (!(await exists(join(source, 'scenario.yaml')))) {
          io.stderr(
            `error: no scenario "${options.from}" comes with meshshift; meshshift new --list shows them\n`,
          );
          io.exitCode(exit.invalid);
          return;
        }
        const name = basename(resolve(io.cwd, folder));
        const files = await Promise.all(
          (await readdir(source)).map(async (file) => {
            const text = await readFile(join(source, file), 'utf8');
            return {
              name: file,
              content: file === 'scenario.yaml' ? text.replace(/^( *name: ).*$/m, `$1${name}`) : text,
            };
          }),
        );
        await make(io, folder, files, options.from);
      },
    );
}

/** Makes a folder of files, unless something is there. */
async function make(io: Io, folder: string, files: readonly ReportFile[], begunAs: string): Promise<void> {
  const { exists, writeFolder } = await import('../files.ts');
  const target = resolve(io.cwd, folder);
  if ((await exists(target)) && (await readdir(target).catch(() => ['?'])).length > 0) {
    io.stderr(`error: ${folder} exists already; nothing was changed\n`);
    io.exitCode(exit.invalid);
    return;
  }
  const problem = await writeFolder(target, files, false);
  if (problem !== undefined) {
    printProblems(io, [problem]);
    io.exitCode(exit.invalid);
    return;
  }
  io.stdout(
    `${folder}: ${plural(files.length, 'file')}, begun as ${begunAs}\nRun it: meshshift run ${folder}\n`,
  );
}

/** Names with the first heading of their README. */
async function listed(folder: string): Promise<string[][]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name, 'README.md'), 'utf8').catch(() => '');
      return [name, text.split('\n')[0]!.replace(/^#+ */, '')];
    }),
  );
}
