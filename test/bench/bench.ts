import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderSvg } from '../../src/report/svg.ts';
import { benchChart } from './bench-chart.ts';
import { benchPage } from './bench-page.ts';
import { growth, type Size } from './growth.ts';

/**
 * npm run bench -- [--rounds 5] [--only PART]
 *
 * What the engine costs, in processor seconds of processes that take turns, so that all of a round meet the same machine. In each
 * round everything is played once; a ratio is that of two of one round, and its median and range over the rounds are told. The
 * yardstick is a queueing network of nine stations, written by hand in C++ (model-b/baseline.cpp; where there is no g++ it is left
 * out). Written to reports/bench/, unless only a part is asked for.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
});
const rounds = Number(values.rounds);

/** What one play cost. */
export interface Cost {
  /** Processor time of the part that is timed. */
  readonly seconds: number;
  readonly events?: number;
  readonly pages?: number;
  readonly setUpSeconds?: number;
  readonly setUpBytes?: number;
  readonly bytes?: number;
  readonly meanMs?: number;
}

export interface Program {
  readonly name: string;
  readonly play: () => Cost;
}

export interface Played {
  readonly name: string;
  /** A cost per round. */
  readonly costs: readonly Cost[];
}

export interface Grown {
  readonly name: string;
  /** What grows, in words. */
  readonly of: string;
  readonly points: readonly { readonly size: number; readonly costs: readonly Cost[] }[];
}

export interface Bench {
  readonly machine: {
    readonly cores: number;
    readonly model: string;
    readonly node: string;
    readonly load: number;
  };
  readonly rounds: number;
  readonly played: readonly Played[];
  readonly growth: readonly Grown[];
}

const folder = mkdtempSync(join(tmpdir(), 'meshshift-bench-'));

function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Processor time of a process of its own, whatever it prints; as the shell tells it. */
function timed(command: string, args: readonly string[]): Cost {
  const told = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3U %3S"; time "$@" > /dev/null', 'bash', command, ...args],
    {
      encoding: 'utf8',
    },
  );
  if (told.status !== 0) throw new Error(`${command} ended with ${told.status}:\n${told.stderr}`);
  const [user, system] = told.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { seconds: user! + system! };
}

const played = (path: string, ...set: readonly string[]): Cost =>
  JSON.parse(output(process.execPath, ['test/bench/play.mjs', path, ...set])) as Cost;

/** The hand-written loop, or nothing. */
function baseline(): Program[] {
  const program = join(folder, 'baseline');
  const source = 'test/bench/model-b/baseline.cpp';
  const { status } = spawnSync('g++', ['-O3', '-march=native', '-DD=4', '-DFAST=1', source, '-o', program]);
  if (status !== 0) {
    console.log('no g++ here: without the yardstick in C++');
    return [];
  }
  const pages = 3_000_000;
  const events = (JSON.parse(output(program, ['B', String(pages), '1'])) as { events: number }).events;
  return [
    { name: 'C++, model B', play: () => ({ ...timed(program, ['B', String(pages), '1']), events, pages }) },
  ];
}

const bookinfo = 'scenarios/traffic-shifting';
const crowd = 'traffic[1]={ name: users, arrivals: poisson, rps: 2000 }';
const programs: readonly Program[] = [
  ...baseline(),
  { name: 'model B', play: () => played('test/bench/model-b', 'duration=10m') },
  {
    name: 'model B, callers without sidecar',
    play: () => played('test/bench/model-b', 'duration=5m', 'manifests=[mesh-without-sidecars.yaml]'),
  },
  { name: 'Bookinfo', play: () => played(bookinfo, crowd) },
  { name: 'Bookinfo, 1,000,000 pages', play: () => played(bookinfo, crowd, 'duration=500s') },
  {
    name: 'retries, pools, ejection',
    play: () => played('scenarios/one-bad-pod', 'duration=20m', 'traffic[0].rps=500'),
  },
  { name: 'autoscalers', play: () => played('scenarios/canary-autoscaling') },
  { name: 'bare node', play: () => timed(process.execPath, ['-e', '0']) },
  { name: 'meshshift version', play: () => timed(process.execPath, ['src/cli/meshshift.mjs', 'version']) },
  {
    name: 'traffic-shifting to its report',
    play: () =>
      timed(process.execPath, [
        'src/cli/meshshift.mjs',
        'run',
        bookinfo,
        '--quiet',
        '--out',
        join(folder, 'report'),
      ]),
  },
];

const isAsked = ({ name }: { readonly name: string }): boolean => name.includes(values.only);
const costs = new Map<string, Cost[]>();
const note = (name: string, cost: Cost): void => void costs.set(name, [...(costs.get(name) ?? []), cost]);
const sizes: readonly Size[] = growth(folder);
try {
  for (let round = 1; round <= rounds; round++) {
    console.log(`round ${round} of ${rounds}`);
    for (const program of programs.filter(isAsked)) note(program.name, program.play());
    for (const { name, size, path, set } of sizes.filter(isAsked))
      note(`${name} ${size}`, played(path, ...set));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const names = [...new Set(sizes.filter(isAsked).map(({ name }) => name))];
const bench: Bench = {
  machine: {
    cores: cpus().length,
    model: cpus()[0]!.model,
    node: process.version,
    load: Math.round(10 * loadavg()[0]!) / 10,
  },
  rounds,
  played: programs.filter(isAsked).map(({ name }) => ({ name, costs: costs.get(name)! })),
  growth: names.map((name) => {
    const own = sizes.filter((size) => size.name === name);
    return {
      name,
      of: own[0]!.of,
      points: own.map(({ size }) => ({ size, costs: costs.get(`${name} ${size}`)! })),
    };
  }),
};
const page = benchPage(bench);
console.log(page);
// A part is looked at, and not kept.
if (values.only === '') {
  mkdirSync('reports/bench', { recursive: true });
  writeFileSync('reports/bench/bench.json', `${JSON.stringify(bench, null, 1)}\n`);
  writeFileSync('reports/bench/README.md', page);
  writeFileSync('reports/bench/growth.svg', await renderSvg(benchChart(bench)));
}
