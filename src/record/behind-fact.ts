import * as z from 'zod';
import { ruleOwner, text } from './field.ts';

/** A rule to which no request of some hosts comes at the gateway, as another one stands before it. */
export const behindFact = z.strictObject({
  rule: text.describe('"VirtualService web.default, rule 1"'),
  owner: ruleOwner,
  by: text.describe('The rule of another resource that takes all that it would.'),
  byOwner: ruleOwner,
  hosts: z.array(text).describe('For which that is so, of those that visitors ask for.'),
});
