import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';
import { sweepFormat } from './format.ts';

export const measure = z.strictObject({
  name: text.describe('"p99", "share v3"; unique.'),
  unit: z
    .enum(['share', 'yes', 'ms', 's', 'count'])
    .describe('share: 0..1. yes: 1 or 0, a run does or does not. s: of simulated time.'),
  text: text.describe('What is measured, in a sentence.'),
});

export const sweepSummary = z.strictObject({
  runs: whole.describe('Runs that have the measure.'),
  mean: number,
  low: number
    .nullable()
    .describe('Ends of the 95 % interval of the mean; null: one run shows nothing of chance.'),
  high: number.nullable(),
  least: number,
  most: number,
});

/** What is kept of one run of a sweep; small, so that thousands can be stored. */
const sweepRun = z.strictObject({
  replication: whole,
  values: z
    .record(text, number)
    .describe('By measure; a run may lack one: a version that nobody asked has no share.'),
  answer: z.enum(['holds', 'holds, but', 'does not hold']),
  worst: text.nullable().describe('Code of the worst finding.'),
  ended: text.nullable().describe("Where the run's budget was spent before its duration; null: it was not."),
});

/** A line of `runs.ndjson`: a run that is done, by its setting and replication, and what its measures are. */
export const sweepLine = z.strictObject({
  key: text.describe('"2/7": the third setting, the eighth replication.'),
  facts: z.strictObject({ run: sweepRun.omit({ replication: true }), measures: z.array(measure) }),
});

const point = z.strictObject({
  values: z.array(text).describe('One for each of `varied`, as written.'),
  settings: z.array(text).describe('path=value.'),
  runs: z.array(sweepRun).describe('By replication.'),
  summaries: z.array(sweepSummary.nullable()).describe('One for each measure; null: no run has it.'),
});

/** Many runs of one scenario: settings by replications, and what was measured. The same whoever played them. */
export const sweep = z
  .strictObject({
    schema: z.literal(sweepFormat),
    version: text,
    scenario: z.strictObject({ name: text, title: text, hash: text, seed: text, durationSeconds: number }),
    command: text,
    varied: z.array(z.strictObject({ path: text, values: z.array(text) })),
    together: flag.describe('Values were taken side by side; else every combination.'),
    replications: whole.describe('Of each setting. A replication has the same seed at every setting.'),
    precision: z
      .strictObject({ measure: text, relative: number, reached: flag })
      .nullable()
      .describe(
        'Runs were added until the half-width of this measure was so small a part of its mean at every setting.',
      ),
    measures: z.array(measure),
    points: z.array(point),
    missing: whole.describe('Runs that are not in it: stopped, or in shards that are not there.'),
  })
  .meta({ title: 'meshshift sweep' });

export type Sweep = Immutable<z.infer<typeof sweep>>;
export type SweepPoint = Sweep['points'][number];
export type SweepRun = Immutable<z.infer<typeof sweepRun>>;
export type SweepMeasure = Sweep['measures'][number];
export type SweepSummary = NonNullable<SweepPoint['summaries'][number]>;
