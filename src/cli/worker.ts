import { parentPort, workerData } from 'node:worker_threads';
import { openWork, type Job, type WorkOrder } from './work.ts';

// A worker thread: opens the scenario once, and then does one job after the other.
const port = parentPort!;
const doJob = await openWork(workerData as WorkOrder);
port.on('message', ({ id, job }: { readonly id: number; readonly job: Job }) => {
  port.postMessage({ id, result: doJob(job) });
});
port.postMessage('ready');
