import * as z from 'zod';
import { whole } from '../../manifest/field.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { boundsText, isWithin, service } from './fields.ts';

const schema = z.strictObject({
  metric: z
    .enum(['mirrored', 'retries', 'ejections'])
    .describe('How often, over the whole run: requests mirrored, second and later tries, endpoints ejected.'),
  service,
  min: whole.optional().describe('At least so many.'),
  max: whole.optional().describe('At most so many.'),
});

const told = {
  mirrored: 'requests mirrored to',
  retries: 'retries of requests to',
  ejections: 'ejections of pods of',
};

export const times: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text: (own) => `${told[own.metric]} ${own.service}: ${boundsText(own, String)}`,
  judge(own, run) {
    const count = run[own.metric](own.service);
    return { ok: isWithin(count, own), found: String(count) };
  },
};
