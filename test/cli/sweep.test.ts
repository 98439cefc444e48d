import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { comparison } from '../../src/record/comparison.ts';
import { sweep } from '../../src/record/sweep.ts';
import { meshshift } from '../support/io.ts';

const root = mkdtempSync(join(tmpdir(), 'meshshift-sweep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const asked = [
  ...['sweep', 'scenarios/fifteen-refreshes', '-q', '--replications', '4'],
  ...['--vary', 'controlPlane.preset=off,large'],
];
/** A worker takes seconds to start from sources, and how many there are changes nothing. */
const alone = ['--jobs', '1'];
const whole = join(root, 'whole');
const first = meshshift([...asked, '--out', whole]);

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((own) => own.isFile())
      .map((own) => join(own.parentPath, own.name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );

describe('meshshift sweep', () => {
  test('says how often it holds, then its settings side by side, and how to ask again', async () => {
    const { code, out } = await first;
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ fifteen-refreshes holds at all 2 settings, in all 8 runs\./);
    expect(out).toMatch(
      /\ncontrolPlane\.preset +off +large\nworst finding +\S.*\nholds +4 of 4 +4 of 4\nexpected +/,
    );
    expect(out).toMatch(/\np99 +[\d.]+ ms ± [\d.]+ ms +[\d.]+ ms ± [\d.]+ ms\n/);
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      'Again: meshshift sweep scenarios/fifteen-refreshes --vary controlPlane.preset=off,large --replications 4',
    );
  });

  test('leaves what its published schema says, numbers for other programs, and a picture', async () => {
    await first;
    const files = filesOf(whole);
    expect(sweep.safeParse(JSON.parse(files['/sweep.json']!)).error?.issues ?? []).toEqual([]);
    expect(files['/sweep.csv']!.split('\r\n')[0]).toBe(
      'controlPlane.preset,measure,unit,runs,mean,low,high,least,most',
    );
    expect(files['/charts/sweep.svg']).toContain('<svg');
    expect(files['/sweep.html']).toContain('holds at all 2 settings');
    const { out } = await meshshift(['schema', 'sweep']);
    expect(JSON.parse(out)).toMatchObject({ title: 'meshshift sweep' });
  });

  test('goes on with what is there, and comes to the same bytes', async () => {
    await first;
    const before = filesOf(whole);
    const lines = before['/runs.ndjson']!.split('\n');
    // Stopped in the middle of a line.
    writeFileSync(join(whole, 'runs.ndjson'), `${lines.slice(0, 4).join('\n')}\n${lines[4]!.slice(0, 20)}`);
    const { code } = await meshshift([...asked, '--out', whole, '--resume']);
    expect(code).toBe(0);
    expect(filesOf(whole)).toEqual(before);
    const other = await meshshift([...asked, '--set', 'duration=50s', '--out', whole, '--resume']);
    expect(other.code).toBe(3);
    expect(other.err).toContain('MS2014');
  });

  test('in shards that are merged is the sweep of all, byte for byte; one that is missing is named with its command', async () => {
    await first;
    const shards = join(root, 'shards');
    for (const i of [2, 0]) await meshshift([...asked, '--out', shards, '--shard', `${i}/3`, ...alone]);
    const early = await meshshift(['merge', shards]);
    expect(early.code).toBe(1);
    expect(early.err).toContain('2 of 3 shards are there; missing: 1');
    expect(early.err).toContain(`--replications 4 --shard 1/3 --out ${shards}`);
    const partly = await meshshift(['merge', shards, '--allow-missing', '--out', join(root, 'partly')]);
    expect(partly.out).toContain('6 runs of 8 are in it');
    await meshshift([...asked, '--out', shards, '--shard', '1/3', ...alone]);
    expect((await meshshift(['merge', shards])).code).toBe(0);
    expect(filesOf(join(shards, 'sweep'))).toEqual(filesOf(whole));
    const again = await meshshift([...asked, '--out', shards, '--shard', '1/3']);
    expect(again.out).toContain('is there already');
    // A shard of another question does not go with them.
    await meshshift([...asked, '--set', 'duration=50s', '--out', shards, '--shard', '0/3', ...alone]);
    const mixed = await meshshift(['merge', shards]);
    expect(mixed.code).toBe(3);
    expect(mixed.err).toContain('shards of 2 different sweeps');
    expect(readdirSync(shards).filter((own) => own.includes('.part.'))).toEqual([]);
  });

  test('as a shard that was killed goes on with the runs that it had done', async () => {
    await first;
    const once = join(root, 'once');
    await meshshift([...asked, '--out', once, '--shard', '0/2', ...alone]);
    const [[path, whole]] = Object.entries(filesOf(once)) as [[string, string]];
    const [head, one, other] = whole.split('\n') as [string, string, string];
    const shards = join(root, 'killed');
    mkdirSync(shards);
    // By another machine: a run, marked by a number that none comes to, and one that was cut off.
    const marked = one.replace(/"pages":\d+/, '"pages":123456');
    writeFileSync(join(shards, `${path}.part.node-7.99`), `${head}\n${marked}\n${other.slice(0, 30)}`);
    // Of another question, though it is called alike.
    writeFileSync(join(shards, `${path}.part.node-8.99`), `${head.replace('"4"', '"5"')}x\n${other}\n`);
    const { code, out } = await meshshift([...asked, '--out', shards, '--shard', '0/2', ...alone]);
    expect(code).toBe(0);
    expect(out).toContain('4 runs in ');
    expect(out).toContain('1 of them by an earlier try');
    expect(filesOf(shards)).toEqual({ [path]: whole.replace(one, marked) });
  });

  test('does not merge a shard that was copied in part, and names it', async () => {
    const shards = join(root, 'cut');
    for (const i of [0, 1]) await meshshift([...asked, '--out', shards, '--shard', `${i}/2`, ...alone]);
    const name = readdirSync(shards).find((own) => own.startsWith('shard-1-of-2'))!;
    const lines = readFileSync(join(shards, name), 'utf8').split('\n');
    writeFileSync(join(shards, name), `${lines.slice(0, 3).join('\n')}\n`);
    const { code, err } = await meshshift(['merge', shards, '--allow-missing']);
    expect(code).toBe(3);
    expect(err).toContain(`${name} lacks 2 of its 4 runs`);
  });

  test.each([
    [['--vary', 'seed=1,2'], 2, 'a seed of its own already'],
    [['--vary', 'nothing.here=1,2'], 3, 'nothing'],
    [['--vary', 'a=1,2', '--vary', 'a=3,4'], 2, 'a is varied twice'],
    [['--shard', '3/3'], 2, 'i from 0 to n - 1'],
  ])('refuses %j', async (words, code, told) => {
    const answer = await meshshift(['sweep', 'scenarios/fifteen-refreshes', '--no-out', ...words]);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(told);
  });
});

