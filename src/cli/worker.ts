import { parentPort, workerData } from 'node:worker_threads';
import type { Job } from '../experiment/job/index.ts';
import { openWork, type WorkOrder } from './work-order.ts';

// A worker thread: does one job after the other, each asked for when the one before has been answered.
const port = parentPort!;
const doJob = openWork(workerData as WorkOrder);
port.on('message', async (job: Job) => port.postMessage(await doJob(job)));
port.postMessage('ready');
