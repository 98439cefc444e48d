import { describe, expect, test } from 'vitest';
import { Chance } from '../../../../src/kernel/chance.ts';
import { Simulation } from '../../../../src/kernel/simulation.ts';
import { RequestClasses } from '../../../../src/mesh/envoy/request-class.ts';
import { kindOf, trafficKinds, type Traffic } from '../../../../src/mesh/app/traffic/index.ts';
import { Visitors } from '../../../../src/mesh/app/visitors.ts';
import { buildTraffic, fileOf, trafficSchema } from '../../../../src/scenario/traffic.ts';

const csv = 'time,path\n2026-08-22T10:00:01.000Z,/productpage\n2026-08-22T10:00:03.500Z,/productpage\n';

/** One entry of each kind, with the times at which pages that take 100 ms are asked for within 10 s; undefined: by chance. */
const examples: Readonly<
  Record<
    Traffic['kind'],
    { readonly text: object; readonly recording?: string; readonly atMs?: readonly number[] }
  >
> = {
  refresh: {
    text: { refresh: { count: 3, every: '50ms', start: '1s' } },
    // Every 50 ms, but never before the page before is there.
    atMs: [1000, 1100, 1200],
  },
  poisson: { text: { arrivals: 'poisson', rps: 20 } },
  constant: {
    text: {
      arrivals: 'constant',
      profile: [
        { at: '1s', rps: 2 },
        { at: '2s', rps: 0 },
      ],
    },
    // 2 a second from 1 s on, the first at once; after 2 s nobody.
    atMs: [1000, 1500],
  },
  users: { text: { users: { count: 2, think: { dist: 'exponential', mean: '1s' } } } },
  replay: {
    text: { replay: { file: 'a.csv', start: '2s' } },
    recording: csv,
    atMs: [2000, 4500],
  },
};

const entryOf = (text: object, recording = ''): Traffic =>
  buildTraffic(trafficSchema.parse({ name: 'a', ...text }), recording).value!;

/** Visitors of whom each page takes 100 ms: when they ask, in ms, and which clients. */
function begun(entry: Traffic, startUs = 0) {
  const simulation = new Simulation();
  simulation.nowUs = startUs;
  const chance = new Chance('1');
  const asked: { readonly atMs: number[]; readonly clients: number[] } = { atMs: [], clients: [] };
  const ends = simulation.kind('page ends', (client, nowUs) => visitors.pageDone(0, client, nowUs));
  const visitors = new Visitors(
    simulation,
    [entry],
    [80],
    new RequestClasses(),
    [{ cookies: undefined, kept: undefined }],
    (name) => chance.stream(name),
    () => true,
    (_source, _page, _class, client, nowUs) => {
      asked.atMs.push(nowUs / 1000);
      asked.clients.push(client);
      simulation.schedule(nowUs + 100_000, ends, client);
    },
  );
  return { simulation, visitors, chance, asked };
}

/** What is asked for within 10 s from a start. */
function played(entry: Traffic, startUs = 0): { readonly atMs: number[]; readonly clients: number[] } {
  const { simulation, visitors, asked } = begun(entry, startUs);
  visitors.start();
  simulation.runUntil(startUs + 10e6);
  return asked;
}

const kinds = Object.keys(trafficKinds) as Traffic['kind'][];

describe.each(kinds)('traffic of the kind %s', (kind) => {
  const { text, recording, atMs } = examples[kind];
  const entry = entryOf(text, recording);

  test('is built by the very kind that plays it', () => {
    expect(entry.kind).toBe(kind);
    expect(kindOf(entry)).toBe(trafficKinds[kind]);
    expect(text).toHaveProperty(kindOf(entry).field);
  });

  test('names the file that it needs, and no other', () => {
    expect(fileOf(trafficSchema.parse({ name: 'a', ...text }))?.name).toBe(
      recording === undefined ? undefined : 'a.csv',
    );
  });

  test('says in a line what comes', () => {
    expect(kindOf(entry).explain(entry)).toMatch(/^[a-z0-9][^\n]+$/);
    expect(kindOf(entry).explain(entry)).not.toMatch(/undefined|NaN|object/);
  });

  test('asks for its pages at its times', () => {
    const asked = played(entry);
    expect(asked.atMs.length).toBeGreaterThan(0);
    if (atMs !== undefined) expect(asked.atMs).toEqual(atMs);
    expect(asked.atMs).toEqual([...asked.atMs].sort((a, b) => a - b));
  });

  test('comes the same with the same seed', () => {
    expect(played(entry)).toEqual(played(entryOf(text, recording)));
  });

  // At 1.04 s each kind has pages under way, or arrivals behind it.
  test.each([1.04e6, 2.2e6])('goes on in a copy that is made at %i us as it does in the original', (atUs) => {
    const [own, copy] = [begun(entry), begun(entry)];
    own.visitors.start();
    own.simulation.runUntil(atUs);
    const before = own.asked.atMs.length;
    copy.visitors.start();
    copy.simulation.copyFrom(own.simulation);
    copy.visitors.copyFrom(own.visitors);
    copy.chance.copyFrom(own.chance);
    for (const { simulation } of [own, copy]) simulation.runUntil(10e6);
    expect(copy.asked).toEqual({
      atMs: own.asked.atMs.slice(before),
      clients: own.asked.clients.slice(before),
    });
  });

  test('brings about twice as many pages when scaled by two, or those that it has', () => {
    const more = played(kindOf(entry).scaled(entry, 2)).atMs.length;
    const once = played(entry).atMs.length;
    // A recording and a browser's refreshes are what they are.
    const isFixed = kind === 'refresh' || kind === 'replay';
    const expected = isFixed ? once : 2 * once;
    // Poisson counts: variance is the mean; constant arrivals have none.
    expect(Math.abs(more - expected)).toBeLessThanOrEqual(isFixed ? 0 : 4 * Math.sqrt(6 * once));
  });

  test('comes before the clock as at its start, where a run begins earlier; or only at its own moments', () => {
    const before = played(kindOf(entry).comingSince(entry, -10e6) as Traffic, -10e6).atMs;
    const load = kindOf(entry).atStart(entry) as Traffic | undefined;
    const expected = load === undefined ? 0 : played(load).atMs.length;
    // Two Poisson counts of one mean.
    expect(Math.abs(before.length - expected)).toBeLessThanOrEqual(4 * Math.sqrt(2 * expected));
  });

  test('refuses the fields of every other kind, and says whose they are', () => {
    for (const other of new Set(Object.values(trafficKinds))) {
      if (other === trafficKinds[kind]) continue;
      for (const name of Object.keys(other.fields).filter((own) => own !== other.field)) {
        const { error } = trafficSchema.safeParse({ name: 'a', ...text, [name]: exampleOf[name] });
        expect(error?.issues.map((issue) => issue.message).join()).toMatch(`belongs to ${other.field}`);
      }
    }
  });
});

