import { expect, test, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vega from 'vega';
import type { Io } from '../../src/cli/io.ts';
import { buildProgram, runProgram } from '../../src/cli/program.ts';
import { versionAsked } from '../../src/cli/version-text.ts';
import { FakeHost } from '../support/fake-host.ts';
import { meshshift } from '../support/io.ts';

test.each([['version'], ['--version'], ['-V']])(
  'what is told of %s before anything is loaded is what the program tells',
  async (word) => {
    expect(versionAsked([word])).toBe((await meshshift([word])).out);
  },
);

test.each([[[]], [['version', '-o', 'json']], [['run', '--version']]])(
  '%j asks for more than the version',
  (words) => {
    expect(versionAsked(words)).toBeUndefined();
  },
);

const noIo = { stdout: () => {}, stderr: () => {} } as unknown as Io;
const namesFor = async (...words: string[]) =>
  (await buildProgram(noIo, words)).commands.map((command) => command.name());

test('the command that is named is loaded alone', async () => {
  expect(await namesFor('explain', 'scenarios/propagation')).toEqual(['explain']);
});

test.each([['--help'], ['help'], ['completion'], ['exlpain'], ['toString']])(
  'all commands are there for %s',
  async (word) => {
    const names = await namesFor(word);
    expect(names).toEqual(await namesFor());
    expect(names.length).toBeGreaterThan(10);
  },
);

test.each(['text', 'json', 'yaml', 'csv', 'ndjson'])(
  'as %s, the answer is out before a chart is drawn',
  async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'meshshift-first-'));
    const host = new FakeHost({});
    const outAtFirstChart: string[] = [];
    const drawing = vi.spyOn(vega.View.prototype, 'toSVG').mockImplementation(function () {
      outAtFirstChart.push(host.out);
      return Promise.resolve('<svg class="x"></svg>');
    });
    const words = ['run', 'scenarios/fifteen-refreshes', '--out', join(folder, 'out'), '-q', '-o', format];
    await runProgram(words, Object.assign(host, { cwd: process.cwd() }));
    drawing.mockRestore();
    rmSync(folder, { recursive: true });
    const under = format === 'text' ? /^Report: .*\nAll: .*\nAgain: .*\n$/m : /^$/;
    expect(outAtFirstChart.length).toBeGreaterThan(3);
    expect(outAtFirstChart[0]).not.toBe('');
    expect(host.out.slice(outAtFirstChart[0]!.length)).toMatch(under);
  },
);
