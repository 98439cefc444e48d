import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AnswerTo, Job } from '../experiment/job/index.ts';
import type { Pool } from '../experiment/pool.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A worker thread is gone, and what it was asked for with it. */
export class WorkerLost extends Error {}

/** Of so many runs that somebody asks for at a time, those that go on at once: a thread without a core only takes memory. */
export const atOnce = (jobs: number): number => Math.min(jobs, availableParallelism());

/** Worker threads that play runs. They start with the first job and end with `close`. */
export class ThreadPool implements Pool {
  readonly #scenarios: readonly Scenario[];
  readonly #size: number;
  readonly #script: URL;
  readonly #onLost: (what: string) => void;
  readonly #workers: Worker[] = [];
  #isClosed = false;

  /**
   * @param scenarios are plain data, of which each worker gets a copy: it reads no file, and all play the same whatever becomes
   *   of the files.
   * @param size how many jobs are done at the same time, at most.
   * @param script what each worker runs: it says "ready", and then answers one job after the other. The default stands beside
   *   this file, as a bundle or as a source.
   * @param onLost hears of each worker that died and was replaced; what it was at is done again, once.
   */
  constructor(
    scenarios: readonly Scenario[],
    size: number,
    script = new URL('./worker.mjs', import.meta.url),
    onLost: (what: string) => void = () => {},
  ) {
    this.#scenarios = scenarios;
    this.#size = size;
    this.#script = script;
    this.#onLost = onLost;
  }

  /**
   * As the contract says; undefined soon after `close`.
   * @throws what a worker throws, WorkerLost where two ended at one job.
   */
  async run<J extends Job>(
    jobs: readonly J[],
    onAnswer: (answer: AnswerTo<J>, index: number) => void | Promise<void>,
  ): Promise<readonly AnswerTo<J>[] | undefined> {
    const answers: AnswerTo<J>[] = [];
    let next = 0;
    let done = 0;
    let failure: unknown;
    const takes = async (slot: number): Promise<void> => {
      while (next < jobs.length && !this.#isClosed && failure === undefined) {
        const index = next;
        next += 1;
        const answer = await this.#askTwice(slot, jobs[index]!);
        if (answer === undefined) return;
        answers[index] = answer;
        done += 1;
        await onAnswer(answer, index);
      }
    };
    const size = Math.min(this.#size, jobs.length);
    if (!this.#isClosed) await this.#startUpTo(size);
    // All come to rest first, so that no worker's answer is still on its way when the next jobs are asked for.
    const takers = this.#workers
      .slice(0, size)
      .map((_, slot) => takes(slot).catch((error) => (failure ??= error)));
    await Promise.all(takers);
    if (failure !== undefined) throw failure;
    return done === jobs.length ? answers : undefined;
  }

  /** Ends all workers, whatever they are at. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#workers.map((own) => own.terminate()));
  }

  async #startUpTo(size: number): Promise<void> {
    const missing = Math.max(0, size - this.#workers.length);
    const started = await Promise.allSettled(Array.from({ length: missing }, () => this.#start()));
    for (const own of started) if (own.status === 'fulfilled') this.#workers.push(own.value);
    for (const own of started) if (own.status === 'rejected') throw own.reason;
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(this.#script, { workerData: this.#scenarios });
    await this.#hear(worker);
    return worker;
  }

  /** A worker that dies, for want of memory or by somebody's hand, has a successor; what dies twice at one job is the job's doing. */
  async #askTwice<J extends Job>(slot: number, job: J): Promise<AnswerTo<J> | undefined> {
    try {
      return await this.#ask(this.#workers[slot]!, job);
    } catch (error) {
      if (!(error instanceof WorkerLost) || this.#isClosed) throw error;
      this.#onLost(error.message);
      this.#workers[slot] = await this.#start();
      return this.#ask(this.#workers[slot], job);
    }
  }

  /** undefined: the pool was closed. */
  #ask<J extends Job>(worker: Worker, job: J): Promise<AnswerTo<J> | undefined> {
    worker.postMessage(job);
    return this.#hear(worker) as Promise<AnswerTo<J> | undefined>;
  }

  /** The next thing that a worker says; undefined: it ended because the pool was closed. */
  #hear(worker: Worker): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
        then();
      };
      const onMessage = (message: unknown): void => settle(() => resolve(message));
      const onError = (error: NodeJS.ErrnoException): void => settle(() => reject(lost(error)));
      const onExit = (code: number): void =>
        settle(() =>
          this.#isClosed
            ? resolve(undefined)
            : reject(new WorkerLost(`a worker thread ended (code ${code}) before it answered`)),
        );
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
    });
  }
}

/** What a worker could not help is told in words; what it threw is passed on. */
const lost = (error: NodeJS.ErrnoException): Error =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new WorkerLost('a worker thread ran out of memory; fewer runs at a time need less: --jobs 1')
    : error;
