import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';
import { comparisonFormat } from './format.ts';
import { measure, sweepSummary } from './sweep.ts';

const side = z.strictObject({
  name: text,
  title: text,
  hash: text,
  settings: z.array(text).describe('path=value, as given.'),
  holds: whole.describe('Runs that hold.'),
});

/** Two scenarios under the same chance, measure by measure. */
export const comparison = z
  .strictObject({
    schema: z.literal(comparisonFormat),
    version: text,
    command: text,
    seed: text,
    replications: whole.describe('Pairs of runs; the two of a pair have one seed.'),
    a: side,
    b: side,
    confidence: number.describe(
      'Of each interval, so that all of them together hold with 95 % (Bonferroni over the measures that vary).',
    ),
    measures: z.array(
      z.strictObject({
        ...measure.shape,
        a: sweepSummary,
        b: sweepSummary,
        difference: z.strictObject({
          mean: number.describe('b - a.'),
          low: number
            .nullable()
            .describe('Ends of the interval of the mean difference; null: one pair shows nothing of chance.'),
          high: number.nullable(),
        }),
        changed: flag.describe('The interval leaves out 0, or every pair differs by the same.'),
      }),
    ),
    changed: flag.describe('At least one measure did.'),
    missing: whole.describe('Runs that are not in it.'),
  })
  .meta({ title: 'meshshift comparison' });

export type Comparison = Immutable<z.infer<typeof comparison>>;
export type ComparedMeasure = Comparison['measures'][number];
