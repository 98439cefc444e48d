import * as z from 'zod';
import { duration, whole } from '../../../manifest/field.ts';
import { formatDuration } from '../../../manifest/quantity.ts';
import type { TextOf, TrafficBase, TrafficKind } from './traffic-kind.ts';
import { plural } from '../../../words/number.ts';

/**
 * One browser. Of its own it asks for the next page at its time, but never before the page before it has arrived; a hand on it
 * asks whenever it likes.
 */
export interface RefreshTraffic extends TrafficBase {
  readonly kind: 'refresh';
  readonly count: number;
  readonly everyUs: number;
  readonly startUs: number;
  /** By hand, at these times, ascending: then the three above say nothing. */
  readonly atUs?: readonly number[];
}

const fields = {
  refresh: z
    .strictObject({
      count: whole
        .max(1_000_000, 'expected at most 1000000')
        .optional()
        .describe('How many times the page is asked for.'),
      every: duration.default(2_000_000).describe('From one refresh to the next; 2s.'),
      start: duration.default(0).describe('When the first one comes; 0s.'),
      at: z
        .array(duration)
        .max(100_000, 'expected at most 100000')
        .optional()
        .describe('By hand, at these moments, in place of count, every and start.'),
    })
    .refine(
      ({ count, at }) => (count === undefined) !== (at === undefined),
      'name either count or at: so many refreshes, or when each comes',
    )
    .describe('One browser that refreshes the page.'),
};

export const refresh: TrafficKind<RefreshTraffic, TextOf<typeof fields>> = {
  field: 'refresh',
  hasClients: true,
  fields,
  build: ({ refresh: { count = 0, every, start, at } }, base) => ({
    value: {
      ...base,
      kind: 'refresh',
      count: at?.length ?? count,
      everyUs: every,
      startUs: start,
      ...(at === undefined ? {} : { atUs: [...at].sort((a, b) => a - b) }),
    },
    problems: [],
  }),
  explain: ({ count, everyUs, startUs, atUs }) =>
    `one browser, ${plural(count, 'refresh', 'refreshes')} ${atUs === undefined ? `every ${formatDuration(everyUs)} from ${formatDuration(startUs)}` : 'by hand'}`,
  scaled: (entry) => entry,
  pagesWritten: ({ count }) => count,
  atStart: () => undefined,
  comingSince: (entry) => entry,
  begin({ count, everyUs, startUs, atUs }, { simulation, kindOfEvent, openNext }) {
    if (atUs !== undefined) {
      const kind = kindOfEvent('refresh by hand', (_, nowUs) => openNext(nowUs));
      return { foreseen: atUs.map((dueUs) => ({ dueUs, kind, subject: 0 })), start: () => {} };
    }
    const memory = { opened: 0 };
    const kind = kindOfEvent('refresh', (_, nowUs) => {
      memory.opened += 1;
      openNext(nowUs);
    });
    return {
      memory,
      start: () => {
        if (count > 0) simulation.schedule(startUs, kind, 0);
      },
      done: (_client, nowUs) => {
        const { opened } = memory;
        if (opened < count) simulation.schedule(Math.max(nowUs, startUs + opened * everyUs), kind, 0);
      },
    };
  },
};
