import type { z } from 'zod';
import type { SeenRun } from './seen-run.ts';

/** Something that can be demanded of a run, whole: what may be written, the words for it, and how it is judged. */
export interface ExpectationKind<Expect extends { readonly metric: string }> {
  /** `metric` and the fields that go with it, as one strict object. */
  readonly schema: z.ZodObject;
  /** What is demanded, as a report says it. */
  text(own: Expect): string;
  judge(own: Expect, run: SeenRun): Judged;
}

export interface Judged {
  readonly ok: boolean;
  /** What the run had. */
  readonly found: string;
}
