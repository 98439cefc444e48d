import { describe, expect, test } from 'vitest';

type Exports = Record<string, unknown>;
const { packScripts } = (await import(new URL('../../src/cli/build-scripts.mjs', import.meta.url).href)) as {
  packScripts(
    outputFiles: readonly { path: string; text: string }[],
    outputs: Record<string, { inputs: Record<string, unknown> }>,
  ): Record<string, string>;
};
type Functions = Record<string, () => Exports>;

/** What a script makes of modules that are written as esbuild writes them, with what ran in which order. */
function loaded(files: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>> = {}) {
  const scripts = packScripts(
    Object.entries(files).map(([name, text]) => ({ path: `/dist/${name}`, text })),
    Object.fromEntries(
      Object.keys(files).map((name) => [`dist/${name}`, { inputs: { [inputs[name] ?? 'src/x.ts']: {} } }]),
    ),
  );
  const ran: string[] = [];
  const exportsOf = new Map<string, Exports>();
  const functions: Functions = {};
  const load = (name: string): Exports => {
    if (!exportsOf.has(name)) exportsOf.set(name, functions[name]!());
    return exportsOf.get(name)!;
  };
  const require = (name: string): Exports => ({ name, join: (...parts: string[]) => parts.join('/') });
  for (const text of Object.values(scripts)) {
    const made = new Function('ran', `return ${text}`)(ran) as (...given: unknown[]) => Functions;
    Object.assign(functions, made(load, require, 'file:///dist/script.mjs'));
  }
  return { load, ran, scripts };
}

describe('modules as functions of a script', () => {
  test('bring what they export, under the names that are asked for', () => {
    const { load } = loaded({
      'a.mjs':
        'const one = 1;\nfunction two() {\n  return 2;\n}\nexport {\n  one,\n  two as second,\n  one as default\n};\n',
      'b.mjs':
        'import {\n  one,\n  second as other$\n} from "./a.mjs";\nconst sum = one + other$();\nexport {\n  sum\n};\n',
    });
    expect(load('b.mjs')['sum']).toBe(3);
    expect(load('a.mjs')['default']).toBe(1);
  });

  test('run once, after those that they import, and only when they are asked for', () => {
    const { load, ran } = loaded({
      'first.mjs': 'ran.push("first");\nexport {\n};\n',
      'second.mjs': 'import "./first.mjs";\nran.push("second");\nexport {\n};\n',
      'never.mjs': 'ran.push("never");\nexport {\n};\n',
    });
    load('second.mjs');
    load('second.mjs');
    expect(ran).toEqual(['first', 'second']);
  });

  test('import later what they import when it is called for', async () => {
    const { load, ran } = loaded({
      'late.mjs': 'ran.push("late");\nconst value = 7;\nexport {\n  value\n};\n',
      'early.mjs': 'const ask = async () => (await import("./late.mjs")).value;\nexport {\n  ask\n};\n',
    });
    const ask = load('early.mjs')['ask'] as () => Promise<number>;
    expect(ran).toEqual([]);
    expect(await ask()).toBe(7);
  });

  test('ask Node for its own, and know where they stand', () => {
    const { load } = loaded({
      'n.mjs':
        'import { join as join2 } from "node:path";\nimport fs from "fs";\nconst all = [join2("a", "b"), fs.name, __url];\nexport {\n  all\n};\n',
    });
    expect(load('n.mjs')['all']).toEqual(['a/b', 'fs', 'file:///dist/script.mjs']);
  });

  test('stand apart where they draw', () => {
    const text = 'const x = 1;\nexport {\n  x\n};\n';
    const { scripts } = loaded(
      { 'a.mjs': text, 'b.mjs': text },
      { 'b.mjs': 'node_modules/vega-scale/build/vega-scale.js' },
    );
    expect(scripts['main']).toContain('"a.mjs"');
    expect(scripts['main']).not.toContain('"b.mjs"');
    expect(scripts['charts']).toContain('"b.mjs"');
  });
});
