import { Command, InvalidArgumentError, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { parseChange, type Change } from '../../experiment/check/changes.ts';
import { isMisread, problemOf } from '../../experiment/check/misread.ts';
import { refusal, Refused } from '../../experiment/check/refused.ts';
import { folderOf } from '../../experiment/fit/folder.ts';
import { fitRecord } from '../../experiment/fit/fit-record.ts';
import { fitSystem } from '../../experiment/fit/fit-system.ts';
import { headBytes, Intake, kindOf } from '../../experiment/fit/intake.ts';
import { traceTextLimit } from '../../fit/traces/format/index.ts';
import { validateFit } from '../../experiment/fit/validate-fit.ts';
import { toJson } from '../../record/to-json.ts';
import { fitText } from '../../report/fit/text.ts';
import { openPlain } from '../check/open-plain.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';
import { printRefusal } from '../print-refusal.ts';
import { reasonOf } from '../reason.ts';

interface FitOptions {
  readonly traces: readonly string[];
  readonly logs: readonly string[];
  readonly metrics: readonly string[];
  readonly filename: readonly string[];
  readonly change: readonly string[];
  readonly out?: string;
  readonly force: boolean;
  readonly plays: number;
  readonly output: 'text' | 'json';
}

export function fitCommand(io: Io): Command {
  return new Command('fit')
    .description('Make a scenario of a running system, from its traces, access logs, metrics and manifests')
    .argument('[paths...]', 'files and folders of any of these; - is standard input')
    .addOption(list('--traces <path...>', 'traces: Jaeger, OTLP or Zipkin, JSON'))
    .addOption(
      list('--logs <path...>', "access logs of sidecars and gateways, text or JSON; a pod's log is a file"),
    )
    .addOption(list('--metrics <path...>', "answers of Prometheus' query_range, JSON"))
    .addOption(list('-f, --filename <path...>', 'what kubectl get printed, -o yaml or json'))
    .addOption(
      list(
        '--change <time=weights>',
        'other weights from then on: a clock time (UTC), date and time, or span after the first request; repeatable',
      ),
    )
    .option('--out <folder>', 'write the scenario and the report there')
    .option('--force', 'replace a folder that holds something else', false)
    .addOption(
      new Option('--plays <number>', 'plays of the part that is held back; 0: none')
        .argParser(playsOption)
        .default(20),
    )
    .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples)
    .action((paths: string[], options: FitOptions) =>
      fit(io, paths, { ...{ traces: [], logs: [], metrics: [], filename: [], change: [] }, ...options }),
    );
}

const examples = `
Examples:
  meshshift fit --logs logs --metrics prometheus -f all.yaml --change 10:02=v1=70,v2=30 --out /tmp/my-system

What each file is, its content tells; gzip is unpacked, and a folder is all of its files. Changes are told by --change, or by a
list (a time and kubectl apply -f FILE a line) beside the manifests that it names. What is not given is not known, and
said so: traces tell calls and times, logs arrivals, workers, errors and splits (and calls by request ids), metrics CPU,
manifests replicas, limits and rules. The first 70 % of the time are fitted and the rest is played and compared; then all of
it is fitted. In --out: scenario.yaml, app.yaml, manifests, fit.json, fit-report.html and fit-report.md.

Exit codes: 0, 2 usage, 3 invalid input.`;

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[] = []) => [
    ...before,
    value,
  ]);
}

function playsOption(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('expected a whole number, such as 20');
  return Number(text);
}

