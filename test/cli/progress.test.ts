import { describe, expect, test } from 'vitest';
import { Progress } from '../../src/cli/progress.ts';
import type { Host } from '../../src/cli/io.ts';
import { terminal } from '../../src/cli/terminal.ts';

/** Progress of 100 runs of a second each, up to the given one; what it says. */
function said(isTerminal: boolean, quiet: boolean, runs: number): string {
  let text = '';
  let nowMs = 0;
  const io = terminal({
    stdout: () => {},
    stderr: (more: string) => void (text += more),
    isTty: { stdout: false, stderr: isTerminal },
  } as unknown as Host);
  const progress = new Progress(io, quiet, '', () => nowMs);
  progress.begin({ what: 'sweeping', count: 100, unit: 'runs' });
  for (let run = 1; run <= runs; run++) {
    nowMs += 1000;
    progress.take();
  }
  progress.end();
  return text;
}

describe('progress', () => {
  test('that is piped is a line after ten seconds, with the time left, and then ever more seldom', () => {
    expect(said(false, false, 9)).toBe('');
    // 10 s, then 10 s more until a quarter of the time gone by is longer: 10 20 30 40 50 63 79 99.
    expect(
      said(false, false, 100)
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(' of 100 runs, about ', ' ')),
    ).toEqual(
      [10, 20, 30, 40, 50, 63, 79, 99].map((done) => `sweeping: ${done} ${100 - done} s left of this step`),
    );
  });

  test('on a terminal is one line that each run changes, and is gone at the end', () => {
    const lines = said(true, false, 2).split('\r\u001b[K').slice(1);
    expect(lines).toEqual([
      'sweeping: 0 of 100 runs',
      'sweeping: 1 of 100 runs, about 99 s left of this step',
      'sweeping: 2 of 100 runs, about 98 s left of this step',
      '',
    ]);
  });

  test.each([true, false])('says nothing where it is not wanted (terminal: %s)', (isTerminal) => {
    expect(said(isTerminal, true, 100)).toBe('');
  });
});
