// Makes the workshop's page: one file, offline. The engine's worker is packed text in it, which the page unpacks and starts from a blob;
// scripts and styles are allowed by their hashes alone, so that nothing else can run or be fetched.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/** Scenario folders whose texts the page brings. */
const folders = ['workshop'];

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
    ENGINE: gzipSync(textOf(engine, '.js'), { level: 9 }).toString('base64'),
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
