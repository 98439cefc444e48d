import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';

// What somebody waits for: the bundle, as it is installed, in a process of its own. Only the ratios mean something.
const folder = mkdtempSync(join(tmpdir(), 'meshshift-start-'));
afterAll(() => rmSync(folder, { recursive: true }));
const node = (...words: string[]): void => void execFileSync(process.execPath, words, { stdio: 'ignore' });
const meshshift = (...words: string[]): void => node('src/cli/meshshift.mjs', ...words);
const rounds = { iterations: 10, warmupIterations: 1, time: 0 };

describe('to start', () => {
  bench('node alone', () => node('-e', '0'), rounds);
  bench('meshshift version', () => meshshift('version'), rounds);
  bench('meshshift run --help', () => meshshift('run', '--help'), rounds);
});

describe('a run of traffic-shifting', () => {
  const run = ['run', 'scenarios/traffic-shifting', '-q'];
  bench('its text alone', () => meshshift(...run, '--no-out'), rounds);
  bench('with its report', () => meshshift(...run, '--out', join(folder, 'report')), rounds);
  bench('with its report and PNG', () => meshshift(...run, '--png', '--out', join(folder, 'png')), rounds);
});
