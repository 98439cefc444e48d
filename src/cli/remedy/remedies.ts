import type { PlayedRemedies } from '../../experiment/remedy/play-remedies.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { remedyFiles } from '../../report/remedy/remedy-files.ts';
import type { ReportFile } from '../../report/report-file.ts';
import { openScenario } from '../files.ts';
import type { Io } from '../io.ts';
import { stoppable } from '../interruption.ts';
import { Progress } from '../progress.ts';
import { overrides } from '../scenario-option.ts';

/** How many remedies are played, and how many runs each, before and after. */
export const remedyDefaults = { most: 3, seeds: 5 } as const;

interface Asked {
  readonly most: number;
  readonly seeds: number;
  readonly set: readonly string[];
  readonly seed?: string;
  readonly quiet: boolean;
}

/** Plays the remedies of a scenario that has been loaded before. Undefined: Ctrl-C before anything is known. */
export async function remediesOf(
  io: Io,
  given: string,
  scenario: Scenario,
  options: Asked,
): Promise<PlayedRemedies | undefined> {
  const { sourcesOf } = await import('../../experiment/remedy/sources.ts');
  const { playRemedies } = await import('../../experiment/remedy/play-remedies.ts');
  const { inProcessPool } = await import('../../experiment/pool.ts');
  const opened = await openScenario(given, io.cwd, overrides(options));
  const sources = await sourcesOf(opened.value!);
  const progress = new Progress(io, options.quiet);
  let isStopped = false;
  try {
    return await stoppable(
      () => (isStopped = true),
      () =>
        playRemedies(scenario, sources, options, (own) => inProcessPool(own, () => isStopped), {
          begin: (round) => progress.begin(round),
          take: async (_: RunRecord) => {
            progress.take();
            // Let a signal be heard.
            await new Promise((resume) => setImmediate(resume));
          },
        }),
    );
  } finally {
    progress.end();
  }
}

/** The answer and the changed scenarios as files of a folder. */
export function remedyFilesOf(shownAs: string, { remedied, folders }: PlayedRemedies): ReportFile[] {
  const texts = new Map(
    [...folders].map(([folder, { scenario, files }]) => [
      folder,
      new Map([['scenario.yaml', scenario], ...[...files].map(([name, { text }]) => [name, text] as const)]),
    ]),
  );
  return remedyFiles(remedied, shownAs, texts);
}
