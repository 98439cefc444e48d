import * as z from 'zod';
import { change } from '../manifest/change/index.ts';
import { number, text, whole, type Immutable } from './field.ts';

/** What something cost; counts of the whole run. */
const harm = z.strictObject({
  pages: whole.describe('Pages that failed because of it.'),
  pagesWithout: whole.describe('Pages that came with an error in place of a part.'),
  pagesLate: whole.describe('Pages that came late, or never.'),
  requests: whole.describe('Requests that failed or went where they should not, pages or not.'),
  seconds: number.describe('In how many seconds of the run.'),
  fromSeconds: number.nullable(),
  toSeconds: number.nullable(),
});

/** What to do about a finding. */
const remedy = z.strictObject({
  text: text.describe('In a sentence or two.'),
  changes: z
    .array(change)
    .describe('The same as data, to be made together and played; empty: it is not for manifests to do.'),
});

/** One thing that is wrong with a run, or explains it. */
export const finding = z.strictObject({
  code: text.describe('Stable: "hot-pod".'),
  level: z
    .enum(['breaks', 'harms', 'note', 'luck'])
    .describe(
      'breaks: the run does not hold because of it. harms: it holds, but. note: worth knowing. luck: what chance does.',
    ),
  sentence: text.describe("What happens, in the user's words, with its numbers."),
  evidence: z.array(text),
  harm,
  why: text.describe('The mechanism.'),
  remedies: z
    .array(remedy)
    .describe('What to do, each by itself, the likeliest first; empty: nothing is to be done.'),
  look: text.nullable().describe('Section of the report that shows it.'),
  trace: text.nullable().describe('Options of `meshshift trace` that show one page that it happened to.'),
});

/** The answer to "is my shift all right?", and what it rests on: worst harm first, luck last. */
export const diagnosis = z.strictObject({
  answer: z
    .enum(['holds', 'holds, but', 'does not hold'])
    .describe(
      'holds: nothing failed beyond what is tolerated, all that is called is known, nothing that would act is left out, each split is within chance.',
    ),
  findings: z.array(finding),
});

export type Harm = Immutable<z.infer<typeof harm>>;
export type Remedy = Immutable<z.infer<typeof remedy>>;
export type FindingRecord = Immutable<z.infer<typeof finding>>;
export type Diagnosis = Immutable<z.infer<typeof diagnosis>>;
