import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzKinds } from './kind/index.ts';
import type { Input } from './kind/fuzz-kind.ts';
import { Random } from './random.ts';
import { nameOf, smaller } from './smaller.ts';

/**
 * npm run fuzz -- [--kind manifests] [--count 1000] [--from 0] [--seed 1]
 * npm run fuzz -- --kind manifests --input FILE
 *
 * Tries inputs of each kind, or of one, and lists those that break what must hold: an internal error, 12 s of CPU for one
 * input or five minutes by the clock, a gigabyte. Each is named by its seed and number, which play it again, and written to a
 * file, made as small as it still breaks. At the end: the CPU that all took, and the five inputs that took most, and those that
 * left most memory behind. A process of its own does the work, so that what hangs or runs out of memory is told like the rest.
 * Exit code 1: something was found.
 */
const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    count: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    input: { type: 'string' },
    child: { type: 'string' },
  },
});

type KindName = keyof typeof fuzzKinds;
const names = Object.keys(fuzzKinds) as KindName[];
const folder = join('node_modules', '.cache', 'meshshift-fuzz');
const most = { seconds: 12, minutes: 5, bytes: 1e9 };

/** What the child tells the watcher. */
type News = { readonly found: Found } | { readonly costs: Costs };
interface Found {
  readonly number: number;
  readonly breach: string;
  readonly file: string;
}
/** Of all that were tried since the child began; by input: its number, and milliseconds or megabytes. */
interface Costs {
  readonly tried: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly slowest: readonly Cost[];
  readonly largest: readonly Cost[];
}
type Cost = readonly [number: number, cost: number];

if (values.child !== undefined) await tryAll(values.kind as KindName, values.child);
else if (values.input !== undefined) await again(values.kind as KindName, values.input);
else process.exitCode = (await watchAll()) === 0 ? 0 : 1;

/** The work: what is tried now stands in a file that the watcher reads, whatever becomes of this process. */
async function tryAll(kind: KindName, progress: string): Promise<void> {
  const file = openSync(progress, 'w');
  const [first, count] = [Number(values.from), Number(values.count)];
  const slowest: Cost[] = [];
  const largest: Cost[] = [];
  const tell = (news: News): void => void process.send?.(news);
  const began = cpuMs();
  const costs = (tried: number): Costs => ({
    tried,
    cpuMs: cpuMs() - began,
    peakMb: process.resourceUsage().maxRSS / 1024,
    slowest,
    largest,
  });
  for (let number = first; number < first + count; number++) {
    writeSync(file, String(number).padEnd(12), 0);
    const [cpuBefore, bytesBefore] = [cpuMs(), bytesHeld()];
    const input = fuzzKinds[kind].make(randomOf(kind, number));
    try {
      await fuzzKinds[kind].try(input);
    } catch (error) {
      tell({ found: await written(kind, number, input, error) });
      continue;
    }
    keep(slowest, [number, cpuMs() - cpuBefore]);
    keep(largest, [number, (bytesHeld() - bytesBefore) / 1e6]);
    if (number % 100 === 99) {
      tell({ costs: costs(number + 1 - first) });
      await new Promise((resume) => setImmediate(resume));
    }
  }
  tell({ costs: costs(count) });
  closeSync(file);
}

