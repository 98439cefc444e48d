// Makes the workshop's page: one file, offline. The engine's worker is text in it, which the page starts from a blob; scripts
// and styles are allowed by their hashes alone, so that nothing else can run or be fetched.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/** Scenario folders whose texts the page brings. */
const folders = ['workshop'];

/** What of a library nobody asks for in the page, though it would come with the rest: how zod tells its schemas as JSON Schema. */
const withoutJsonSchema = {
  name: 'without JSON Schema',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod\/v4\/core\/json-schema-processors\.js$/ }, () => ({
      contents: 'module.exports = {};',
    }));
    onLoad({ filter: /zod\/v4\/core\/to-json-schema\.js$/ }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** What fields are for stands in JSON Schema and in the help of commands alone: `.describe('...')` of a zod schema does nothing else. */
const withoutDescriptions = {
  name: 'without descriptions of fields',
  setup: ({ onLoad }) => {
    const description =
      /\.describe\(\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\$]|\\.)*`)\s*,?\s*\)/g;
    onLoad({ filter: /src\/(?:scenario|mesh|manifest)\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(description, ''),
      loader: 'ts',
    }));
  },
};

/** Its scenarios are small: a second reader of YAML, for large ones, would take more room than it saves time. */
const withoutQuickReader = {
  name: 'without the quick reader of YAML',
  setup: ({ onLoad }) => {
    onLoad({ filter: /src\/manifest\/quick-yaml\.ts$/ }, () => ({
      contents: 'export const readQuickly = () => undefined;',
    }));
  },
};

/**
 * @param build esbuild's. @param file where the page is written.
 * @returns the files that went into it, for their licences.
 */
export async function buildWorkshop(build, file) {
  const settings = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [withoutJsonSchema, withoutQuickReader, withoutDescriptions],
    outdir: root,
  };
  const [engine, page] = await Promise.all([
    build({ ...settings, entryPoints: ['src/workshop/worker.ts'] }),
    build({ ...settings, entryPoints: ['src/workshop/main.tsx'] }),
  ]);
  const textOf = ({ outputFiles }, ending) =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? '';
  const main = inScript(textOf(page, '.js'));
  const style = textOf(page, '.css');
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(main)}'`,
    `style-src '${hashOf(style)}'`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts = {
    POLICY: policy,
    STYLE: style,
    ENGINE: inScript(textOf(engine, '.js')),
    SETUPS: inScript(JSON.stringify(Object.fromEntries(folders.map((name) => [name, textsOf(name)])))),
    MAIN: main,
  };
  const html = readFileSync(join(root, 'src/workshop/page.html'), 'utf8');
  writeFileSync(
    file,
    html.replace(/\s*%(\w+)%\s*(?=<)|%(\w+)%/g, (_, block, inline) => parts[block ?? inline]),
  );
  return [...Object.keys(engine.metafile.inputs), ...Object.keys(page.metafile.inputs)];
}

const hashOf = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** Nothing in it ends the element that it stands in: both are the same in a string or a pattern, and do not occur elsewhere. */
const inScript = (text) => text.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');

function textsOf(name) {
  const folder = join(root, 'scenarios', name);
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}
