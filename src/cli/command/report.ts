import { Command, Option } from 'commander';
import { join, resolve } from 'node:path';
import { recordSchema, type RunRecord } from '../../record/record.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';

const summaryLimitBytes = 200 * 1024 * 1024;

export function reportCommand(io: Io): Command {
  return new Command('report')
    .description('Draw the report of a stored run again')
    .argument('<folder>', 'folder of a run (with its summary.json)')
    .option('--out <folder>', 'where the report goes (default: the same folder)')
    .option('--force', "replace a folder that is not a run's", false)
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
        options: { readonly out?: string; readonly force: boolean; readonly output: 'text' | 'markdown' },
      ) => {
        const { readText, writeFolder } = await import('../files.ts');
        const { renderMarkdown } = await import('../../report/markdown.ts');
        const { renderText } = await import('../../report/text.ts');
        const { runFiles } = await import('../../report/run-files.ts');
        const { renderPng } = await import('../render/png.ts');
        const folder = resolve(io.cwd, given);
        const record = await readRecord(io, folder, given);
        if (record === undefined) return;
        const info = await readText(join(folder, 'run-info.json'), 'run-info.json');
        const runInfo =
          info.value === undefined ? undefined : (JSON.parse(info.value) as Record<string, unknown>);
        const files = await runFiles(record, { runInfo, trace: undefined }, renderPng);
        const problem = await writeFolder(resolve(io.cwd, options.out ?? given), files, options.force);
        if (problem !== undefined) {
          printProblems(io, [problem]);
          io.exitCode(exit.invalid);
        }
        io.stdout(
          options.output === 'markdown'
            ? renderMarkdown(record)
            : `${renderText(record, { paint: io.paint, width: io.width }).trimEnd()}\n\nAgain:  meshshift report ${given}\n`,
        );
      },
    );
}

async function readRecord(io: Io, folder: string, given: string): Promise<RunRecord | undefined> {
  const { readText } = await import('../files.ts');
  const file = join(given, 'summary.json');
  const text = await readText(join(folder, 'summary.json'), file, summaryLimitBytes);
  const refuse = (message: string): undefined => {
    printProblems(io, [
      ...text.problems,
      ...(message === '' ? [] : [{ severity: 'error' as const, code: 'MS3007', message, file }]),
    ]);
    io.exitCode(exit.invalid);
    return undefined;
  };
  if (text.value === undefined) return refuse('');
  let data: unknown;
  try {
    data = JSON.parse(text.value);
  } catch (error) {
    return refuse(`${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const schema = (data as { schema?: unknown } | null)?.schema;
  if (schema !== recordSchema)
    return refuse(
      `${file} is not a run of this version: its schema is ${JSON.stringify(schema) ?? 'missing'}, expected "${recordSchema}"`,
    );
  return data as RunRecord;
}
