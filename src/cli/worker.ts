import { parentPort, workerData } from 'node:worker_threads';
import { jobDoer, type Job } from '../experiment/job/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { optimiseFor } from './optimise-for.ts';

// A worker thread: does one job after the other, each asked for when the one before has been answered.
optimiseFor('playing');
const port = parentPort!;
const doJob = jobDoer(workerData as readonly Scenario[]);
port.on('message', (job: Job) => port.postMessage(doJob(job)));
port.postMessage('ready');
