import pc from 'picocolors';
import { visibleLines } from '../manifest/visible.ts';
import { plain, type Paint } from '../report/paint.ts';
import type { Host, Io } from './io.ts';

/**
 * The one way to stdout and stderr. Names, log lines and file names come from anywhere: what would speak to the terminal is
 * written out, such as `\x1b`. Our own colours survive because their escapes are marks that no text from outside can hold.
 */
export function terminal(host: Host): Io {
  const mark = host.colour ? unguessable() : undefined;
  const safe = (text: string): string =>
    mark === undefined ? visibleLines(text) : text.split(mark).map(visibleLines).join('\u001b');
  const stdout = (text: string): void => host.stdout(safe(text));
  const stderr = (text: string): void => host.stderr(safe(text));
  const { isTty, colour, width, cwd, env } = host;
  return {
    stdout,
    stderr,
    readFile: (path) => host.readFile(path),
    filesIn: (path) => host.filesIn(path),
    openStream: (path) => host.openStream(path),
    stdin: () => host.stdin(),
    writeFile: (path, data) => host.writeFile(path, data),
    exitCode: (code) => host.exitCode(code),
    isTty,
    colour,
    width,
    cwd,
    env,
    paint: mark === undefined ? plain : painted(mark),
    status: (stream, text) => {
      if (host.isTty[stream]) host[stream](`\r\u001b[K${safe(text)}`);
    },
  };
}

/** Where nothing is painted, the time to load `node:crypto` is saved. */
const unguessable = (): string => `\u0001${process.getBuiltinModule('node:crypto').randomUUID()}`;

function painted(mark: string): Paint {
  const { bold, dim, green, red, yellow } = pc.createColors(true);
  const marking =
    (colour: (text: string) => string) =>
    (text: string): string => {
      const [open = '', close = ''] = colour('\n').split('\n');
      return `${open.replace('\u001b', mark)}${text}${close.replace('\u001b', mark)}`;
    };
  return {
    head: marking(bold),
    good: marking(green),
    bad: marking(red),
    warn: marking(yellow),
    dim: marking(dim),
    red: marking(red),
  };
}

/** Columns to write in: those of the terminal; where there is none, or it has no size, those that the user's shell tells. */
export function widthOf(columns: number | undefined, env: string | undefined): number {
  const told = [columns, /^\d{1,6}$/.test(env ?? '') ? Number(env) : undefined];
  const width = told.find((own) => own !== undefined && own > 0) ?? 100;
  return Math.max(40, width);
}
