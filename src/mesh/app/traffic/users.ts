import * as z from 'zod';
import { grown, nextLength } from '../../../kernel/columns.ts';
import { Draws } from '../../../kernel/draws.ts';
import { meanOf, residualSampler, sampler, type Distribution } from '../../../kernel/distribution.ts';
import { ln } from '../../../kernel/math.ts';
import { count, duration, law, notNegative, percent } from '../../../manifest/field.ts';
import { lawText } from '../law-text.ts';
import type { TextOf, TrafficBase, TrafficKind } from './traffic-kind.ts';
import { plural } from '../../../words/number.ts';

/**
 * A closed loop: each user thinks, opens the page, waits for it, thinks again. With `requests` that is a visit, after which a
 * user comes back some time later, or never; newcomers take the places of those who never do.
 */
export interface UsersTraffic extends TrafficBase {
  readonly kind: 'users';
  readonly users: number;
  readonly think: Distribution;
  readonly startUs: number;
  /** Pages of a visit; Infinity: it never ends. */
  readonly requestsEach: number;
  /** Newcomers a second, at random. */
  readonly newPerSecond?: number;
  /** From the end of a visit to the next; undefined: nobody comes back. */
  readonly away?: Distribution;
  /** After this share of the visits; undefined: after each. */
  readonly returns?: number;
}

const fields = {
  users: z
    .strictObject({
      count: count
        .max(100_000, 'expected at most 100000')
        .optional()
        .describe('How many users are there from the start; none where only newcomers are wanted.'),
      think: law.describe(
        'Pause of a user between a page and the next: a duration, or a law with its parameters.',
      ),
      start: duration
        .default(0)
        .describe('From when on they are there; 0s. Each begins somewhere in a pause.'),
      requests: count
        .optional()
        .describe('Requests of each user, or of each visit where users come back; default: until the end.'),
      newPerSecond: notNegative
        .max(10_000, 'expected at most 10000 a second')
        .optional()
        .describe(
          'New users a second, at random (Poisson), whom nobody has seen before: they bring no cookies. They need requests, after which they leave.',
        ),
      away: law
        .optional()
        .describe(
          'From the end of a visit until the user comes back, with the cookies that last longer than a visit; absent: nobody does.',
        ),
      returns: percent
        .refine((share) => share <= 1, 'expected at most 100%')
        .optional()
        .describe('After how many of the visits a user comes back; 100%.'),
    })
    .describe(
      'A closed loop: each user thinks, opens the page, waits for it, and keeps the cookies that it sets.',
    )
    .check((context) => {
      const own = context.value;
      const complain = (field: string, message: string): void => {
        context.issues.push({ code: 'custom', message, path: [field], input: own });
      };
      if (own.count === undefined && own.newPerSecond === undefined)
        complain('count', 'users need count, newPerSecond, or both');
      for (const field of ['newPerSecond', 'away'] as const)
        if (own[field] !== undefined && own.requests === undefined)
          complain(field, 'needs requests: how many pages a visit has');
      if (own.returns !== undefined && own.away === undefined)
        complain('returns', 'needs away: after how long users come back');
    }),
};

