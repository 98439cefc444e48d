import { awsBatch } from './aws-batch.ts';
import type { Engine } from './engine.ts';
import { github } from './github.ts';
import { kubernetes } from './kubernetes.ts';
import type { EngineName } from './name.ts';
import { parallel } from './parallel.ts';
import { slurm } from './slurm.ts';

export const engines: Readonly<Record<EngineName, Engine>> = {
  kubernetes,
  slurm,
  parallel,
  github,
  'aws-batch': awsBatch,
};
