import { Command, InvalidArgumentError, Option } from 'commander';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Known } from '../../experiment/from/numbers.ts';
import { parseDuration } from '../../manifest/quantity.ts';
import type { ReportFile } from '../../report/report-file.ts';
import { listing, wrapped } from '../../report/layout.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';
import { plural } from '../../words/number.ts';

/** The scenario that a new one begins as. */
const template = 'traffic-shifting';

interface NewOptions {
  readonly from: readonly string[];
  readonly list: boolean;
  readonly rps?: number;
  readonly cpu?: string;
  readonly wait?: string;
  readonly boot?: string;
}

export function newCommand(io: Io): Command {
  return new Command('new')
    .description('Start a scenario of your own: from your cluster, or from one that comes with meshshift')
    .argument('[folder]', 'folder to make')
    .addOption(
      new Option(
        '--from <what...>',
        "what kubectl get -o yaml printed: files, folders, - for standard input; or the name of a scenario that --list shows, or a workshop's link: what follows # in it",
      ).default([template], template),
    )
    .addOption(
      new Option('--rps <n>', 'of a cluster: pages a second of each kind, if you know').argParser(rate),
    )
    .addOption(
      new Option('--cpu <duration>', 'of a cluster: CPU of a workload for one request').argParser(time),
    )
    .addOption(
      new Option('--wait <duration>', 'of a cluster: its time for one beside CPU and calls').argParser(time),
    )
    .addOption(
      new Option(
        '--boot <duration>',
        'of a cluster: from the start of a container to its first request',
      ).argParser(time),
    )
    .option('--list', 'list the scenarios that come with meshshift', false)
    .addHelpText(
      'after',
      `
Examples:
  meshshift new --list
  meshshift new /tmp/my-shift
  meshshift new /tmp/my-other --from planners-ramp

From your cluster:
  kubectl get deploy,sts,ds,svc,vs,dr,gateway,httproute,hpa,cm -A -o yaml | meshshift new my --from -

A name that --list shows is that scenario; anything else is a path (./traffic-shifting, where a folder has such a name). Namespaces and
pods may be in the export, too: they tell who has a sidecar. What no manifest says is guessed and marked: numbers in \`numbers\` of
scenario.yaml, calls with \`guess\` in app.yaml. \`meshshift explain my\` says on which of them the answer depends.`,
    )
    .action(async (given: string | undefined, options: NewOptions) => {
      const { exists, packageRoot } = await import('../files.ts');
      const shipped = join(packageRoot, 'scenarios');
      if (options.list) {
        io.stdout(listing(['NAME', 'QUESTION'], await listed(shipped)));
        return;
      }
      const { folder, from } = named(given, options.from);
      if (folder === undefined) {
        io.stderr('error: name the folder to make, or --list what there is\n');
        io.exitCode(exit.usage);
        return;
      }
      const [first = template] = from;
      const known = knownOf(options);
      if (from.length === 1 && first.includes('#')) {
        const { sessionFiles } = await import('../session-files.ts');
        const { value, problems } = await sessionFiles(first, shipped);
        printProblems(io, problems);
        if (value === undefined) io.exitCode(exit.invalid);
        else await make(io, folder, value, begun(folder, value, "a workshop's session"));
      } else if (from.length === 1 && (await exists(join(shipped, first, 'scenario.yaml')))) {
        if (Object.keys(known).length > 0) {
          io.stderr(`error: numbers belong to a cluster's export; ${first} has its own\n`);
          io.exitCode(exit.usage);
          return;
        }
        const files = await copied(join(shipped, first), first, basename(resolve(io.cwd, folder)), folder);
        await make(io, folder, files, begun(folder, files, first));
      } else await fromCluster(io, folder, from, known);
    });
}

/** `--from` takes all words after it; where no folder stands before it, the last of them is meant. */
function named(
  folder: string | undefined,
  from: readonly string[],
): { readonly folder: string | undefined; readonly from: readonly string[] } {
  if (folder !== undefined || from.length < 2) return { folder, from };
  return { folder: from.at(-1)!, from: from.slice(0, -1) };
}

async function fromCluster(io: Io, folder: string, from: readonly string[], known: Known): Promise<void> {
  const { exists } = await import('../files.ts');
  const { exportedTexts } = await import('../exported-texts.ts');
  const { scenarioFrom } = await import('../../experiment/from/scenario-from.ts');
  const { toldRows } = await import('../../experiment/from/told.ts');
  const [first = ''] = from;
  if (from.length === 1 && first !== '-' && !(await exists(resolve(io.cwd, first)))) {
    io.stderr(
      `error: no scenario "${first}" comes with meshshift (meshshift new --list shows them), and no file or folder is called so\n`,
    );
    io.exitCode(exit.invalid);
    return;
  }
  const texts = await exportedTexts(io, from);
  if (texts.value === undefined) {
    printProblems(io, texts.problems);
    io.exitCode(exit.invalid);
    return;
  }
  const { value, problems } = scenarioFrom(texts.value, { name: basename(resolve(io.cwd, folder)), known });
  printProblems(io, problems);
  if (value === undefined) {
    io.exitCode(exit.invalid);
    return;
  }
  const { told, files } = value;
  const rows = toldRows(told).flatMap(({ what, lines }) => [
    what,
    ...lines.flatMap((line) => wrapped(line, io.width, '  ', '    ')),
  ]);
  const asked = told.asked.map(({ name, guess, from: low, to, what }) => [
    name,
    `${guess}`,
    `${low} to ${to}`,
    what,
  ]);
  const numbers =
    asked.length === 0
      ? ''
      : `\nGuessed numbers: put in your own, in ${join(folder, 'scenario.yaml')}\n${listing(['NAME', 'GUESS', 'MAY BE', 'WHAT'], asked)}`;
  await make(
    io,
    folder,
    files,
    `${rows.join('\n')}\n${numbers}
${folder}: ${plural(files.length, 'file')}; README.md says what is known and what is guessed
Run it:                  meshshift run ${folder}
Which guesses matter:    meshshift explain ${folder}
`,
  );
}

/** The files of a scenario that comes with meshshift, under another name. */
async function copied(source: string, from: string, name: string, folder: string): Promise<ReportFile[]> {
  return Promise.all(
    (await readdir(source)).map(async (file) => {
      const text = await readFile(join(source, file), 'utf8');
      const content =
        file === 'scenario.yaml'
          ? text.replace(/^( *name: ).*$/m, `$1${name}`)
          : file.endsWith('.md')
            ? text.replaceAll(`scenarios/${from}`, folder)
            : text;
      return { name: file, content };
    }),
  );
}

const begun = (folder: string, files: readonly ReportFile[], as: string): string =>
  `${folder}: ${plural(files.length, 'file')}, begun as ${as}\nRun it: meshshift run ${folder}\n`;

/** Makes a folder of files, unless something is there; then says so. */
async function make(io: Io, folder: string, files: readonly ReportFile[], told: string): Promise<void> {
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
  io.stdout(told);
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a number above 0');
}

function time(text: string): string {
  const parsed = parseDuration(text);
  if ('us' in parsed) return text;
  throw new InvalidArgumentError(parsed.problem);
}

const knownOf = ({ rps, cpu, wait, boot }: NewOptions): Known => ({
  ...(rps === undefined ? {} : { pages: rps }),
  ...(cpu === undefined ? {} : { cpu }),
  ...(wait === undefined ? {} : { wait }),
  ...(boot === undefined ? {} : { boot }),
});

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
