import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { completionCommand } from './completion.ts';
import { explainCommand } from './explain.ts';
import { getCommand } from './get.ts';
import { mergeCommand } from './merge.ts';
import { newCommand } from './new.ts';
import { planCommand } from './plan.ts';
import { remedyCommand } from './remedy.ts';
import { reportCommand } from './report.ts';
import { routesCommand } from './routes.ts';
import { sweepCommand } from './sweep.ts';
import { traceCommand } from './trace.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { validateCommand } from './validate.ts';
import { workshopCommand } from './workshop.ts';
import { versionCommand } from './version.ts';

/** Every command, in the order in which help shows them. */
export const commands = (io: Io): Command[] => [
  runCommand(io),
  sweepCommand(io),
  mergeCommand(io),
  compareCommand(io),
  remedyCommand(io),
  checkCommand(io),
  planCommand(io),
  validateCommand(io),
  explainCommand(io),
  getCommand(io),
  routesCommand(io),
  traceCommand(io),
  reportCommand(io),
  newCommand(io),
  workshopCommand(io),
  schemaCommand(io),
  completionCommand(io),
  versionCommand(io),
];
