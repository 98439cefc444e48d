import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planRunsFormat } from '../../record/format.ts';
import type { TrialFacts } from '../../record/plan-run.ts';

/** What runs are only good for: their scenario, and everything that varies. */
export type RunsOf = Readonly<Record<string, unknown>>;

/**
 * Runs that are done, a line each, so that a search that was stopped goes on where it was. The first line says of what they
 * are; other objectives or more replications may use the same runs.
 */
export class Journal {
  readonly #path: string;
  readonly #head: string;
  readonly results = new Map<string, TrialFacts>();

  constructor(folder: string, of: RunsOf) {
    this.#path = join(folder, 'runs.ndjson');
    this.#head = `${JSON.stringify({ schema: planRunsFormat, ...of })}\n`;
  }

  /** Empty, with a folder for it. */
  async start(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(this.#path, this.#head);
  }

  /** Takes over what is there; false if it is of something else, or there is none. A line that is damaged is left out. */
  async resume(): Promise<boolean> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    if (!text.startsWith(this.#head)) return false;
    const { planRun } = await import('../../record/plan-run.ts');
    for (const line of text.slice(this.#head.length).split('\n')) {
      const run = planRun.safeParse(parsed(line));
      if (run.success) this.results.set(run.data.key, run.data.facts);
    }
    await writeFile(this.#path, this.text());
    return true;
  }

  async add(key: string, facts: TrialFacts): Promise<void> {
    this.results.set(key, facts);
    await appendFile(this.#path, lineOf(key, facts));
  }

  /** All of it, in an order that does not tell which run was done first. */
  text(): string {
    const keys = [...this.results.keys()].sort();
    return this.#head + keys.map((key) => lineOf(key, this.results.get(key)!)).join('');
  }
}

const lineOf = (key: string, facts: TrialFacts): string => `${JSON.stringify({ key, facts })}\n`;

function parsed(line: string): unknown {
  if (line === '') return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
