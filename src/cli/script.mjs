// Loads the command line, or what a worker thread does of it, from the two scripts that build.mjs makes: what nearly all commands
// need, and what draws charts. Beside each lies what this very Node has compiled of it (`.code`), where the
// build could make that: a short command would spend a quarter of its time on compiling. Any other Node compiles by itself.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** Code that is kept holds for the settings that it was made with: these; the first as `optimise-for.ts` has it for reading and drawing. */
export function setFlags() {
  setFlagsFromString('--interrupt-budget=2000000');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=920');
  setFlagsFromString('--no-incremental-marking');
}

/** Each script that was loaded, by its name. */
export const scripts = new Map();
/** The modules of the scripts that were loaded: each is a function that runs it and returns its exports. */
const modules = {};
const exportsOf = new Map();
const require = createRequire(import.meta.url);
// Imported, all of it would be loaded.
const { readFileSync } = require('node:fs');

export function runHere(words) {
  loadScript('main');
  return load('run-here.mjs').runHere(words);
}

/** In a worker thread. */
export function playHere() {
  loadScript('main');
  load('play-here.mjs').playHere();
}

/** The exports of a module, which runs when it is asked for first, as those do that it imports. */
function load(name) {
  if (!exportsOf.has(name)) {
    if (!(name in modules)) loadScript('charts');
    exportsOf.set(name, modules[name]());
  }
  return exportsOf.get(name);
}

function loadScript(name) {
  setFlags();
  const path = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  // The build writes ASCII alone, which needs no decoding.
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    cachedData: compiled(`${path}.code`),
  });
  scripts.set(`${path}.code`, script);
  Object.assign(modules, script.runInThisContext()(load, require, import.meta.url));
}

function compiled(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
