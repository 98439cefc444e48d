import { commandLine } from '../../../report/command-line.ts';

/** A sweep in shards, for an engine that starts the same command so many times, each with a number of its own. */
export interface SweepJob {
  /** As Kubernetes takes names: "sweep-my-shift". */
  readonly name: string;
  /** Of the sweep, as its user wrote them: `sweep my-shift --replications 64`. */
  readonly words: readonly string[];
  readonly shards: number;
  /** Where all shards leave their files; it is shared by all who play one. */
  readonly out: string;
  /** Of one shard, which plays so many runs at the same time. */
  readonly cores: number;
  /** Where it runs in containers. */
  readonly image: string;
}

/** Somebody else's program or service that plays shards on many cores or machines. */
export interface Engine {
  /** How many shards it takes. */
  readonly shards: { readonly least: number; readonly most: number };
  /** Needs an image of a container, and a folder that is absolute there. */
  readonly inContainers: boolean;
  /** What its user hands to it: a script or a manifest, with the words that start it at its head. */
  readonly print: (job: SweepJob) => string;
}

/**
 * The command of a shard for a shell.
 * @param index how the shell knows its number: `$SLURM_ARRAY_TASK_ID`; the number of shards stands beside it, as not every
 *   engine tells it.
 */
export const shardCommand = (
  { words, shards, out, cores }: SweepJob,
  index: string,
  jobs = String(cores),
): string =>
  [
    commandLine(['meshshift', ...words]),
    `--shard "${index}/${shards}"`,
    commandLine(['--out', out]),
    `--jobs ${jobs}`,
  ].join(' ');

export const mergeCommand = ({ out }: SweepJob): string => commandLine(['meshshift', 'merge', out]);

/** Lines of a comment. A name could end it by a line break, so there is none. */
export const comment = (lines: readonly string[]): string =>
  lines.map((line) => `# ${line.replaceAll(/[\r\n]/g, ' ')}\n`).join('');