async function fit(io: Io, paths: readonly string[], options: FitOptions): Promise<void> {
  const given = [...paths, ...options.traces, ...options.logs, ...options.metrics, ...options.filename];
  if (given.length === 0) {
    io.stderr('error: name what there is of the system: --traces, --logs, --metrics, -f\n');
    io.exitCode(exit.usage);
    return;
  }
  try {
    const changes = options.change.map(changeOf);
    const intake = new Intake();
    for (const { path, name } of await filesOf(io, given)) await take(io, intake, path, name);
    const read = intake.evidence(changes);
    if (typeof read === 'string') throw refusal('invalid', 'MS4003', read);
    const { evidence, sources, notes } = read;
    const step = (text: string): void => io.status('stderr', text);
    step('fitting');
    const system = fitSystem(evidence);
    const validated =
      options.plays === 0
        ? undefined
        : await validateFit(evidence, Math.max(2, options.plays), (share) =>
            step(`playing what the fit has not seen: ${Math.round(share * 100)} %`),
          );
    step('');
    const name = options.out === undefined ? 'system' : basename(resolve(io.cwd, options.out));
    const folder = folderOf(system, evidence.objects, name);
    const record = fitRecord(system, validated, {
      name,
      sources,
      assumed: folder.manifests.assumed,
      command: ['meshshift fit', ...process.argv.slice(3)].join(' '),
    });
    for (const note of notes) io.stderr(`note: ${note}\n`);
    printProblems(io, validated?.problems ?? []);
    if (options.out !== undefined) {
      const { fitFiles } = await import('../../report/fit/fit-files.ts');
      const { writeFolder } = await import('../files.ts');
      const files = [
        ...folder.files.map(({ file, text }) => ({ name: file, content: text })),
        ...(await fitFiles(record)),
      ];
      const problem = await writeFolder(resolve(io.cwd, options.out), files, options.force);
      if (problem !== undefined) {
        printProblems(io, [problem]);
        io.exitCode(exit.invalid);
        return;
      }
    }
    io.stdout(options.output === 'json' ? toJson(record) : fitText(record, io.width));
    if (options.out !== undefined && options.output === 'text')
      io.stdout(
        `\nWritten to ${options.out}: read fit-report.html, then run it: meshshift run ${options.out}\n`,
      );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    printRefusal(io, error);
  }
}

function changeOf(text: string): Change {
  const change = parseChange(text);
  if (isMisread(change)) throw new Refused('usage', [problemOf(change, { file: '--change', text })]);
  return change;
}

interface GivenFile {
  readonly path: string;
  readonly name: string;
}

/** A folder is all of its files, at any depth. */
async function filesOf(io: Io, given: readonly string[]): Promise<readonly GivenFile[]> {
  const { filesNamed } = await import('../files.ts');
  const files = new Map<string, GivenFile>();
  for (const one of given) {
    const { value, problems } = await filesNamed(io, one);
    if (value === undefined) throw new Refused('invalid', problems);
    for (const name of value) {
      const path = name === '-' ? name : resolve(io.cwd, name);
      files.set(path, { path, name });
    }
  }
  return [...files.values()];
}

/** Bytes are looked at until they tell what they are; a log is read as it comes, all else as a whole. */
async function take(io: Io, intake: Intake, path: string, name: string): Promise<void> {
  const chunks: Uint8Array[] = [];
  let held = 0;
  let log: ReturnType<Intake['log']> | undefined;
  let kind: ReturnType<typeof kindOf> | undefined;
  try {
    const source = path === '-' ? io.stdin() : io.openStream(path);
    for await (const chunk of openPlain(source, () =>
      intake.note(`${name} is a gzip file that ends early`),
    )) {
      if (log !== undefined) {
        log.push(chunk);
        continue;
      }
      chunks.push(new Uint8Array(chunk));
      held += chunk.length;
      if (kind === undefined && held >= headBytes) {
        kind = kindOf(textOf(chunks).slice(0, headBytes));
        if (kind === 'log') log = begun(intake, name, chunks);
      }
    }
  } catch (error) {
    throw refusal('invalid', 'MS3001', `cannot read ${name}: ${reasonOf(error)}`);
  }
  if (kind === 'json' && held > traceTextLimit) {
    if (!intake.largeTraces(name, chunks))
      intake.note(
        `${name} is left out: it is JSON of ${Math.round(held / 1048576)} MB, and of so large files traces alone are read`,
      );
    return;
  }
  kind ??= kindOf(textOf(chunks));
  if (log === undefined && kind === 'log') log = begun(intake, name, chunks);
  if (log !== undefined) log.end();
  else if (kind === 'manifest') intake.manifests(name, textOf(chunks));
  else if (kind === 'applied') intake.applied(name, textOf(chunks));
  else if (kind === 'page') intake.page(name, textOf(chunks));
  else if (!intake.json(name, textOf(chunks)))
    intake.note(
      `${name} is left out: it is JSON, but neither traces of Jaeger, OTLP or Zipkin, an answer of Prometheus nor an object of Kubernetes`,
    );
}

function begun(intake: Intake, name: string, chunks: readonly Uint8Array[]): ReturnType<Intake['log']> {
  const log = intake.log(name);
  for (const chunk of chunks) log.push(chunk);
  return log;
}

const textOf = (chunks: readonly Uint8Array[]): string => new TextDecoder().decode(Buffer.concat(chunks));
