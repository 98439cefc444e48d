// Makes scripts of modules: Node 20 keeps what it has compiled of a script, and compiles a module anew each time. A module becomes a
// function of the script that runs it, and is called when something asks for it, as `script.mjs` does.
import { basename } from 'node:path';

/**
 * @param outputFiles the modules, as esbuild has split them. @param outputs what its metafile says of them.
 * @returns text of the scripts by their names: `charts` is what only vega and its packages are for, `main` the rest.
 */
export function packScripts(outputFiles, outputs) {
  const parts = { main: [], charts: [] };
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    const [, { inputs }] = Object.entries(outputs).find(([own]) => basename(own) === name);
    const draws = Object.keys(inputs).some((file) => /node_modules\/vega/.test(file));
    parts[draws ? 'charts' : 'main'].push(`${JSON.stringify(name)}() {\n${asFunction(text)}\n}`);
  }
  return Object.fromEntries(
    Object.entries(parts).map(([name, functions]) => [
      name,
      `(function (__load, require, __url) {\n'use strict';\nreturn {\n${functions.join(',\n')}\n};\n})`,
    ]),
  );
}

/** The body of a function that does what the module does; what esbuild never writes would be a mistake of syntax here. */
function asFunction(module) {
  const returned = [];
  const body = module
    .replace(/^import (?:(\w+)|(\{[^}]*\})) from "([^"]+)";$/gm, (_, whole, names, from) => {
      const loaded = from.startsWith('./') ? `__load(${fileOf(from)})` : `require("${from}")`;
      return `const ${whole ?? names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$1: $2')} = ${loaded};`;
    })
    .replace(/^import "(\.\/[^"]+)";$/gm, (_, from) => `__load(${fileOf(from)});`)
    .replace(/\bimport\("([^"]+)"\)/g, (_, from) =>
      from.startsWith('./')
        ? `Promise.resolve().then(() => __load(${fileOf(from)}))`
        : `Promise.resolve().then(() => require("${from}"))`,
    )
    .replace(/^export \{([^}]*)\};$/gm, (_, names) => {
      returned.push(names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$2: $1'));
      return '';
    });
  return `${body}return {${returned.join(',')}};`;
}

const fileOf = (path) => JSON.stringify(basename(path));
