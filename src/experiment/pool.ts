import type { Scenario } from '../scenario/scenario.ts';
import { jobDoer, type AnswerTo, type Job } from './job/index.ts';

/** Who plays many runs, of one scenario or of several: threads, a page's workers, or this very thread. A shell supplies it. */
export interface Pool {
  /**
   * Does all jobs, and resolves to their answers in the order of the jobs: neither how many are done at a time nor which ends
   * first can be told from them. Each answer is told to `onAnswer` as it comes, and no more is begun in its place before that
   * has been dealt with. Resolves to undefined where the pool was stopped before all were done.
   */
  run<J extends Job>(
    jobs: readonly J[],
    onAnswer: (answer: AnswerTo<J>, index: number) => void | Promise<void>,
  ): Promise<readonly AnswerTo<J>[] | undefined>;
}

/** Who hears of a use case's many runs while they are played: progress on a terminal, a journal, a page. */
export interface Sink<T> {
  /** So many runs follow, and what for. */
  begin(round: Round): void;
  /** One of them is done. What this promises is kept before the next is begun. */
  take(answer: T): void | Promise<void>;
}

export interface Round {
  /** In a few words: "reverting". */
  readonly what: string;
  readonly count: number;
  /** What is counted, in the plural. */
  readonly unit: string;
  /** About how many more follow after this round; absent: none, or nobody knows. */
  readonly later?: number;
}

/** One job after the other, in this thread; between two it may be stopped. */
export function inProcessPool(
  scenarios: Scenario | readonly Scenario[],
  isStopped: () => boolean = () => false,
): Pool {
  const doJob = jobDoer([scenarios].flat() as readonly Scenario[]);
  return {
    run: async (jobs, onAnswer) => {
      const answers: AnswerTo<(typeof jobs)[number]>[] = [];
      for (const [index, job] of jobs.entries()) {
        if (isStopped()) return undefined;
        const answer = doJob(job);
        answers.push(answer);
        await onAnswer(answer, index);
      }
      return answers;
    },
  };
}
