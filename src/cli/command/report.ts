import { Command, Option } from 'commander';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunRecord } from '../../record/record.ts';
import { commandLine } from '../../report/command-line.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';
import { fullOption, printedText } from '../printed-text.ts';

const summaryLimitBytes = 200 * 1024 * 1024;

export function reportCommand(io: Io): Command {
  return new Command('report')
    .description('Draw the report of a stored run again')
    .argument('<folder>', 'folder of a run (with its summary.json)')
    .option('--out <folder>', 'where the report goes (default: the same folder)')
    .addOption(fullOption())
    .option('--force', "replace a folder that is not a run's", false)
    .option('--png', 'draw the charts as PNG, too (they are, where the stored run has them so)', false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout')
        .choices(['text', 'markdown'])
        .default('text'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  meshshift report reports/traffic-shifting --out /tmp/again -o markdown',
    )
    .action(
      async (
        given: string,
        options: {
          readonly out?: string;
          readonly force: boolean;
          readonly png: boolean;
          readonly full: boolean;
          readonly output: 'text' | 'markdown';
        },
      ) => {
        const { writeFolder } = await import('../files.ts');
        const { renderMarkdown } = await import('../../report/markdown.ts');
        const { runFiles } = await import('../../report/run-files.ts');
        const folder = resolve(io.cwd, given);
        const record = await storedRecord(io, folder, given);
        if (record === undefined) return;
        const runInfo = await storedRunInfo(io, folder, given);
        const allCommand = commandLine(['meshshift', 'report', given, '--full']);
        const under = [
          ...(options.full ? [] : [`All:    ${allCommand}`]),
          `Again:  ${commandLine(['meshshift', 'report', given])}`,
        ];
        io.stdout(
          options.output === 'markdown'
            ? renderMarkdown(record)
            : `${await printedText(io, record, options.full, under.length)}${under.join('\n')}\n`,
        );
        const png =
          options.png || (await hasPng(folder)) ? (await import('../render/png.ts')).renderPng : undefined;
        const files = await runFiles(record, { runInfo, trace: undefined }, png);
        const problem = await writeFolder(resolve(io.cwd, options.out ?? given), files, options.force);
        if (problem !== undefined) {
          printProblems(io, [problem]);
          io.exitCode(exit.invalid);
        }
      },
    );
}

/** Whether its charts were drawn as PNG, too: a report that is drawn again has all that it had. */
async function hasPng(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'charts')).catch(() => []);
  return names.some((name) => name.endsWith('.png'));
}

/** The record in a folder; undefined: there is none that can be read, which has been told. */
async function storedRecord(io: Io, folder: string, given: string): Promise<RunRecord | undefined> {
  const { readText } = await import('../files.ts');
  const { readRecord } = await import('../../record/read-record.ts');
  const file = join(given, 'summary.json');
  const text = await readText(join(folder, 'summary.json'), file, summaryLimitBytes);
  const record = text.value === undefined ? undefined : readRecord(text.value, file);
  printProblems(io, [...text.problems, ...(record?.problems ?? [])]);
  if (record?.value === undefined) io.exitCode(exit.invalid);
  return record?.value;
}

/** What stands beside it on how the run was made; it is left out where it cannot be read. */
async function storedRunInfo(
  io: Io,
  folder: string,
  given: string,
): Promise<Record<string, unknown> | undefined> {
  const { readText } = await import('../files.ts');
  const file = join(given, 'run-info.json');
  const text = await readText(join(folder, 'run-info.json'), file);
  if (text.value === undefined) return undefined;
  const info = parsed(text.value);
  if (typeof info === 'object' && info !== null && !Array.isArray(info))
    return info as Record<string, unknown>;
  const message = `${file} is damaged, and left out: it holds no object`;
  printProblems(io, [{ severity: 'warning', code: 'MS3009', message, file }]);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
