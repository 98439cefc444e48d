import { InvalidArgumentError, Option } from 'commander';
import type { Shard } from '../../experiment/sweep/play-sweep.ts';
import { parseVary, type Varied } from '../../experiment/sweep/vary.ts';
import { parsePercent } from '../../manifest/quantity.ts';
import { positive, runsEach } from '../scenario-option.ts';
import { engineNames } from './engine/name.ts';

export const varyOption = (): Option =>
  new Option(
    '--vary <path=values>',
    'values that a field of the scenario is to take: --vary traffic[0].rps=20,40,80 (repeatable: every combination)',
  )
    .argParser((text: string, before: readonly Varied[]) => {
      const parsed = parseVary(text);
      if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
      return [...before, parsed];
    })
    .default([], 'none');

export const replicationsOption = (): Option =>
  new Option('--replications <n>', 'runs of each setting, every one with a seed of its own')
    .argParser(runsEach)
    .default(10);

/** "p99=1%": go on until a measure is known so well. */
export interface Precision {
  readonly measure: string;
  readonly relative: number;
}

export const precisionOption = (): Option =>
  new Option(
    '--precision <measure=percent>',
    'double the runs until half of a measure’s interval is so small a part of its mean at every setting: p99=1% (at most 1000 runs)',
  ).argParser((text: string): Precision => {
    const at = text.lastIndexOf('=');
    const [measure, percent] = at < 0 ? ['mean', text] : [text.slice(0, at), text.slice(at + 1)];
    const parsed = parsePercent(percent);
    if (!('share' in parsed)) throw new InvalidArgumentError(parsed.problem);
    if (parsed.share <= 0) throw new InvalidArgumentError('expected more than 0 %');
    return { measure, relative: parsed.share };
  });

export const shardOption = (): Option =>
  new Option(
    '--shard <i/n>',
    'play only every n-th replication, from the i-th on (i from 0), into a file of the folder; `meshshift merge` puts them together',
  ).argParser((text: string): Shard => {
    const found = /^(\d+)\/(\d+)$/.exec(text);
    const [i, n] = [Number(found?.[1]), Number(found?.[2])];
    if (found === null || n < 1 || i >= n)
      throw new InvalidArgumentError('expected i/n with i from 0 to n - 1: 3/32');
    return { i, n };
  });

export const printJobOption = (): Option =>
  new Option(
    '--print-job <engine>',
    'in place of playing, print a job that plays this sweep in shards on other machines',
  ).choices([...engineNames]);

export const shardsOption = (): Option =>
  new Option(
    '--shards <n>',
    'how many shards the printed job has (default: 32, or one a replication)',
  ).argParser(positive);
