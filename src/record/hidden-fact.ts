import * as z from 'zod';
import { number, text, type Immutable } from './field.ts';

/** Causes of failures by which a proxy is not told of what is there. */
export const hiddenCauses = [
  'service-not-exported',
  'service-hidden',
  'subset-elsewhere',
  'subset-not-exported',
  'subset-for-others',
  'subset-outranked',
] as const;

/** A destination that is there, and of which the proxies of some who follow its rule are not told. */
const hiddenFact = z.strictObject({
  rule: text.describe('"VirtualService web.default, rule 1"'),
  to: text.describe('"web v2"'),
  service: text,
  subset: text.nullable().describe('null: the rule names none.'),
  weight: number.describe('Share of the route, 0..1.'),
  callers: z.array(text).describe('Workloads that follow the rule; "visitors": those of a gateway.'),
  because: z.enum(hiddenCauses),
});

export type HiddenFact = Immutable<z.infer<typeof hiddenFact>>;

export const hiddenFacts = z
  .array(hiddenFact)
  .optional()
  .describe(
    'Destinations that are there, and of which the proxies of callers are not told; absent: there are none.',
  );
