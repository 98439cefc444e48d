import {
  chmodSync,
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
import { afterAll, expect, test } from 'vitest';
import { writeFolder } from '../../src/cli/files.ts';
import { meshshift } from '../support/io.ts';

const root = mkdtempSync(join(tmpdir(), 'meshshift-out-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (out: string, ...more: string[]) =>
  meshshift(['run', 'scenarios/fifteen-refreshes', '--out', out, '-q', ...more]);

test('a run leaves all of its files, and the same seed the same bytes', async () => {
  const [a, b] = [join(root, 'a'), join(root, 'b')];
  expect((await run(a)).code).toBe(0);
  await run(b);
  expect(readdirSync(a).sort()).toEqual([
    'charts',
    'events.ndjson',
    'metrics.txt',
    'report.html',
    'report.md',
    'run-info.json',
    'summary.json',
    'windows.csv',
  ]);
  for (const name of ['summary.json', 'windows.csv', 'events.ndjson', 'report.html', 'report.md']) {
    expect(readFileSync(join(a, name), 'utf8')).toBe(readFileSync(join(b, name), 'utf8'));
  }
  await run(b, '--seed', '7');
  expect(readFileSync(join(a, 'summary.json'), 'utf8')).not.toBe(
    readFileSync(join(b, 'summary.json'), 'utf8'),
  );
  expect(chartsOf(a).filter((name) => name.endsWith('.svg')).length).toBeGreaterThanOrEqual(4);
});

const chartsOf = (folder: string): string[] => readdirSync(join(folder, 'charts')).sort();

test('PNG is drawn where it is asked for, and again where the stored run has it; the other files are the same', async () => {
  const [plain, asked] = [join(root, 'plain'), join(root, 'asked')];
  await run(plain);
  await run(asked, '--png');
  const svgs = chartsOf(plain).filter((name) => name.endsWith('.svg'));
  const pngs = svgs.map((name) => name.replace('.svg', '.png'));
  expect(chartsOf(plain).filter((name) => name.endsWith('.png'))).toEqual([]);
  expect(chartsOf(asked)).toEqual([...chartsOf(plain), ...pngs].sort());
  for (const name of ['report.html', 'summary.json'])
    expect(readFileSync(join(asked, name), 'utf8')).toBe(readFileSync(join(plain, name), 'utf8'));
  await meshshift(['report', asked]);
  await meshshift(['report', plain]);
  expect(chartsOf(asked)).toEqual([...chartsOf(plain), ...pngs].sort());
  await meshshift(['report', plain, '--png']);
  expect(chartsOf(plain)).toEqual(chartsOf(asked));
});

test('the text is a screen, and ends with the path of the report and the commands for all of it and for the run again', async () => {
  const out = join(root, 'text');
  const { out: text } = await run(out, '--seed', '9', '--set', 'duration=50s');
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(lines.at(-3)).toBe(`Report: ${join(out, 'report.html')}`);
  expect(lines.at(-2)).toBe(`All:    meshshift report ${out} --full`);
  expect(lines.at(-1)).toBe('Again:  meshshift run scenarios/fifteen-refreshes --seed 9 --set duration=50s');
});

test('a stored run is drawn again as it was', async () => {
  const [first, again] = [join(root, 'first'), join(root, 'again')];
  await run(first);
  expect((await meshshift(['report', first, '--out', again])).code).toBe(0);
  for (const name of ['report.html', 'report.md', 'windows.csv', 'summary.json']) {
    expect(readFileSync(join(again, name), 'utf8')).toBe(readFileSync(join(first, name), 'utf8'));
  }
});

test("a folder that is not a run's is refused without --force, and nothing in it is touched", async () => {
  const folder = join(root, 'mine');
  mkdirSync(folder);
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  const { code, err } = await run(folder);
  expect([code, /--force/.test(err)]).toEqual([3, true]);
  expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
  expect((await run(folder, '--force')).code).toBe(0);
  expect(existsSync(join(folder, 'summary.json'))).toBe(true);
});

test('when the disk refuses half-way, what stood there stays whole and nothing is left beside it', async () => {
  const folder = join(root, 'kept');
  await run(folder);
  const before = readFileSync(join(folder, 'summary.json'), 'utf8');
  // A file whose folder is a file cannot be written: the third of four fails.
  const problem = await writeFolder(
    folder,
    [
      { name: 'summary.json', content: 'new' },
      { name: 'x', content: 'a file' },
      { name: 'x/y', content: 'cannot be' },
      { name: 'z', content: 'never' },
    ],
    true,
  );
  expect(problem?.code).toBe('MS3006');
  expect(problem?.message).toMatch(/nothing that stood there was changed/);
  expect(readFileSync(join(folder, 'summary.json'), 'utf8')).toBe(before);
  expect(readdirSync(root).filter((name) => name.includes('partial') || name.includes('.old-'))).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)('a read-only place is told in words', async () => {
  const folder = join(root, 'locked');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  const { code, err } = await run(join(folder, 'out'));
  expect([code, /permission denied/.test(err)]).toEqual([3, true]);
});

test.each([
  {
    option: ['run', 'scenarios/fifteen-refreshes', '--no-out', '-q', '--requests'],
    place: '',
    says: 'directory',
  },
  {
    option: ['run', 'scenarios/fifteen-refreshes', '--no-out', '-q', '--requests'],
    place: 'file/below',
    says: 'file',
  },
  {
    option: ['check', '--seen', 'v1=5,v3=5', '--weights', 'v1=50,v3=50', '--html'],
    place: '',
    says: 'directory',
  },
  {
    option: ['plan', 'sample', '--share', '50%', '--chart'],
    place: 'file/below.svg',
    says: 'not a directory',
  },
  {
    option: ['plan', 'shift', 'scenarios/planners-ramp', '--out'],
    place: 'file',
    says: 'a file is in its place',
  },
])('$option.0 $option.1 cannot write "$place": $says', async ({ option, place, says }) => {
  const folder = mkdtempSync(join(tmpdir(), 'meshshift-'));
  writeFileSync(join(folder, 'file'), 'mine');
  const { code, err } = await meshshift([...option, join(folder, place)]);
  expect(err).toMatch(/^error\[MS4007\]: cannot write /m);
  expect(err).toContain(says);
  expect(code).toBe(3);
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
});

test('an expectation that fails is exit code 4, in every format', async () => {
  for (const format of ['text', 'json', 'yaml', 'csv', 'ndjson']) {
    const { code } = await meshshift([
      'run',
      'scenarios/fifteen-refreshes',
      '--no-out',
      '-q',
      '-o',
      format,
      '--set',
      'expect=[{ metric: latency.p50, max: 1ms }]',
    ]);
    expect(code).toBe(4);
  }
});