export const users: TrafficKind<UsersTraffic, TextOf<typeof fields>> = {
  field: 'users',
  hasClients: true,
  fields,
  build: ({ users: { count: users, think, start, requests, newPerSecond, away, returns } }, base) => ({
    value: {
      ...base,
      kind: 'users',
      users: users ?? 0,
      think,
      startUs: start,
      requestsEach: requests ?? Infinity,
      ...(newPerSecond === undefined ? {} : { newPerSecond }),
      ...(away === undefined ? {} : { away }),
      ...(returns === undefined ? {} : { returns }),
    },
    problems: [],
  }),
  explain: ({ users, think, requestsEach, newPerSecond = 0, away, returns = 1 }) =>
    [
      [
        ...(users > 0 ? [plural(users, 'user')] : []),
        ...(newPerSecond > 0 ? [`${newPerSecond} new users a second`] : []),
      ].join(' and '),
      `think time ${lawText(think)}`,
      ...(newPerSecond > 0 || away !== undefined ? [`visits of ${plural(requestsEach, 'page')}`] : []),
      ...(away === undefined
        ? []
        : [`${returns < 1 ? `${100 * returns} % ` : ''}back after ${lawText(away)}`]),
    ].join(', '),
  scaled: (entry, factor) => ({
    ...entry,
    users: Math.round(entry.users * factor),
    ...(entry.newPerSecond === undefined ? {} : { newPerSecond: entry.newPerSecond * factor }),
  }),
  pagesUntil({ users, think, startUs, requestsEach, newPerSecond = 0, away, returns = 1 }, us) {
    const ownUs = Math.max(0, us - startUs);
    const thinkUs = meanOf(think);
    /** Of one user in so much time. */
    const each = (spanUs: number): number => {
      const first = Math.min(requestsEach, thinkUs > 0 ? spanUs / thinkUs : 0);
      const cycleUs = away === undefined ? Infinity : requestsEach * thinkUs + meanOf(away);
      return first + (cycleUs < Infinity ? (returns * requestsEach * spanUs) / cycleUs : 0);
    };
    // Newcomers are there for half of the time, on average; the first page comes at once.
    return (
      users * each(ownUs) + ((newPerSecond * ownUs) / 1e6) * (newPerSecond > 0 ? 1 + each(ownUs / 2) : 0)
    );
  },
  atStart: (entry) => entry,
  comingSince: (entry, startUs) => (entry.startUs === 0 ? { ...entry, startUs } : entry),
  begin(
    { users, think, startUs, requestsEach, newPerSecond = 0, away, returns = 1 },
    { simulation, kindOfEvent, chance, chanceOf, open, endVisit, forget },
  ) {
    const pause = new Draws(think, chance, true);
    const absence = away === undefined ? undefined : sampler(away, chanceOf('away'));
    const comesBack = returns < 1 ? chanceOf('returns') : undefined;
    const newcomers = newPerSecond > 0 ? chanceOf('newcomers') : undefined;
    /** Pages of each user's present visit; numbers of users who never come back are free for others, in a list. */
    const memory = {
      opened: new Float64Array(users),
      next: new Int32Array(0),
      free: -1,
      known: users,
      newcomerUs: startUs,
    };
    const kind = kindOfEvent('user', (user, nowUs) => {
      memory.opened[user]! += 1;
      open(user, nowUs);
    });
    const scheduleNewcomer =
      newcomers === undefined
        ? () => {}
        : (): void => {
            memory.newcomerUs += (-ln(1 - newcomers.uniform()) / newPerSecond) * 1e6;
            simulation.schedule(memory.newcomerUs, newcomer, 0);
          };
    const newcomer =
      newcomers === undefined
        ? -1
        : kindOfEvent('newcomer', (_, nowUs) => {
            scheduleNewcomer();
            const user = memory.free >= 0 ? memory.free : memory.known++;
            if (user === memory.free) memory.free = memory.next[user]!;
            else if (user >= memory.opened.length)
              memory.opened = grown(memory.opened, nextLength(memory.opened.length, memory.known));
            forget(user);
            memory.opened[user] = 1;
            open(user, nowUs);
          });
    const visitEnds = (user: number, nowUs: number): void => {
      endVisit(user);
      if (absence !== undefined && (comesBack === undefined || comesBack.uniform() < returns)) {
        memory.opened[user] = 0;
        simulation.schedule(nowUs + absence(), kind, user);
      } else if (newcomers !== undefined) {
        memory.next = grown(memory.next, memory.opened.length);
        memory.next[user] = memory.free;
        memory.free = user;
      }
    };
    return {
      memory,
      draws: [pause],
      // Each is somewhere in a pause that began before: they do not come as one, and as often from the start as later.
      start: () => {
        const rest = residualSampler(think, chance);
        for (let user = 0; user < users; user++) simulation.schedule(startUs + rest(), kind, user);
        scheduleNewcomer();
      },
      done: (user, nowUs) => {
        if (memory.opened[user]! < requestsEach) simulation.schedule(nowUs + pause.next(), kind, user);
        else visitEnds(user, nowUs);
      },
    };
  },
};
