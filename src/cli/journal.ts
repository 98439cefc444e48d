import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ZodType } from 'zod';

/** What runs are only good for: the format of their lines, their scenario, and everything that varies. */
export type RunsOf = Readonly<Record<string, unknown>> & { readonly schema: string };

interface Line<Facts> {
  readonly key: string;
  readonly facts: Facts;
}

/**
 * Runs that are done, a line each, so that a search that was stopped goes on where it was. The first line says of what they
 * are; other objectives or more replications may use the same runs.
 */
export class Journal<Facts> {
  readonly #path: string;
  readonly #head: string;
  readonly #line: () => Promise<ZodType<Line<Facts>>>;
  readonly results = new Map<string, Facts>();

  /** @param line what a line of it holds; asked for where there are lines to read. */
  constructor(path: string, of: RunsOf, line: () => Promise<ZodType<Line<Facts>>>) {
    this.#path = path;
    this.#head = `${JSON.stringify(of)}\n`;
    this.#line = line;
  }

  /** A new file, with a folder for it, which holds what has been taken over. */
  async start(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(this.#path, this.text());
  }

  /** Goes on with what is there; false if it is of something else, or there is none. */
  async resume(): Promise<boolean> {
    if (!(await this.takeOver(this.#path))) return false;
    await this.start();
    return true;
  }

  /**
   * The runs of a file, which somebody may still be writing: a line that is damaged, or not yet whole, is left out.
   * @returns false if it is of something else, or there is none.
   */
  async takeOver(path: string): Promise<boolean> {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (!text.startsWith(this.#head)) return false;
    const schema = await this.#line();
    for (const line of text.slice(this.#head.length).split('\n')) {
      const run = schema.safeParse(parsed(line));
      if (run.success) this.results.set(run.data.key, run.data.facts);
    }
    return true;
  }

  async add(key: string, facts: Facts): Promise<void> {
    this.results.set(key, facts);
    await appendFile(this.#path, lineOf(key, facts));
  }

  /** All of it, in an order that does not tell which run was done first. */
  text(): string {
    const keys = [...this.results.keys()].sort();
    return this.#head + keys.map((key) => lineOf(key, this.results.get(key)!)).join('');
  }
}

const lineOf = (key: string, facts: unknown): string => `${JSON.stringify({ key, facts })}\n`;

/** What a line holds; undefined: it is empty, or was cut off. */
export function parsed(line: string): unknown {
  if (line === '') return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