/** A good value of each field that goes with the naming field of its kind: as in an example above, or one of these. */
const exampleOf: Readonly<Record<string, unknown>> = {
  ...Object.assign({}, ...Object.values(examples).map(({ text }) => text)),
  rps: 1,
  profile: [{ at: '0s', rps: 1 }],
  shape: 'ramp',
};

test('an entry of no kind or of several is refused', () => {
  const messages = (text: object) =>
    trafficSchema.safeParse({ name: 'a', ...text }).error?.issues.map((issue) => issue.message);
  const fields = [...new Set(Object.values(trafficKinds).map((kind) => kind.field))];
  const known = `${fields.slice(0, -1).join(', ')} or ${fields.at(-1)}`;
  expect(messages({})).toEqual([`a traffic entry is one of ${known}; this one has none`]);
  expect(messages({ ...examples.refresh.text, ...examples.poisson.text })).toEqual([
    `a traffic entry is one of ${known}; this one has several`,
  ]);
});

test('requests of a recording without a time are left out, and the rest ascends', () => {
  const text = { replay: { file: 'a.csv' } };
  const times = ['2026-08-22T10:00:03.000Z', '', 'never', '2026-08-22T10:00:01.000Z'];
  const { value, problems } = buildTraffic(
    trafficSchema.parse({ name: 'a', ...text }),
    `time,path\n${times.map((time) => `${time},/productpage\n`).join('')}`,
  );
  expect(value?.kind === 'replay' ? Array.from(value.atUs) : []).toEqual([0, 2e6]);
  expect(problems).toMatchObject([{ code: 'MS2010', severity: 'warning' }]);
});

test('users with one and the same think time come spread over it, from their start on', () => {
  const users = 1000;
  const { atMs } = played(entryOf({ users: { count: users, think: '5s', start: '2s', requests: 1 } }));
  expect(atMs).toHaveLength(users);
  // Phases are uniform over the 5 s from 2 s on: a fifth of the users in each second, binomial.
  for (const second of [2, 3, 4, 5, 6]) {
    const hits = atMs.filter((at) => Math.floor(at / 1000) === second).length;
    expect(Math.abs(hits - users / 5)).toBeLessThan(4 * Math.sqrt((users * 4) / 25));
  }
});

test.each([
  { rates: [2], shape: 'steps', until: 10, pages: 20, because: 'one rate all the time' },
  { rates: [2, 6], shape: 'steps', until: 10, pages: 5 * 2 + 5 * 6, because: 'each rate its own span' },
  { rates: [2, 6], shape: 'steps', until: 3, pages: 6, because: 'what comes later does not count' },
  { rates: [2, 6], shape: 'ramp', until: 5, pages: 5 * 4, because: 'the mean of both ends' },
  { rates: [2, 6], shape: 'ramp', until: 2.5, pages: 2.5 * 3, because: 'at half of the way the rate is 4' },
  { rates: [2, 6], shape: 'ramp', until: 10, pages: 5 * 4 + 5 * 6, because: 'the last rate stays' },
  { rates: [6, 0, 6], shape: 'ramp', until: 10, pages: 5 * 3 + 5 * 3, because: 'down and up again' },
])('rates $rates every 5 s as $shape bring $pages pages until $until s: $because', (row) => {
  const profile = row.rates.map((rps, index) => ({ at: `${5 * index}s`, rps }));
  const entry = entryOf({ arrivals: 'constant', shape: row.shape, profile });
  expect(kindOf(entry).pagesUntil?.(entry, row.until * 1e6)).toBeCloseTo(row.pages, 9);
});

test('times of a profile ascend: two rates at one moment are refused', () => {
  const issues = (...at: string[]) =>
    trafficSchema.safeParse({
      name: 'a',
      arrivals: 'poisson',
      profile: at.map((own) => ({ at: own, rps: 1 })),
    }).error?.issues;
  expect(issues('0s', '1s', '1s')).toMatchObject([
    { message: 'times of a profile must ascend', path: ['profile', 2, 'at'] },
  ]);
  expect(issues('0s', '2s', '1s')).toHaveLength(1);
  expect(issues('0s', '1s', '2s')).toBeUndefined();
});
