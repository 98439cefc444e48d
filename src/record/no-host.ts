import * as z from 'zod';
import { text } from './field.ts';

/** A rule is for hosts that nothing has. */
export const noHost = z.strictObject({
  by: z.literal('host'),
  hosts: z.array(text).describe('Their full names, which nothing has.'),
  meant: text
    .nullable()
    .describe('Full name of a Service that is called so in another namespace; null: none is.'),
  service: text.optional().describe('The same for short; absent: none is.'),
});
