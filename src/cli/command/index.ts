import type { Command } from 'commander';
import type { Io } from '../io.ts';

/** Every command by its name, in the order in which help shows them; each is loaded when it is asked for. */
const commands: Readonly<Record<string, () => Promise<(io: Io) => Command>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  sweep: async () => (await import('./sweep.ts')).sweepCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  compare: async () => (await import('./compare.ts')).compareCommand,
  remedy: async () => (await import('./remedy.ts')).remedyCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  fit: async () => (await import('./fit.ts')).fitCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  get: async () => (await import('./get.ts')).getCommand,
  routes: async () => (await import('./routes.ts')).routesCommand,
  trace: async () => (await import('./trace.ts')).traceCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  new: async () => (await import('./new.ts')).newCommand,
  workshop: async () => (await import('./workshop.ts')).workshopCommand,
  schema: async () => (await import('./schema.ts')).schemaCommand,
  completion: async () => (await import('./completion.ts')).completionCommand,
  version: async () => (await import('./version.ts')).versionCommand,
};

/** Those who speak of all commands: they need them all. */
const speakOfAll = ['completion'];

/** What the words need: the one command that they name, or all of them. */
export async function commandsFor([name = '']: readonly string[], io: Io): Promise<Command[]> {
  const one = Object.hasOwn(commands, name) && !speakOfAll.includes(name);
  const loading = one ? [commands[name]!] : Object.values(commands);
  const loaded = await Promise.all(loading.map((load) => load()));
  return loaded.map((command) => command(io));
}
