import type { LocatedDocument } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';
import { atPlace } from './at-place.ts';
import type { ScenarioFiles } from './scenario-files.ts';

/** Texts of the files that a scenario names, each read once; what is wrong with one is told where the scenario names it first. */
export class Texts {
  readonly #files: ScenarioFiles;
  readonly #document: LocatedDocument;
  readonly #problems: Problem[];
  readonly #texts = new Map<string, string>();

  /** @param problems takes up what is wrong, as it is found. */
  constructor(files: ScenarioFiles, document: LocatedDocument, problems: Problem[]) {
    this.#files = files;
    this.#document = document;
    this.#problems = problems;
  }

  /** @returns undefined if it cannot be read. */
  async read(
    name: string,
    place: readonly (string | number)[],
    kind: Parameters<ScenarioFiles['read']>[1],
  ): Promise<string | undefined> {
    if (!this.#texts.has(name)) {
      const { value, problems } = await this.#files.read(name, kind);
      for (const own of problems)
        this.#problems.push(
          own.line === undefined ? atPlace(this.#files.file, this.#document, place, own) : own,
        );
      if (value !== undefined) this.#texts.set(name, value);
    }
    return this.#texts.get(name);
  }

  /** Of a file that was read before; undefined if it could not be. */
  known(name: string): string | undefined {
    return this.#texts.get(name);
  }

  /** Names and texts, in the order in which they were read. */
  get all(): readonly string[] {
    return [...this.#texts].flat();
  }
}
