import * as z from 'zod';
import { percent } from '../../manifest/field.ts';
import { plural } from '../../words/number.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { boundsText, isWithin, percentText, service } from './fields.ts';

const schema = z.strictObject({
  metric: z.literal('busiest').describe("Share of a service's answers that its busiest pod gave."),
  service,
  min: percent.optional().describe('At least this share.'),
  max: percent.optional().describe('At most this share.'),
});

/** By what the pods answered, whoever had asked. */
export const busiest: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text: (own) => `share of the busiest pod of ${own.service}: ${boundsText(own, percentText)}`,
  judge(own, run) {
    const perPod = run.answersPerPod(own.service);
    const all = perPod.reduce((sum, count) => sum + count, 0);
    const most = perPod.reduce((found, count) => Math.max(found, count), 0);
    if (all === 0) return { ok: false, found: 'no pod answered' };
    return {
      ok: isWithin(most / all, own),
      found: `${percentText(most / all)} of ${plural(all, 'answer')}, ${plural(perPod.length, 'pod')} at work`,
    };
  },
};
