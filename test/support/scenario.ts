import { readFile } from 'node:fs/promises';
import { openScenario } from '../../src/cli/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** A scenario that comes with the project (or any path), loaded as the command line loads it. */
export async function shipped(name: string, ...set: string[]): Promise<Scenario> {
  const opened = await openScenario(`scenarios/${name}`, process.cwd(), set);
  const loaded = opened.value === undefined ? opened : await loadScenario(opened.value);
  if (loaded.value === undefined) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.value as Scenario;
}

export const seeded = (scenario: Scenario, seed: number): Scenario => ({ ...scenario, seed: String(seed) });

export const textOf = (path: string): Promise<string> => readFile(path, 'utf8');
