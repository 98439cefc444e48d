import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import type { Io } from '../../src/cli/io.ts';
import { meshshift } from '../support/io.ts';

const top = mkdtempSync(join(tmpdir(), 'meshshift-docs-'));
let root = top;
beforeEach(() => {
  root = mkdtempSync(join(top, 'page-'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/**
 * Commands of a page: lines that call meshshift, without comments and redirections; check, plan and fit have suites beside this, and
 * what is served never ends.
 */
function commandsIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(npx )?meshshift [a-z]/.test(line) || / && npx meshshift /.test(line))
    .filter((line) => !/meshshift (check|plan|fit) |--serve/.test(line))
    .map((line) =>
      line
        .slice(line.indexOf('meshshift '))
        .replace(/ {2,}\S.*$/, '')
        .replace(/ *[#>].*$/, ''),
    );
}

/** Of runs that leave nothing for the commands after them: the README, the pages and the help name many of them twice. */
const played = new Map<string, ReturnType<typeof meshshift>>();

/** Runs one, with its temporary paths below ours and its report out of the way. */
async function runs(command: string): Promise<void> {
  const words = (command.match(/'[^']*'|\S+/g) ?? [])
    .slice(1)
    .map((word) => word.replaceAll("'", '').replace(/^\/tmp\/(?=my-|again|at-once|workshop)/, `${root}/`));
  const leavesNothing =
    words[0] === 'run' && !words.includes('--out') && !words.some((word) => word.startsWith(root));
  const key = words.join(' ');
  if (leavesNothing && !words.includes('--no-out')) words.push('--out', join(root, 'report'), '-q');
  if (words[0] === 'sweep' && !words.includes('--out')) words.push('--out', join(root, 'sweep'), '-q');
  if (words[0] === 'workshop' && !words.includes('--out')) words.push('--out', join(root, 'workshop.html'));
  const running = (leavesNothing ? played.get(key) : undefined) ?? meshshift(words);
  if (leavesNothing) played.set(key, running);
  const { code, err } = await running;
  expect({ command, code, err: code === 0 ? '' : err }).toEqual({ command, code: 0, err: '' });
}

/** In the order of the page: later commands may need what earlier ones made. */
async function runAll(commands: readonly string[]): Promise<void> {
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) await runs(command);
}

test('every command of the README runs', async () => {
  await runAll(
    commandsIn(readFileSync('README.md', 'utf8')).filter((command) => !command.includes('SCENARIO')),
  );
});

describe.each(readdirSync('scenarios'))('the page of scenario %s', (name) => {
  test('has commands that run', async () => {
    await runAll(commandsIn(readFileSync(join('scenarios', name, 'README.md'), 'utf8')));
  });
});

const noIo = { stdout: () => {}, stderr: () => {} } as unknown as Io;
const program = await buildProgram(noIo);

describe('help', () => {
  // The examples of check, plan and fit need files; they are run in suites of their own.
  const names = program.commands
    .map((command) => command.name())
    .filter((name) => name !== 'check' && name !== 'plan' && name !== 'fit');

  test.each(names)('every example of %s --help runs', async (name) => {
    const { out, code } = await meshshift([name, '--help']);
    expect(code).toBe(0);
    const commands = commandsIn(out)
      .filter(
        (command) => !command.includes('my-shift/*') && !command.startsWith(`meshshift ${name} [options]`),
      )
      .map((command) => command.replace('reports/traffic-shifting', join(root, 'stored')));
    if (name === 'report')
      await meshshift(['run', 'scenarios/fifteen-refreshes', '--out', join(root, 'stored'), '-q']);
    for (const command of commands.filter((own) => !own.includes('[options]'))) await runs(command);
  });
});
