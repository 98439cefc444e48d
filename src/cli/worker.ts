import { parentPort, workerData } from 'node:worker_threads';
import type { Job } from '../experiment/job/index.ts';
import { openWork, type WorkOrder } from './work-order.ts';

// A worker thread: opens the scenario once, and then does one job after the other.
const port = parentPort!;
const doJob = await openWork(workerData as WorkOrder);
port.on('message', (job: Job) => port.postMessage(doJob(job)));
port.postMessage('ready');
