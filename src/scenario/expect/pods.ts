import * as z from 'zod';
import { duration, whole } from '../../manifest/field.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { boundsText, isWithin, workload } from './fields.ts';

const schema = z.strictObject({
  metric: z
    .enum(['replicas', 'ready'])
    .describe('At a moment: replicas that a workload is wanted to have, or pods of it that are ready.'),
  workload,
  at: duration.describe('The moment.'),
  min: whole.optional().describe('At least so many.'),
  max: whole.optional().describe('At most so many.'),
});

export const pods: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text(own) {
    const what = own.metric === 'replicas' ? 'replicas' : 'ready pods';
    return `${what} of ${own.workload} at ${own.at / 1e6} s: ${boundsText(own, String)}`;
  },
  judge(own, run) {
    const found = run.podsAt(own.workload, own.at);
    if (found === undefined)
      return { ok: false, found: 'there is no such workload, or its pods never change' };
    const count = own.metric === 'replicas' ? found.wanted : found.ready;
    return { ok: isWithin(count, own), found: String(count) };
  },
};
