import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openScenario } from '../../src/cli/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** Each folder's scenario, and each of its variants: `grpc-pinning`, `grpc-pinning/scenario-with-sidecar.yaml`. */
export const shippedNames: readonly string[] = readdirSync('scenarios')
  .sort()
  .flatMap((folder) => {
    const files = readdirSync(join('scenarios', folder)).filter((file) => /^scenario.*\.yaml$/.test(file));
    return files.sort().map((file) => (file === 'scenario.yaml' ? folder : `${folder}/${file}`));
  });

/** A scenario that comes with the project, loaded as the command line loads it. */
export const shipped = (name: string, ...set: string[]): Promise<Scenario> =>
  opened(`scenarios/${name}`, ...set);

/** Any scenario by its path, loaded so. */
export async function opened(path: string, ...set: string[]): Promise<Scenario> {
  const opened = await openScenario(path, process.cwd(), set);
  const loaded = opened.value === undefined ? opened : await loadScenario(opened.value);
  if (loaded.value === undefined) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.value as Scenario;
}

export const seeded = (scenario: Scenario, seed: number): Scenario => ({ ...scenario, seed: String(seed) });

export const textOf = (path: string): Promise<string> => readFile(path, 'utf8');
