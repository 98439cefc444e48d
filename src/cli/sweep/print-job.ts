import { isAbsolute, join } from 'node:path';
import { exit, type Io } from '../io.ts';
import type { Asked } from './asked.ts';
import type { Engine } from './engine/engine.ts';
import { engines } from './engine/index.ts';
import type { EngineName } from './engine/name.ts';
import { openedSettings } from './play.ts';

export interface JobOptions {
  /** Of the command that plays the sweep. */
  readonly words: readonly string[];
  readonly shards?: number;
  readonly image?: string;
  /** false: no folder; undefined: one by the name of the scenario. */
  readonly out?: string | false;
  /** Of one shard. */
  readonly cores: number;
}

/** A sweep as a job of somebody else's engine: a script or a manifest on stdout. What is wrong with the scenario is told here, not there. */
export async function printJob(io: Io, asked: Asked, name: EngineName, options: JobOptions): Promise<void> {
  const engine: Engine = engines[name];
  const { replications } = asked;
  const { shards = Math.min(32, replications) } = options;
  const problem = problemOf(name, engine, asked, { ...options, shards });
  if (problem !== undefined) {
    io.stderr(`error: ${problem}\n`);
    io.exitCode(exit.usage);
    return;
  }
  const opened = await openedSettings(io, asked);
  if (opened === undefined) return;
  const { out, image = '' } = options;
  const label = labelOf(opened.question.scenario.name);
  const folder = engine.inContainers ? '/out' : join('reports', `shards-${label}`);
  io.stdout(
    engine.print({
      name: `sweep-${label}`,
      words: options.words,
      shards,
      out: out === undefined || out === false ? folder : out,
      cores: options.cores,
      image,
    }),
  );
}

function problemOf(
  name: EngineName,
  engine: Engine,
  { shard, precision, replications }: Asked,
  { out, image, shards = 0 }: JobOptions,
): string | undefined {
  const { least, most } = engine.shards;
  if (shard !== undefined) return '--print-job makes the shards itself: leave --shard out';
  if (precision !== undefined)
    return 'shards need a number of runs that is known beforehand: --replications in place of --precision';
  if (out === false) return 'shards need a folder that they leave their files in: --out';
  if (shards > replications)
    return `${shards} shards of ${replications} replications: some would have nothing to play`;
  if (shards < least || shards > most)
    return `${name} takes ${least} to ${most} shards, and these are ${shards}`;
  if (!engine.inContainers) return undefined;
  if (image === undefined) return `${name} runs it in containers: --image says in which`;
  if (out !== undefined && !isAbsolute(out))
    return `--out is where the shared volume stands in the containers, and begins with /: not ${out}`;
  return undefined;
}

/** A name as Kubernetes takes it, short enough that the names of pods can be made of it. */
const labelOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '') || 'scenario';