describe('meshshift run', () => {
  test('--runs tells the spread of so many runs; --vary the numbers side by side', async () => {
    const spread = await meshshift(['run', 'scenarios/fifteen-refreshes', '--runs', '3', '--no-out', '-q']);
    expect(spread.out).toMatch(/^✓ fifteen-refreshes holds in all 3 runs\./);
    expect(spread.out).toMatch(/\nshare v3 +[\d.]+ % +[\d.]+ % to [\d.]+ %/);
    const words = ['--vary', 'controlPlane.preset=off,large', '--no-out', '-q', '-o', 'csv'];
    const beside = await meshshift(['run', 'scenarios/fifteen-refreshes', ...words]);
    expect(beside.out.split('\r\n').filter((line) => line.includes(',pages,'))).toEqual([
      'off,pages,count,1,15,,,15,15',
      'large,pages,count,1,15,,,15,15',
    ]);
    expect(existsSync('reports/sweep-fifteen-refreshes')).toBe(false);
  });

  test('--vary of several settings has a column each as long as there is room, and else a line each', async () => {
    const words = [
      ...['run', 'scenarios/fifteen-refreshes', '--no-out', '-q', '--jobs', '1'],
      ...['--vary', 'controlPlane.preset=off,large', '--vary', 'traffic[0].refresh.count=5,10'],
    ];
    const wide = await meshshift(words);
    expect(wide.out).toMatch(
      /\ncontrolPlane\.preset +off +off +large +large\ntraffic\[0\]\.refresh\.count +5 +10 +5 +10\nworst finding /,
    );
    expect(wide.out).toMatch(/\npages +5 +10 +5 +10\n/);
    const narrow = await meshshift(words, '', undefined, 40);
    expect(narrow.out).not.toMatch(/off +off/);
  });

  test('what is for one run does not go with many', async () => {
    const { code, err } = await meshshift(['run', 'scenarios/fifteen-refreshes', '--runs', '2', '--remedy']);
    expect(code).toBe(2);
    expect(err).toContain('--remedy is for one run');
  });
});

describe('meshshift compare', () => {
  const words = ['compare', 'scenarios/fifteen-refreshes', '--replications', '3', '-q'];

  test('of a scenario with itself finds no difference at all', async () => {
    const { code, out } = await meshshift([...words, 'scenarios/fifteen-refreshes', '--fail-on-change']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^= No difference at all: every pair of runs came to the same measures; both hold in 3 of 3 runs\./,
    );
  });

  test('names what a setting changes, and is a gate', async () => {
    const { code, out } = await meshshift([
      ...words,
      '--set-b',
      'traffic[0].refresh.count=10',
      '--fail-on-change',
      '-o',
      'json',
    ]);
    expect(code).toBe(4);
    const told = comparison.parse(JSON.parse(out));
    const pages = told.measures.find(({ name }) => name === 'pages')!;
    expect(pages).toMatchObject({ changed: true, difference: { mean: -5, low: -5, high: -5 } });
  });
});
