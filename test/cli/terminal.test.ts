import { expect, test } from 'vitest';
import { terminal, widthOf } from '../../src/cli/terminal.ts';
import { FakeHost } from '../support/fake-host.ts';

function onTerminal() {
  const host = new FakeHost({});
  host.colour = true;
  host.isTty = { stdout: true, stderr: true };
  return { host, io: terminal(host) };
}

test("our own colours reach the terminal, a name's do not", () => {
  const { host, io } = onTerminal();
  io.stdout(`${io.paint.bad(io.paint.head('fault'))} of \u001b[32mreviews\u001b[0m\n`);
  // SGR 31 red, 39 its end, 1 bold, 22 its end (ECMA-48).
  expect(host.out).toBe('\u001b[31m\u001b[1mfault\u001b[22m\u001b[39m of \\x1b[32mreviews\\x1b[0m\n');
});

test('a name in colour stays harmless', () => {
  const { host, io } = onTerminal();
  io.stderr(io.paint.warn('v\u001b[2J'));
  expect(host.errors).toBe('\u001b[33mv\\x1b[2J\u001b[39m');
});

test('a status takes the line, and shows nothing where there is no terminal', () => {
  const { host, io } = onTerminal();
  io.status('stderr', 'playing \u001b]0;x\u0007');
  expect(host.errors).toBe('\r\u001b[Kplaying \\x1b]0;x\\x07');
  const pipe = new FakeHost({});
  terminal(pipe).status('stderr', 'playing');
  expect(pipe.errors).toBe('');
});

test('without colour, nothing is painted', () => {
  const host = new FakeHost({});
  const io = terminal(host);
  io.stdout(io.paint.bad('fault'));
  expect(host.out).toBe('fault');
});

test.each([
  [120, undefined, 120, 'the terminal says'],
  [undefined, '72', 72, 'a pipe: the shell says'],
  [0, '72', 72, 'a terminal without a size: the shell says'],
  [0, undefined, 100, 'nobody says'],
  [undefined, 'wide', 100, 'no number'],
  [undefined, '0', 100, 'no size either'],
  [8, undefined, 40, 'a word a line helps nobody'],
])(
  '%s columns and COLUMNS=%s make %i: %s',
  (columns: number | undefined, env: string | undefined, width: number, _because: string) => {
    expect(widthOf(columns, env)).toBe(width);
  },
);
