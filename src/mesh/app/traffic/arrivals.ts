import * as z from 'zod';
import { duration, notNegative } from '../../../manifest/field.ts';
import { formatDuration } from '../../../manifest/quantity.ts';
import { ArrivalTimes } from './arrival-times.ts';
import type { TextOf, TrafficBase, TrafficKind } from './traffic-kind.ts';

/** Open arrivals at a rate that follows the profile, whatever becomes of the pages: Poisson, or evenly spaced. */
export interface ArrivalsTraffic extends TrafficBase {
  readonly kind: 'poisson' | 'constant';
  /** Ascending; before the first entry the rate is 0. */
  readonly profile: readonly { readonly atUs: number; readonly rps: number }[];
  /** steps: a rate holds until the next entry. ramp: it changes linearly between entries. */
  readonly shape: 'steps' | 'ramp';
}

const rate = notNegative.max(1e6, 'expected at most 1000000 a second: time passes in whole microseconds');

const profile = z
  .array(
    z.strictObject({ at: duration.describe('From this moment on.'), rps: rate.describe('Pages a second.') }),
  )
  .min(1, 'expected at least one entry')
  .check((context) => {
    context.value.forEach((entry, index) => {
      if (index > 0 && entry.at <= context.value[index - 1]!.at) {
        context.issues.push({
          code: 'custom',
          message: 'times of a profile must ascend',
          path: [index, 'at'],
          input: entry.at,
        });
      }
    });
  });

const fields = {
  arrivals: z
    .enum(['poisson', 'constant'])
    .describe('Open arrivals, at random (poisson) or evenly spaced (constant); needs profile or rps.'),
  rps: rate.optional().describe('Pages a second, all the time.'),
  profile: profile.optional().describe('Rates over time; before the first entry nobody comes.'),
  shape: z
    .enum(['steps', 'ramp'])
    .optional()
    .describe(
      'steps: a rate holds until the next entry, as is the default. ramp: it changes linearly between entries.',
    ),
};

export const arrivals: TrafficKind<ArrivalsTraffic, TextOf<typeof fields>> = {
  field: 'arrivals',
  hasClients: false,
  fields,
  problems: ({ profile, rps }) =>
    (profile === undefined) === (rps === undefined)
      ? [{ field: 'arrivals', message: 'arrivals need either rps or profile' }]
      : [],
  build: ({ arrivals: kind, rps, profile, shape }, base) => ({
    value: {
      ...base,
      kind,
      profile: (profile ?? [{ at: 0, rps: rps ?? 0 }]).map((own) => ({ atUs: own.at, rps: own.rps })),
      shape: shape ?? 'steps',
    },
    problems: [],
  }),
  explain: ({ kind, profile, shape }) =>
    `${kind} arrivals, ${profile.map((own) => `${own.rps} rps from ${formatDuration(own.atUs)}`).join(', ')}${shape === 'ramp' ? ' (ramp)' : ''}`,
  scaled: (entry, factor) => ({
    ...entry,
    profile: entry.profile.map(({ atUs, rps }) => ({ atUs, rps: rps * factor })),
  }),
  pagesUntil: ({ profile, shape }, us) =>
    profile.reduce((sum, { atUs, rps }, index) => {
      const next = profile[index + 1];
      const spanUs = Math.min(next?.atUs ?? us, us) - atUs;
      if (spanUs <= 0) return sum;
      const slope = shape === 'ramp' && next !== undefined ? (next.rps - rps) / (next.atUs - atUs) : 0;
      return sum + ((rps + (slope * spanUs) / 2) * spanUs) / 1e6;
    }, 0),
  atStart: (entry) => ({ ...entry, profile: entry.profile.filter(({ atUs }) => atUs === 0) }),
  comingSince(entry, startUs) {
    const [first] = entry.profile;
    if (first?.atUs !== 0) return entry;
    return { ...entry, profile: [{ atUs: startUs, rps: first.rps }, ...entry.profile] };
  },
  begin({ kind, profile, shape }, { simulation, kindOfEvent, chance, openForAnybody }) {
    const times = new ArrivalTimes(profile, shape, kind === 'poisson' ? chance : undefined);
    const arrival = kindOfEvent('arrival', (_, nowUs) => {
      scheduleNext();
      openForAnybody(nowUs);
    });
    const scheduleNext = (): void => {
      const dueUs = times.next();
      if (dueUs < Infinity) simulation.schedule(dueUs, arrival, 0);
    };
    return { memory: times.memory, draws: times.draws, start: scheduleNext };
  },
};
