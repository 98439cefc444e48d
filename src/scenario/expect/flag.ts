import * as z from 'zod';
import { whole } from '../../manifest/field.ts';
import { responseFlags } from '../../mesh/envoy/response-flag.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { boundsText, fromOrSettled, isWithin, notSettled, service, spanText, to } from './fields.ts';

const schema = z.strictObject({
  metric: z.literal('flag').describe("Requests with one of Envoy's response flags."),
  service,
  flag: z.enum(responseFlags).describe('The flag, as access logs have it.'),
  min: whole.optional().describe('At least so many.'),
  max: whole.optional().describe('At most so many.'),
  from: fromOrSettled,
  to,
});

export const flag: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text: (own) =>
    `requests to ${own.service} with flag ${own.flag}: ${boundsText(own, String)}${spanText(own)}`,
  judge(own, run) {
    const counted = run.within(own);
    if (counted === undefined) return notSettled;
    const count = counted.flagged(own.service, own.flag);
    return { ok: isWithin(count, own), found: String(count) };
  },
};
