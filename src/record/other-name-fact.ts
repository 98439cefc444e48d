import * as z from 'zod';
import { ruleOwner, text } from './field.ts';

/** A Service by whose name pods are asked that a rule tells apart under another name. */
const otherNameFact = z.strictObject({
  service: text.describe('By whose name they are asked.'),
  rule: text.describe('"VirtualService web.default, rule 1", that tells these pods apart.'),
  owner: ruleOwner,
  of: z.array(text).describe('Names that it is for; where it has none, Services that it sends to.'),
  atGateway: z
    .literal(true)
    .optional()
    .describe('It is a route that is bound to Gateways alone; absent: it is for these names.'),
  callers: z.array(text).describe('Workloads; "visitors": whoever a gateway sends there.'),
  workloads: z.array(text).describe('Whose pods have both names.'),
});

export const otherNameFacts = z
  .array(otherNameFact)
  .optional()
  .describe(
    'Services by whose names pods are asked that a rule tells apart under another name; absent: there are none.',
  );
