// Bundles the command line (as scripts), its worker, the package's entries and the workshop's page into dist/, with the entries' types
// and the licences of all that is bundled. `--if-possible` (npm's prepare): where the tools to build are not installed, the sources are left as
// they are, and the command line runs from them.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);
const tools = ['esbuild', 'typescript/bin/tsc'].map((name) => {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
});
if (process.argv.includes('--if-possible') && tools.includes(undefined)) {
  console.error('meshshift: not bundled, as the development dependencies are not installed');
  process.exit(0);
}
const { build } = await import('esbuild');
const { packScripts } = await import('./build-scripts.mjs');
const { buildWorkshop } = await import('./build-workshop.mjs');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

const doors = readdirSync(join(root, 'src/door')).map((file) => basename(file, '.ts'));
const settings = {
  absWorkingDir: root,
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // A native addon, which must stay where npm put it; fonts are found through their package as well.
  external: ['@resvg/resvg-js', 'dejavu-fonts-ttf'],
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
};
const entries = await build({
  ...settings,
  entryPoints: {
    cli: 'src/cli/main.ts',
    worker: 'src/cli/worker.ts',
    index: 'src/index.ts',
    ...Object.fromEntries(doors.map((door) => [`door/${door}`, `src/door/${door}.ts`])),
  },
  plugins: [inPlaceOf(/\/(?:run|play)-here\.ts$/, './script.mjs')],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
});
const program = await build({
  ...settings,
  entryPoints: { 'run-here': 'src/cli/run-here.ts', 'play-here': 'src/cli/play-here.ts' },
  define: { 'import.meta.url': '__url' },
  // For Node it looks for a canvas, and a module that waits is no function.
  alias: { 'vega-canvas': join(root, 'node_modules/vega-canvas/build/vega-canvas.browser.js') },
  plugins: [empty(/^node:child_process$/, /node_modules\/commander\//)],
});

const inputs = [entries, program].flatMap(({ metafile }) => Object.keys(metafile.inputs));
const variables = new Set(
  inputs
    .filter((file) => file.startsWith('src/'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:export )?let (\w+)/gm)])
    .map(([, name]) => name),
);
for (const { path, text } of entries.outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withConstants(text));
}
const modules = program.outputFiles.map(({ path, text }) => ({ path, text: withConstants(text) }));
const scripts = packScripts(modules, program.metafile.outputs);
for (const [name, text] of Object.entries(scripts)) writeFileSync(join(dist, `${name}.js`), text, 'latin1');
copyFileSync(join(root, 'src/cli/script.mjs'), join(dist, 'script.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'meshshift-build-'));
execFileSync(process.execPath, ['src/cli/build-code.mjs', join(folder, 'report')], {
  cwd: root,
  stdio: 'ignore',
});
rmSync(folder, { recursive: true });

const ofPage = await buildWorkshop(build, join(dist, 'workshop.html'));
const bundled = new Set([...inputs, ...ofPage]);
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licences([...bundled]));

// Declarations of what the entries offer, by the project's own settings.
const typing = join(dist, 'tsconfig.types.json');
writeFileSync(
  typing,
  JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rewriteRelativeImportExtensions: true,
      rootDir: '..',
      outDir: 'types',
    },
    include: [],
    files: ['../src/index.ts'],
  }),
);
execFileSync(process.execPath, [tools[1], '-p', typing], { cwd: root, stdio: 'inherit' });
rmSync(typing);

/** A plugin: a module that only what we do not use of a package needs, and that takes long to load, is empty. */
function empty(filter, importers) {
  return {
    name: 'empty',
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path, importer }) =>
        importers.test(importer) ? { path, namespace: 'empty' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
    },
  };
}

/** A plugin: what a file asks for is another that stays outside of the bundle. */
function inPlaceOf(filter, path) {
  return {
    name: 'in-place-of',
    setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })),
  };
}

/**
 * esbuild writes what a bundled module declares as `var`, and code that is compiled then has to load and check it wherever it
 * is used. What is constant in our own modules becomes so again, and its value is known by then: the event loop gains 7 %.
 */
function withConstants(bundle) {
  const ours = /^\/\/ src\/.*\n(?:(?!\/\/ (?:src|node_modules)\/).*\n)*/gm;
  return bundle.replace(ours, (module) =>
    module.replace(/^var ([\w$]+) = /gm, (written, name) =>
      // A name that several modules use gets a number.
      variables.has(name.replace(/\d+$/, '')) ? written : `const ${name} = `,
    ),
  );
}

/** The licence of each package of which a file is bundled. */
function licences(files) {
  const packages = new Set(
    files.map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean),
  );
  return [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const file = readdirSync(join(root, folder)).find((own) => /^(licen[cs]e|copying)/i.test(own));
      const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