function randomOf(kind: KindName, number: number): Random {
  return new Random(`${values.seed}/${kind}/${number}`);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The garbage of an input counts, unless a collection came in between. */
function bytesHeld(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Among the five greatest. */
function keep(greatest: Cost[], cost: Cost): void {
  greatest.push(cost);
  greatest.sort(([, a], [, b]) => b - a).splice(5);
}

async function written(kind: KindName, number: number, input: Input, error: unknown): Promise<Found> {
  const name = nameOf(error);
  const beganMs = cpuMs();
  // Whoever watches gives an input so many seconds, and those in which it is made smaller are among them.
  const isInTime = (): boolean => cpuMs() - beganMs < 500 * most.seconds;
  const breaks = async (tried: Input): Promise<boolean> =>
    isInTime() &&
    fuzzKinds[kind].try(tried).then(
      () => false,
      (own) => nameOf(own) === name,
    );
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const file = fileOf(kind, number);
  writeFileSync(file, JSON.stringify(await smaller(input, breaks), null, 1));
  return { number, breach: text.split('\n').slice(0, 3).join(' | '), file };
}

function fileOf(kind: KindName, number: number): string {
  return join(folder, `${kind}-${values.seed}-${number}.json`);
}

/** An input from a file, in this process: a debugger may look on. */
async function again(kind: KindName, file: string): Promise<void> {
  const input = JSON.parse(readFileSync(file, 'utf8')) as Input;
  const [began, bytesBefore] = [cpuMs(), bytesHeld()];
  await fuzzKinds[kind].try(input);
  console.log(
    `nothing breaks; ${Math.round(cpuMs() - began)} ms, ${((bytesHeld() - bytesBefore) / 1e6).toFixed(1)} MB`,
  );
}

async function watchAll(): Promise<number> {
  mkdirSync(folder, { recursive: true });
  let found = 0;
  for (const kind of values.kind === undefined ? names : [values.kind as KindName]) {
    if (!names.includes(kind)) throw new Error(`no kind "${kind}"; there are ${names.join(', ')}`);
    const all: Costs[] = [];
    const tell = ({ number, breach, file }: Found): void => {
      found += 1;
      const words = `--kind ${kind} --seed ${values.seed} --from ${number} --count 1`;
      console.log(
        `${kind}: ${breach}\n  again: npm run fuzz -- ${words}\n  smaller: --kind ${kind} --input ${file}`,
      );
    };
    for (let from = Number(values.from); from >= 0;) from = await watch(kind, from, tell, all);
    console.log(costText(kind, all));
  }
  return found;
}

function costText(kind: KindName, all: readonly Costs[]): string {
  const total = (of: 'tried' | 'cpuMs'): number => all.reduce((sum, own) => sum + own[of], 0);
  const five = (of: 'slowest' | 'largest', unit: string): string =>
    all
      .flatMap((own) => own[of])
      .sort(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([number, cost]) => `${cost.toFixed(0)} ${unit} (${number})`)
      .join(', ');
  const peakMb = Math.max(...all.map((own) => own.peakMb));
  return [
    `${kind}: ${values.count} tried, seed ${values.seed}; ${(total('cpuMs') / 1000).toFixed(0)} s of CPU, ${(total('cpuMs') / Math.max(1, total('tried'))).toFixed(1)} ms each; the process had ${peakMb.toFixed(0)} MB at most`,
    `  slowest: ${five('slowest', 'ms')}`,
    `  largest: ${five('largest', 'MB')}`,
  ].join('\n');
}

/** Where to go on after an input that ended the process; -1: all are done. */
function watch(kind: KindName, from: number, tell: (found: Found) => void, all: Costs[]): Promise<number> {
  const progress = join(folder, `${kind}-${process.pid}.now`);
  writeFileSync(progress, '');
  const end = Number(values.from) + Number(values.count);
  const words = [
    '--kind',
    kind,
    '--seed',
    values.seed,
    '--from',
    String(from),
    '--count',
    String(end - from),
  ];
  const child = fork(process.argv[1]!, [...words, '--child', progress], {
    execArgv: [...process.execArgv, '--max-old-space-size=900'],
  });
  let costs: Costs | undefined;
  child.on('message', (news: News) => {
    if ('found' in news) tell(news.found);
    else costs = news.costs;
  });
  let [at, sinceSeconds, sinceMs, why] = [-1, 0, Date.now(), ''];
  const timer = setInterval(() => {
    const now = Number(readFileSync(progress, 'utf8') || '-1');
    const { cpuSeconds, bytes } = usageOf(child.pid!);
    if (now !== at) [at, sinceSeconds, sinceMs] = [now, cpuSeconds, Date.now()];
    else if (cpuSeconds - sinceSeconds > most.seconds) why = `more than ${most.seconds} s`;
    else if (Date.now() - sinceMs > most.minutes * 60_000) why = `no end after ${most.minutes} minutes`;
    if (bytes > most.bytes) why = 'more than a gigabyte';
    if (why !== '') child.kill('SIGKILL');
  }, 500);
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      clearInterval(timer);
      if (costs !== undefined) all.push(costs);
      if (code === 0) return resolve(-1);
      const last = Number(readFileSync(progress, 'utf8') || String(from));
      const file = fileOf(kind, last);
      writeFileSync(file, JSON.stringify(fuzzKinds[kind].make(randomOf(kind, last)), null, 1));
      tell({ number: last, breach: why === '' ? `the process ended with ${code}` : why, file });
      resolve(last + 1 < end ? last + 1 : -1);
    });
  });
}

/** Of another process, where the system tells (Linux); else nothing is measured, and a hang is a hang. */
function usageOf(pid: number): { readonly cpuSeconds: number; readonly bytes: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, bytes: Number(fields[21]) * 4096 };
  } catch {
    return { cpuSeconds: 0, bytes: 0 };
  }
}
