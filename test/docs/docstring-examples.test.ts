import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { openScenario } from '../../src/cli/files.ts';
import * as meshshift from '../../src/index.ts';

/** Of a docstring's `@example`: its lines, and what it stands above. */
interface Example {
  readonly of: string;
  readonly code: string;
}

const examples = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file): Example[] => {
    const text = readFileSync(join('src', file), 'utf8');
    const docstrings = text.matchAll(
      /\/\*\*((?:(?!\*\/)[^])*?@example[^]*?)\*\/\s*export (?:async )?\w+ (\w+)/g,
    );
    return [...docstrings].map(([, docstring, of]) => {
      const lines = docstring!.split('@example')[1]!.split('\n');
      return { of: of!, code: lines.map((line) => line.replace(/^ \* ?/, '')).join('\n') };
    });
  });

const AsyncFunction = (async () => undefined).constructor as new (
  ...text: string[]
) => (...given: unknown[]) => Promise<void>;

/** A line `expression; // => value` is compared with the value, as far as the value is written. */
const compared = (code: string): string =>
  code.replaceAll(/^(.+); \/\/ => (.+)$/gm, (_, expression, value) => `shows(${expression}, ${value});`);

/** Numbers to the digits that an example would write, objects by the fields that it names. */
function shows(found: unknown, written: unknown): void {
  if (typeof written === 'number') {
    expect(found).toBeCloseTo(written, String(written).split('.')[1]?.length ?? 9);
  } else if (Array.isArray(written)) {
    expect(found).toHaveLength(written.length);
    written.forEach((own, at) => shows((found as unknown[])[at], own));
  } else if (typeof written === 'object' && written !== null) {
    for (const [name, own] of Object.entries(written)) shows((found as Record<string, unknown>)[name], own);
  } else expect(found).toBe(written);
}

describe('an example in a docstring, run against the package’s entry, shows what it says', () => {
  test.each(examples)('$of', async ({ code }) => {
    const { value: files } = await openScenario('scenarios/fifteen-refreshes', process.cwd(), []);
    const scope: Record<string, unknown> = { ...meshshift, files, shows };
    const text = ts.transpile(compared(code), { target: ts.ScriptTarget.ES2022 });
    const run = new AsyncFunction(...Object.keys(scope), `{${text}}`);
    await run(...Object.values(scope));
  });

  test('every door has some', () => {
    for (const door of readdirSync('src/door')) {
      const text = readFileSync(`src/door/${door}`, 'utf8');
      const stars = [...text.matchAll(/export \* from '\.\.\/(.*)'/g)].map(([, file]) => file!);
      const all = [text, ...stars.map((file) => readFileSync(`src/${file}`, 'utf8'))].join('\n');
      expect([door, examples.some(({ of }) => new RegExp(`\\b${of}\\b`).test(all))]).toEqual([door, true]);
    }
  });
});
