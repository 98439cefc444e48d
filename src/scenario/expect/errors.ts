import * as z from 'zod';
import { percent } from '../../manifest/field.ts';
import { count } from '../../words/number.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { fromOrSettled, isWithin, notSettled, percentText, serviceOrPages, spanText, to } from './fields.ts';

const schema = z.strictObject({
  metric: z.literal('errors').describe('Share that failed, of the pages or of the requests to a service.'),
  service: serviceOrPages,
  min: percent.optional().describe('At least this share.'),
  max: percent.describe('At most this share.'),
  from: fromOrSettled,
  to,
});

export const errors: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text(own) {
    const what = own.service === undefined ? 'pages failed' : `requests to ${own.service} failed`;
    const least = own.min === undefined ? '' : `at least ${percentText(own.min)}, `;
    return `${what}: ${least}at most ${percentText(own.max)}${spanText(own)}`;
  },
  judge(own, run) {
    const { service } = own;
    const counted = run.within(own);
    if (counted === undefined) return notSettled;
    const n = service === undefined ? counted.pages : counted.requests(service);
    const failed = service === undefined ? counted.pagesFailed : counted.failed(service);
    if (n === 0) return { ok: false, found: 'none were made' };
    return {
      ok: isWithin(failed / n, own),
      found: `${count(failed)} of ${count(n)} (${percentText(failed / n)})`,
    };
  },
};
