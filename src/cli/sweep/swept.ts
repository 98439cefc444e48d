import type { RunFacts } from '../../experiment/sweep/measure.ts';
import type { SweepQuestion } from '../../experiment/sweep/play-sweep.ts';
import type { Sweep } from '../../record/sweep.ts';
import { stoppable } from '../interruption.ts';
import type { Io } from '../io.ts';
import { Progress } from '../progress.ts';
import { atOnce, ThreadPool } from '../thread-pool.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Where a run is kept as soon as it is done. */
interface Keeper {
  add(key: string, facts: RunFacts): Promise<void>;
}

/**
 * Plays what is not done yet on worker threads, with a line of progress; Ctrl-C ends it with what there is.
 *
 * @param scenarios one for each setting of the question.
 * @param done grows.
 */
export async function swept(
  io: Io,
  { jobs, quiet }: { readonly jobs: number; readonly quiet: boolean },
  question: SweepQuestion,
  scenarios: readonly Scenario[],
  done: Map<string, RunFacts>,
  keeper?: Keeper,
): Promise<Sweep> {
  const { playSweep } = await import('../../experiment/sweep/play-sweep.ts');
  const pool = new ThreadPool(scenarios, atOnce(jobs), undefined, (what) =>
    io.stderr(`warning: ${what}; its run is played again\n`),
  );
  const progress = new Progress(io, quiet, keeper === undefined ? '' : 'Ctrl-C keeps them');
  try {
    return await stoppable(
      () => void pool.close(),
      () =>
        playSweep(question, done, pool, {
          begin: (round) => progress.begin(round),
          take: async ({ key, facts }) => {
            await keeper?.add(key, facts);
            progress.take();
          },
        }),
    );
  } finally {
    progress.end();
    await pool.close();
  }
}
