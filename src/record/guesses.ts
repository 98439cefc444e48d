import * as z from 'zod';
import { text, type Immutable } from './field.ts';

export const guesses = z
  .strictObject({
    numbers: z.array(
      z.strictObject({
        name: text.describe('As `numbers` of the scenario calls it.'),
        value: text.describe('What was taken for it.'),
        from: text,
        to: text.describe('It may be anything between them.'),
        what: text,
      }),
    ),
    calls: z.array(
      z.strictObject({
        from: text.describe("The app's entry."),
        to: text.describe('The host that it may call.'),
        reason: text,
      }),
    ),
  })
  .describe('What nobody has measured, and the answer rests on all the same. Empty before v2.');

export type Guesses = Immutable<z.infer<typeof guesses>>;
