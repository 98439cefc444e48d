import { z } from 'zod';
import { meanOf, residualSampler, sampler, type Distribution } from '../../../kernel/distribution.ts';
import { count, duration, law } from '../../../manifest/field.ts';
import { lawText } from '../law-text.ts';
import type { TextOf, TrafficBase, TrafficKind } from './traffic-kind.ts';
import { plural } from '../../../words/number.ts';

/** A closed loop: each user thinks, opens the page, waits for it, thinks again. */
export interface UsersTraffic extends TrafficBase {
  readonly kind: 'users';
  readonly users: number;
  readonly think: Distribution;
  readonly startUs: number;
  /** Each user stops after so many; Infinity: never. */
  readonly requestsEach: number;
}

const fields = {
  users: z
    .strictObject({
      count: count.max(100_000, 'expected at most 100000').describe('How many users.'),
      think: law.describe(
        'Pause of a user between a page and the next: a duration, or a law with its parameters.',
      ),
      start: duration
        .default(0)
        .describe('From when on they are there; 0s. Each begins somewhere in a pause.'),
      requests: count.optional().describe('Requests of each user; default: until the end.'),
    })
    .describe('A closed loop: each user thinks, opens the page, waits for it.'),
};

export const users: TrafficKind<UsersTraffic, TextOf<typeof fields>> = {
  field: 'users',
  hasClients: true,
  fields,
  build: ({ users: { count: users, think, start, requests } }, base) => ({
    value: { ...base, kind: 'users', users, think, startUs: start, requestsEach: requests ?? Infinity },
    problems: [],
  }),
  explain: ({ users, think }) => `${plural(users, 'user')}, think time ${lawText(think)}`,
  scaled: (entry, factor) => ({ ...entry, users: Math.round(entry.users * factor) }),
  pagesUntil({ users, think, startUs, requestsEach }, us) {
    const thinkUs = meanOf(think);
    const each = thinkUs > 0 ? Math.max(0, us - startUs) / thinkUs : 0;
    return users * Math.min(requestsEach, each);
  },
  begin({ users, think, startUs, requestsEach }, { simulation, kindOfEvent, chance, open }) {
    const pause = sampler(think, chance);
    const memory = { opened: new Float64Array(users) };
    const kind = kindOfEvent('user', (user, nowUs) => {
      memory.opened[user]! += 1;
      open(user, nowUs);
    });
    return {
      memory,
      // Each is somewhere in a pause that began before: they do not come as one, and as often from the start as later.
      start: () => {
        const rest = residualSampler(think, chance);
        for (let user = 0; user < users; user++) simulation.schedule(startUs + rest(), kind, user);
      },
      done: (user, nowUs) => {
        if (memory.opened[user]! < requestsEach) simulation.schedule(nowUs + pause(), kind, user);
      },
    };
  },
};
