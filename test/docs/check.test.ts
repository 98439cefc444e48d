import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessLogOf, checkFiles, half } from '../support/check-files.ts';
import { meshshift } from '../support/io.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshshift-check-'));
beforeAll(() => {
  for (const [name, data] of Object.entries(checkFiles)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), data);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines that call check or plan, whether or not something is piped into them; what kubectl would say is a log of ours. */
const callsIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => /^(kubectl .* \| )?(npx )?meshshift (check|plan) /.test(line) && !line.includes('[options]'),
    );

/** A whole search takes minutes: here with few requests, in a folder of ours. The help and the README name the same scenario. */
const small = ['--set', 'traffic[0].rps=12', '--replications', '3', '--out', join(folder, 'plan'), '-q'];

/** The help, the README and pages of scenarios name the same searches: each is made once. */
const searches = new Map<string, ReturnType<typeof meshshift>>();

async function runs(line: string): Promise<void> {
  const [, pipe, command] = /^(kubectl .* \| )?(?:npx )?meshshift (.*)$/.exec(line)!;
  const words = [...command!.replace(/ +# .*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3]!,
  );
  if (words[1] === 'shift') {
    const search = words.join(' ');
    if (!searches.has(search)) searches.set(search, meshshift([...words, ...small]));
    const { code, out, err } = await searches.get(search)!;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^✓ The cheapest plan that holds: /);
    return;
  }
  const { code, out, err } = await meshshift(words, pipe === undefined ? '' : accessLogOf(half), folder);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  // Each ends by the command that repeats it, or is JSON with the same facts.
  if (words.includes('json')) expect(out).toMatch(/"schema":\s?"meshshift\//);
  else expect(out).toMatch(new RegExp(`\\nmeshshift ${words[0]} .*\\n$`));
}

const help = async (words: readonly string[]): Promise<string[]> => callsIn((await meshshift(words)).out);

describe('check --help', async () => {
  const { out } = await meshshift(['check', '--help']);
  const examples = callsIn(out);

  test('has no example that is not run here', () => {
    expect(examples).toHaveLength(
      out.split('\n').filter((line) => line.includes('meshshift check ') && !line.includes('Usage')).length,
    );
    expect(examples.filter((line) => line.startsWith('kubectl')).length).toBeGreaterThanOrEqual(2);
  });

  test.each(examples)('%s', runs);
});

describe('plan sample --help', async () => {
  test.each(await help(['plan', 'sample', '--help']))('%s', runs);
});

describe('plan shift --help', async () => {
  test.each(await help(['plan', 'shift', '--help']))('%s', runs, 120_000);
});

describe('README', () => {
  const text = readFileSync('README.md', 'utf8');
  const examples = callsIn(text);

  test('has no command of check or plan that is not run here', () => {
    const named = text
      .split('\n')
      .filter((line) => /^\S.*meshshift (check|plan) -?\S/.test(line) && !/^[|`]/.test(line));
    expect(examples).toEqual(named);
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  test.each(examples)('%s', runs);
});

test.each(readdirSync('scenarios'))(
  'commands of check and plan in the page of scenario %s',
  async (name) => {
    for (const line of callsIn(readFileSync(join('scenarios', name, 'README.md'), 'utf8'))) await runs(line);
  },
  120_000,
);
