import * as z from 'zod';
import { percent } from '../../manifest/field.ts';
import { count } from '../../words/number.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { boundsText, from, isWithin, percentText, session, spanText, to } from './fields.ts';

const schema = z.strictObject({
  metric: z.literal('shows').describe('Share of the pages of a session that show one thing.'),
  traffic: session,
  shows: z.string().describe('none, black, red, error, no-ratings, or a version without stars.'),
  min: percent.optional().describe('At least this share.'),
  max: percent.optional().describe('At most this share.'),
  from,
  to,
});

export const shows: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text: (own) =>
    `pages of ${own.traffic} that show "${own.shows}": ${boundsText(own, percentText)}${spanText(own)}`,
  judge(own, run) {
    const pages = run.pagesOf(own.traffic, own);
    const shown = pages.filter((page) => page.shows === own.shows).length;
    if (pages.length === 0) return { ok: false, found: 'none were asked for' };
    return {
      ok: isWithin(shown / pages.length, own),
      found: `${count(shown)} of ${count(pages.length)} (${percentText(shown / pages.length)})`,
    };
  },
};
