import type { Paint } from '../report/paint.ts';

/** What a command may touch of the world: the tests hand in a fake, `main` hands in the process. */
export interface Host {
  stdout(text: string): void;
  stderr(text: string): void;
  readFile(path: string): Promise<Uint8Array>;
  /** The files below a folder, by their paths in it, in order; undefined for what is no folder. */
  filesIn(path: string): Promise<readonly string[] | undefined>;
  /** Bytes of a file as they come, for what may be larger than memory. A chunk is there until the next is asked for. */
  openStream(path: string): AsyncIterable<Uint8Array>;
  stdin(): AsyncIterable<Uint8Array>;
  writeFile(path: string, data: string | Uint8Array): Promise<void>;
  readonly isTty: { readonly stdout: boolean; readonly stderr: boolean };
  readonly colour: boolean;
  /** Terminal columns, 100 where unknown. */
  readonly width: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The last call wins; the process leaves with it once all output is flushed. */
  exitCode(code: number): void;
}

/** The same for commands: all text is made safe for a terminal on its way out (`terminal.ts`). */
export interface Io extends Host {
  readonly paint: Paint;
  /** On a terminal, the line that stands there for the moment; the next text or status takes its place. "": none. */
  status(stream: 'stdout' | 'stderr', text: string): void;
}

/** Exit codes, alike in every output format. */
export const exit = {
  ok: 0,
  internal: 1,
  usage: 2,
  invalid: 3,
  failed: 4,
  /** Of a shard: the disk was full or away. What starts it may do so again (EX_TEMPFAIL of sysexits.h). */
  tryAgain: 75,
  interrupted: 130,
} as const;
