import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzKinds } from './kind/index.ts';
import { Random } from './random.ts';

/**
 * npm run fuzz -- [--kind manifests] [--count 1000] [--seed 1] [--case 532]
 *
 * Tries inputs of each kind, or of one, and lists those that break what must hold: an internal error, 12 s of one input, a
 * gigabyte. Each is named by its seed and case, which play it again. A process of its own does the work, so that what
 * hangs or runs out of memory is told like the rest. Exit code 1: something was found.
 */
const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    case: { type: 'string' },
    from: { type: 'string', default: '0' },
    child: { type: 'string' },
  },
});

type KindName = keyof typeof fuzzKinds;
const names = Object.keys(fuzzKinds) as KindName[];
const folder = join('node_modules', '.cache', 'meshshift-fuzz');
const most = { seconds: 12, bytes: 1e9 };

if (values.child !== undefined) await tryAll(values.kind as KindName, values.child);
else process.exitCode = (await watchAll()) === 0 ? 0 : 1;

/** The work: what is tried now stands in a file that the watcher reads, whatever becomes of this process. */
async function tryAll(kind: KindName, progress: string): Promise<void> {
  const file = openSync(progress, 'w');
  const end = values.case === undefined ? Number(values.count) : Number(values.case) + 1;
  for (let number = Number(values.case ?? values.from); number < end; number++) {
    writeSync(file, String(number).padEnd(12), 0);
    let input = '';
    try {
      await fuzzKinds[kind].try(new Random(`${values.seed}/${kind}/${number}`), (own) => (input = own));
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      writeFileSync(join(folder, `${kind}-${values.seed}-${number}.txt`), `${text}\n\n${input}`);
      process.send?.({ number, breach: text.split('\n').slice(0, 3).join(' | ') });
    }
    if (number % 100 === 0) await new Promise((resume) => setImmediate(resume));
  }
  closeSync(file);
}

async function watchAll(): Promise<number> {
  mkdirSync(folder, { recursive: true });
  let found = 0;
  for (const kind of values.kind === undefined ? names : [values.kind as KindName]) {
    if (!names.includes(kind)) throw new Error(`no kind "${kind}"; there are ${names.join(', ')}`);
    const tell = (number: number, breach: string): void => {
      found += 1;
      console.log(
        `${kind}: ${breach}\n  again: npm run fuzz -- --kind ${kind} --seed ${values.seed} --case ${number}`,
      );
    };
    for (let from = 0; from >= 0;) from = await watch(kind, from, tell);
    console.log(`${kind}: ${values.case === undefined ? values.count : 1} tried, seed ${values.seed}`);
  }
  return found;
}

/** Where to go on after an input that ended the process; -1: all are done. */
function watch(
  kind: KindName,
  from: number,
  tell: (number: number, breach: string) => void,
): Promise<number> {
  const progress = join(folder, `${kind}-${process.pid}.now`);
  writeFileSync(progress, '');
  const words = ['--kind', kind, '--seed', values.seed, '--count', values.count, '--from', String(from)];
  if (values.case !== undefined) words.push('--case', values.case);
  const child = fork(process.argv[1]!, [...words, '--child', progress], {
    execArgv: [...process.execArgv, '--max-old-space-size=900'],
  });
  child.on('message', (own: { number: number; breach: string }) => tell(own.number, own.breach));
  let [at, sinceSeconds, why] = [-1, 0, ''];
  const timer = setInterval(() => {
    const now = Number(readFileSync(progress, 'utf8') || '-1');
    const { cpuSeconds, bytes } = usageOf(child.pid!);
    if (now !== at) [at, sinceSeconds] = [now, cpuSeconds];
    else if (cpuSeconds - sinceSeconds > most.seconds) why = `more than ${most.seconds} s`;
    if (bytes > most.bytes) why = 'more than a gigabyte';
    if (why !== '') child.kill('SIGKILL');
  }, 500);
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      clearInterval(timer);
      if (code === 0) return resolve(-1);
      const last = Number(readFileSync(progress, 'utf8') || String(from));
      tell(last, why === '' ? `the process ended with ${code}` : why);
      resolve(values.case === undefined && last + 1 < Number(values.count) ? last + 1 : -1);
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
