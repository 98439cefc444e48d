import * as z from 'zod';
import { change } from '../manifest/change/index.ts';
import { flag, number, text, whole, type Immutable } from './field.ts';
import { diagnosis } from './finding.ts';
import { remediedFormat } from './format.ts';

const outcome = z.strictObject({
  pages: whole,
  failed: whole.describe('Pages that failed, or came with an error in place of a part.'),
  late: whole.describe('Pages that came late, or not at all.'),
  harm: number.describe('Of the findings of this code, in `unit`.'),
});

const interval = z.strictObject({
  mean: number.describe('After less before, mean over the seeds; negative: fewer.'),
  low: number.nullable().describe("Ends of Student's 95 % interval; null: of one seed there is none."),
  high: number.nullable(),
});

const played = z.strictObject({
  code: text.describe('Of the finding that it is for.'),
  finding: text.describe('Its sentence.'),
  remedy: text.describe('What was done.'),
  changes: z.array(change),
  unit: z
    .enum(['pages', 'requests', 'seconds', 'runs'])
    .describe('What its harm is counted in; runs: it has no harm that is counted, it is there or not.'),
  before: z.array(outcome).describe('By seed.'),
  after: z.array(outcome).describe('By seed.'),
  harm: interval,
  failed: interval,
  late: interval,
  removed: number.describe('Part of the harm of the finding that is gone; negative: there is more.'),
  verdict: z.enum(['helps', 'helps in part', 'does not help', 'makes it worse']),
  sentence: text,
  diagnosis: diagnosis.describe('Of the run with the first seed, with the remedy.'),
  apply: text.describe('Resources to apply, as YAML; "": none.'),
  remove: text.describe('Resources to delete, as YAML; "": none.'),
  folder: text.describe('Of the changed scenario, in the folder of the answer.'),
});

/** What `meshshift remedy` found: the remedies of a run's findings, each played by itself. */
export const remedied = z
  .strictObject({
    schema: z.literal(remediedFormat),
    version: text,
    scenario: z.strictObject({ name: text, hash: text }),
    seeds: z.array(text).describe('Before and after have the same chance with each of them.'),
    diagnosis: diagnosis.describe('Of the run with the first seed, as it is written.'),
    played: z.array(played).describe('In the order of the findings.'),
    best: whole.nullable().describe('Index into `played`: the one to take; null: none helps.'),
    notPlayed: z
      .array(z.strictObject({ code: text, finding: text, remedy: text, because: text }))
      .describe('What cannot be played, or is not for manifests to do.'),
    more: whole.describe('Remedies that could be played, too, and were not asked for.'),
    interrupted: flag,
  })
  .meta({ title: 'meshshift remedies of a run' });

export type Remedied = Immutable<z.infer<typeof remedied>>;
export type PlayedRemedy = Remedied['played'][number];
export type RemedyOutcome = PlayedRemedy['before'][number];
export type Difference = PlayedRemedy['harm'];
