import { Worker } from 'node:worker_threads';
import type { Job, JobResult, WorkOrder } from './work.ts';

/** Worker threads that play runs of one scenario. They start with the first job and end with `close`. */
export class Pool {
  readonly #order: WorkOrder;
  readonly #size: number;
  readonly #workers: Worker[] = [];
  #isClosed = false;

  constructor(order: WorkOrder, size: number) {
    this.#order = order;
    this.#size = size;
  }

  /**
   * Does all jobs, as many at once as there are workers, and tells of each result as it comes. Resolves when all are done, or
   * soon after `close`; rejects with what a worker throws.
   */
  async run(jobs: readonly Job[], onResult: (index: number, result: JobResult) => void): Promise<void> {
    const waiting = jobs.map((job, id) => ({ id, job }));
    let next = 0;
    const takes = async (worker: Worker): Promise<void> => {
      while (next < waiting.length && !this.#isClosed) {
        const own = waiting[next]!;
        next += 1;
        const result = await this.#ask(worker, own);
        if (result !== undefined) onResult(own.id, result);
      }
    };
    const size = Math.min(this.#size, waiting.length);
    while (this.#workers.length < size) this.#workers.push(await this.#start());
    await Promise.all(this.#workers.slice(0, size).map(takes));
  }

  /** Ends all workers, whatever they are at. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#workers.map((own) => own.terminate()));
  }

  #start(): Promise<Worker> {
    // Beside this file, as a bundle or as a source.
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: this.#order });
    return new Promise((resolve, reject) => {
      worker.once('message', () => {
        worker.off('error', reject);
        resolve(worker);
      });
      worker.once('error', reject);
    });
  }

  /** undefined: the worker has ended. */
  #ask(worker: Worker, message: { readonly id: number; readonly job: Job }): Promise<JobResult | undefined> {
    return new Promise((resolve, reject) => {
      const done = (then: () => void) => (): void => {
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
        then();
      };
      const onMessage = ({ result }: { readonly result: JobResult }): void => done(() => resolve(result))();
      const onError = (error: Error): void => done(() => reject(error))();
      const onExit = done(() => resolve(undefined));
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage(message);
    });
  }
}
