import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix, resolve } from 'node:path';
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

test('the map has a line for every room, and it and the pages of the rooms name only files that are there', () => {
  const rooms = new Set(sources.flatMap((file) => /^src\/([a-z]+)\//.exec(file)?.[1] ?? []));
  const lines = textOf('ARCHITECTURE.md').matchAll(/^\| `([a-z]+)`/gm);
  expect(new Set([...lines].map(([, room]) => room!))).toEqual(rooms);

  const places = files.flatMap((file) => [`/${file}`, `/${dirname(file)}/`]);
  const pages = files.filter((file) => file === 'ARCHITECTURE.md' || /^src\/.*README\.md$/.test(file));
  for (const page of pages) {
    for (const [, path] of textOf(page).matchAll(/`([\w./-]+(?:\.(?:tsx?|[cm]?js)|\/))`/g))
      expect
        .soft(
          places.some((place) => place.endsWith(`/${path!}`)),
          `${page} names ${path!}`,
        )
        .toBe(true);
  }
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
  const entries = [
    'src/index.ts',
    'src/cli/main.ts',
    'src/cli/worker.ts',
    'src/workshop/worker.ts',
    'src/workshop/main.tsx',
  ];
  const all = sources.map(textOf).join('\n');
  const lost = sources.filter((file) => !entries.includes(file) && !all.includes(`/${basename(file)}'`));
  expect(lost).toEqual([]);
});

test('no value is exported for nobody: each is imported by another file of src, or by a test', () => {
  const tests = files.filter((file) => /^test\/.*\.tsx?$/.test(file));
  const importers = [...sources, ...tests].map((file) => ({ file, text: textOf(file) }));
  const lost = sources.flatMap((file) => {
    const own = `/${basename(file)}'`;
    const others = importers.filter((other) => other.file !== file && other.text.includes(own));
    if (others.some(({ text }) => new RegExp(`export \\* from '[^']*${own}`).test(text))) return [];
    const names = [...textOf(file).matchAll(/^export (?:async )?(?:const|function|class)\*? (\w+)/gm)];
    return names
      .map((found) => found[1]!)
      .filter((name) => !others.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text)))
      .map((name) => `${file}: ${name}`);
  });
  expect(lost).toEqual([]);
});

test('a source file of more than 450 lines says at its head why it is one', () => {
  const long = sources.filter((file) => textOf(file).split('\n').length > 451);
  expect(long.length).toBeGreaterThan(0);
  const head = (file: string): string => textOf(file).split('\n').slice(0, 90).join('\n');
  expect(long.filter((file) => !/\bone (story|file)[,:]|\blong because\b/i.test(head(file)))).toEqual([]);
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
  const cruise = (cwd: string): { modules: number; violations: string[] } => {
    const text = execFileSync(
      process.execPath,
      [
        resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
        '--config',
        resolve('.dependency-cruiser.cjs'),
        '--output-type',
        'json',
        'src',
      ],
      { encoding: 'utf8', maxBuffer: 1e8, cwd },
    );
    const { summary } = JSON.parse(text) as {
      summary: { totalCruised: number; violations: { rule: { name: string } }[] };
    };
    return { modules: summary.totalCruised, violations: summary.violations.map((own) => own.rule.name) };
  };

  test('imports point downward only, and every source file was read', () => {
    const { modules, violations } = cruise('.');
    expect(modules).toBeGreaterThanOrEqual(sources.length);
    expect(violations).toEqual([]);
  });

  /** By rule, a file of a small tree with the import that it must not have. */
  const planted: Readonly<Record<string, readonly [file: string, imported: string]>> = {
    'kernel-knows-no-mesh': ['kernel/a.ts', '../mesh/world.ts'],
    'stats-is-arithmetic': ['stats/a.ts', '../kernel/chance.ts'],
    'words-are-a-leaf': ['words/a.ts', '../stats/binomial.ts'],
    'theory-only-checks': ['verdict/a.ts', '../stats/theory/queueing.ts'],
    'manifest-is-a-leaf': ['manifest/a.ts', '../stats/binomial.ts'],
    'accesslog-is-a-leaf': ['accesslog/a.ts', '../stats/binomial.ts'],
    'fit-knows-no-model': ['fit/a.ts', '../mesh/world.ts'],
    'mesh-knows-no-one-above': ['mesh/a.ts', '../record/record.ts'],
    'app-runs-in-pods': ['mesh/app/a.ts', '../request/requests.ts'],
    'envoy-knows-no-istiod': ['mesh/envoy/a.ts', '../istiod/translate.ts'],
    'kubernetes-knows-no-proxy': ['mesh/kubernetes/a.ts', '../istiod/translate.ts'],
    'istiod-reads-and-translates': ['mesh/istiod/a.ts', '../request/requests.ts'],
    'telemetry-watches': ['mesh/telemetry/a.ts', '../request/requests.ts'],
    'request-is-told-by-world-alone': ['mesh/request/a.ts', '../world.ts'],
    'timeline-acts-on-the-mesh': ['mesh/timeline/a.ts', '../envoy/proxies.ts'],
    'record-is-a-shape': ['record/a.ts', '../mesh/world.ts'],
    'verdict-judges-numbers': ['verdict/b.ts', '../mesh/world.ts'],
    'scenario-reads-text': ['scenario/a.ts', '../report/report.ts'],
    'report-reads-records': ['report/a.ts', '../mesh/world.ts'],
    'experiment-runs': ['experiment/a.ts', '../cli/main.ts'],
    'workshop-shows': ['workshop/a.ts', '../mesh/world.ts'],
    'the-page-is-no-part-of-the-command-line': ['cli/a.ts', '../workshop/b.ts'],
    'no-node-below-the-shells': ['mesh/b.ts', 'node:fs'],
    'no-circles': ['kernel/b.ts', './b.ts'],
    'no-lost-module': ['kernel/c.ts', './nowhere.ts'],
  };

  test('each rule refuses an import that breaks it', () => {
    const tree = mkdtempSync(join(tmpdir(), 'layers-'));
    try {
      copyFileSync('tsconfig.json', join(tree, 'tsconfig.json'));
      const write = (file: string, text: string): void => {
        mkdirSync(dirname(join(tree, file)), { recursive: true });
        writeFileSync(join(tree, file), text);
      };
      for (const [file, imported] of Object.values(planted)) {
        const target = posix.join('src', posix.dirname(file), imported);
        if (!imported.startsWith('node:') && imported !== './nowhere.ts')
          write(target, 'export const a = 1;\n');
      }
      for (const [file, imported] of Object.values(planted))
        write(`src/${file}`, `import * as a from '${imported}';\nexport const b = a;\n`);
      expect([...new Set(cruise(tree).violations)].sort()).toEqual(Object.keys(planted).sort());
    } finally {
      rmSync(tree, { recursive: true });
    }
  });

  test('every rule has such an import', () => {
    const names = [
      ...textOf('.dependency-cruiser.cjs').matchAll(/(?:layer|room)\('([\w-]+)'|name: '([\w-]+)'/g),
    ];
    expect(names.map((own) => own[1] ?? own[2]).sort()).toEqual(Object.keys(planted).sort());
  });
});
