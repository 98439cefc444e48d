import type { z } from 'zod';
import type { Written } from './written.ts';

/**
 * A kind of change that may mend what a run found, whole: what may be said, the sentence for it, and what becomes of the manifests
 * and of the timeline. What is told is what is played, for both come from the same data.
 *
 * @template Own what it is about, as `schema` reads it; plain data, kept in records.
 */
export interface ChangeKind<Own extends { readonly kind: string }> {
  readonly schema: z.ZodType<Own>;
  /** What to do, in a sentence. */
  text(own: Own): string;
  /** Makes the change in place; answers with what stands in its way, for a user to read. */
  apply(own: Own, written: Written): string | undefined;
}
