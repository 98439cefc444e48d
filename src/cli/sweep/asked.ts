import type { RunFacts } from '../../experiment/sweep/measure.ts';
import type { Shard } from '../../experiment/sweep/play-sweep.ts';
import type { Varied } from '../../experiment/sweep/vary.ts';
import { Journal, type RunsOf } from '../journal.ts';
import type { Precision } from './options.ts';

/** A sweep as somebody asked for it. */
export interface Asked {
  readonly given: string;
  readonly vary: readonly Varied[];
  readonly together: boolean;
  readonly replications: number;
  readonly precision?: Precision;
  readonly shard?: Shard;
  readonly jobs: number;
  /** false: nothing is written. */
  readonly out: string | false;
  readonly resume: boolean;
  readonly force: boolean;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly quiet: boolean;
  readonly output: 'text' | 'json' | 'csv';
  /** The command that asks the same again. */
  readonly command: string;
}

/** Where runs of a sweep are kept, a line each. */
export const journalAt = (path: string, of: RunsOf): Journal<RunFacts> =>
  new Journal<RunFacts>(path, of, async () => (await import('../../record/sweep.ts')).sweepLine);
