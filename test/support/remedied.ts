import { openScenario } from '../../src/cli/files.ts';
import { inProcessPool } from '../../src/experiment/pool.ts';
import { playRemedies, type PlayedRemedies } from '../../src/experiment/remedy/play-remedies.ts';
import { sourcesOf } from '../../src/experiment/remedy/sources.ts';
import { opened } from './scenario.ts';

/** The remedies of a scenario by its path, played as the command line plays them. */
export async function remediesOf(
  path: string,
  options: { readonly most: number; readonly seeds: number },
  ...set: string[]
): Promise<PlayedRemedies> {
  const files = await openScenario(path, process.cwd(), set);
  const played = await playRemedies(
    await opened(path, ...set),
    await sourcesOf(files.value!),
    options,
    (scenario) => inProcessPool(scenario),
    { begin: () => undefined, take: () => undefined },
  );
  return played!;
}
