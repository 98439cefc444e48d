import { parentPort, workerData } from 'node:worker_threads';
import { jobDoer, type Job } from '../experiment/job/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { optimiseFor } from './optimise-for.ts';

/** What a worker thread does: one job after the other, each asked for when the one before has been answered. */
export function playHere(): void {
  const port = parentPort!;
  const doJob = jobDoer(workerData as readonly Scenario[]);
  // Not before: the others may still be loading what was compiled for reading.
  port.once('message', () => optimiseFor('playing'));
  port.on('message', (job: Job) => port.postMessage(doJob(job)));
  port.postMessage('ready');
}
