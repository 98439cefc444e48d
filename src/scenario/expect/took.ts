import * as z from 'zod';
import { duration } from '../../manifest/field.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { boundsText, from, isWithin, secondsText, session, spanText, to } from './fields.ts';
import { plural } from '../../words/number.ts';

const schema = z.strictObject({
  metric: z.literal('took').describe('How long each page of a session took.'),
  traffic: session.describe('Name of a refresh entry; every page must keep to it.'),
  min: duration.optional().describe('At least so long.'),
  max: duration.optional().describe('At most so long.'),
  from,
  to,
});

export const took: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text: (own) => `each page of ${own.traffic} takes ${boundsText(own, secondsText)}${spanText(own)}`,
  judge(own, run) {
    const tookUs = run.pagesOf(own.traffic, own).map((page) => page.latencyMs * 1000);
    if (tookUs.length === 0) return { ok: false, found: 'none were asked for' };
    const least = tookUs.reduce((found, us) => Math.min(found, us));
    const most = tookUs.reduce((found, us) => Math.max(found, us));
    return {
      ok: isWithin(least, own) && isWithin(most, own),
      found: `from ${secondsText(least)} to ${secondsText(most)} over ${plural(tookUs.length, 'page')}`,
    };
  },
};
