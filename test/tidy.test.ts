import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

/** What git tracks, and what it would. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const sources = files.filter((file) => /^src\/.*\.tsx?$/.test(file));
const textOf = (file: string): string => readFileSync(file, 'utf8');

test('beside the fixed folders stands only what tools and readers look for', () => {
  const top = [...new Set(files.map((file) => file.split('/')[0]!))].filter((name) => !name.startsWith('.'));
  expect(top.sort()).toEqual([
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'eslint.config.js',
    'package-lock.json',
    'package.json',
    'reports',
    'scenarios',
    'src',
    'test',
    'tsconfig.json',
    'vitest.config.ts',
  ]);
});

test('versions are pinned exactly, and the lock file names no download address', () => {
  const manifest = JSON.parse(textOf('package.json')) as Record<string, Record<string, string>>;
  for (const [name, version] of Object.entries({
    ...manifest['dependencies'],
    ...manifest['devDependencies'],
  })) {
    expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+$/);
  }
  expect(textOf('package-lock.json')).not.toMatch(/"resolved"/);
});

test('no source file is left over: each is imported by another, or is an entry', () => {
  const entries = ['src/index.ts', 'src/cli/main.ts', 'src/cli/worker.ts'];
  const all = sources.map(textOf).join('\n');
  const lost = sources.filter((file) => !entries.includes(file) && !all.includes(`/${basename(file)}'`));
  expect(lost).toEqual([]);
});

test('names of files are in kebab-case', () => {
  expect(sources.filter((file) => !/^src(\/[a-z0-9-]+)+\.tsx?$/.test(file))).toEqual([]);
});

test('comments leave no work undone', () => {
  const marks = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|'));
  expect(files.filter((file) => /\.(tsx?|mjs|md|yaml)$/.test(file) && marks.test(textOf(file)))).toEqual([]);
});

test('copies of the Bookinfo manifests in the scenarios are equal', () => {
  for (const name of ['bookinfo-gateway.yaml', 'virtual-service-all-v1.yaml', 'destination-rule-all.yaml']) {
    const copies = files.filter((file) => file.startsWith('scenarios/') && basename(file) === name);
    expect(copies.length).toBeGreaterThan(2);
    expect(new Set(copies.map(textOf)).size).toBe(1);
  }
});

describe('below the shell', () => {
  const eslint = new ESLint();
  const messages = async (path: string, text: string): Promise<string[]> =>
    (await eslint.lintText(text, { filePath: path }))[0]!.messages.map((message) => message.message);

  test.each([
    'export const a = Math.log(2);',
    'export const a = Math.random();',
    'export const a = 2 ** 3;',
    'let b = 2; b **= 3; export const a = b;',
    'export const a = Date.now();',
    'export const a = performance.now();',
    'export const a = process.env;',
    "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    'export const a = (): void => console.log(1);',
    'const { log } = Math; export const a = log;',
  ])('the linter refuses %s', async (text) => {
    expect((await messages('src/mesh/telemetry/probe.ts', `${text}\n`)).length).toBeGreaterThan(0);
    // The same in a shell is fine, but for chance.
    if (!text.includes('random')) expect(await messages('src/cli/print.ts', `${text}\n`)).toEqual([]);
  });
});

describe('layers', () => {
  const cruise = (folder: string): { modules: number; violations: string[] } => {
    const text = execFileSync(
      process.execPath,
      [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
        folder,
      ],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    const { summary } = JSON.parse(text) as {
      summary: { totalCruised: number; violations: { rule: { name: string } }[] };
    };
    return { modules: summary.totalCruised, violations: summary.violations.map((own) => own.rule.name) };
  };

  test('imports point downward only, and every source file was read', () => {
    const { modules, violations } = cruise('src');
    expect(modules).toBeGreaterThanOrEqual(sources.length);
    expect(violations).toEqual([]);
  });
});
