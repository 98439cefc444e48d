import { InvalidArgumentError, Option } from 'commander';
import { availableParallelism } from 'node:os';
import { parseDuration } from '../manifest/quantity.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { exit, type Io } from './io.ts';
import { optimiseFor } from './optimise-for.ts';
import { printProblems } from './print.ts';

export const collect = (value: string, before: string[]): string[] => [...before, value];

export const setOption = (): Option =>
  new Option(
    '--set <path=value>',
    'override a field of the scenario: --set duration=10m, --set traffic[1].rps=80 (repeatable)',
  )
    .argParser(collect)
    .default([], 'none');

export const seedOption = (): Option =>
  new Option('--seed <seed>', "seed of chance, instead of the scenario's own");

/** How many runs go at the same time, where a command plays several. */
export const jobsOption = (): Option =>
  new Option('--jobs <n>', 'runs at the same time, where there are several; no more than there are cores')
    .argParser(positive)
    .default(availableParallelism(), 'all cores');

/** What the user changes of a scenario, as `path=value`. */
export const overrides = ({
  set,
  seed,
}: {
  readonly set: readonly string[];
  readonly seed?: string;
}): string[] => [...set, ...(seed === undefined ? [] : [`seed=${JSON.stringify(seed)}`])];

export function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number above 0');
}

/** How many times a run is played: each is a job that stands in a list, and a number slips by a digit easily. */
export function runsEach(text: string): number {
  const value = positive(text);
  if (value <= mostRunsEach) return value;
  throw new InvalidArgumentError(`expected at most ${mostRunsEach} runs`);
}
const mostRunsEach = 1000;

/** A moment of simulated time, in microseconds. */
export function moment(text: string): number {
  const parsed = parseDuration(text);
  if ('us' in parsed) return parsed.us;
  throw new InvalidArgumentError(parsed.problem);
}

/** The scenario, with everything wrong told and the exit code set; undefined when it cannot run. */
export async function theScenario(
  io: Io,
  given: string,
  options: { readonly set: readonly string[]; readonly seed?: string },
  quiet = false,
): Promise<Scenario | undefined> {
  optimiseFor('reading');
  const { openScenario } = await import('./files.ts');
  const { loadScenario } = await import('../scenario/load.ts');
  const opened = await openScenario(given, io.cwd, overrides(options));
  const loaded =
    opened.value === undefined
      ? { value: undefined, problems: opened.problems }
      : await loadScenario(opened.value);
  optimiseFor('playing');
  // What is only worth knowing is told by `validate`.
  const telling = loaded.value?.warnings ?? loaded.problems.filter(({ severity }) => severity !== 'info');
  if (!quiet || loaded.value === undefined) printProblems(io, telling);
  if (loaded.value === undefined) io.exitCode(exit.invalid);
  return loaded.value;
}
