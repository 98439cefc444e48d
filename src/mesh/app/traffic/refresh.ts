import { z } from 'zod';
import { duration, whole } from '../../../manifest/field.ts';
import { formatDuration } from '../../../manifest/quantity.ts';
import type { TextOf, TrafficBase, TrafficKind } from './traffic-kind.ts';
import { plural } from '../../../words/number.ts';

/** One browser: the next refresh comes at its time, but never before the page before it has arrived. */
export interface RefreshTraffic extends TrafficBase {
  readonly kind: 'refresh';
  readonly count: number;
  readonly everyUs: number;
  readonly startUs: number;
}

const fields = {
  refresh: z
    .strictObject({
      count: whole
        .max(1_000_000, 'expected at most 1000000')
        .describe('How many times the page is asked for.'),
      every: duration.default(2_000_000).describe('From one refresh to the next; 2s.'),
      start: duration.default(0).describe('When the first one comes; 0s.'),
    })
    .describe('One browser that refreshes the page.'),
};

export const refresh: TrafficKind<RefreshTraffic, TextOf<typeof fields>> = {
  field: 'refresh',
  hasClients: true,
  fields,
  build: ({ refresh: { count, every, start } }, base) => ({
    value: { ...base, kind: 'refresh', count, everyUs: every, startUs: start },
    problems: [],
  }),
  explain: ({ count, everyUs, startUs }) =>
    `one browser, ${plural(count, 'refresh', 'refreshes')} every ${formatDuration(everyUs)} from ${formatDuration(startUs)}`,
  scaled: (entry) => entry,
  begin({ count, everyUs, startUs }, { simulation, kindOfEvent, openNext }) {
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
