import { describe, expect, test } from 'vitest';
import {
  edgesOf,
  expectationKinds,
  expectationSchema,
  kindOf,
  type Expect,
} from '../../../src/scenario/expect/index.ts';
import type { CountedSpan, SeenRun, ToldPart } from '../../../src/scenario/expect/seen-run.ts';
import { Histogram } from '../../../src/stats/histogram.ts';

const part = (own: Partial<ToldPart>): ToldPart => ({
  fromSeconds: 0,
  toSeconds: 60,
  rule: 'VirtualService a.default, rule 1',
  ruled: true,
  share: 0.5,
  requests: 400,
  callers: ['c'],
  ...own,
});

const counted: CountedSpan = {
  pages: 1000,
  pagesFailed: 10,
  requests: () => 400,
  told: () => [[part({})]],
  doubt: () => undefined,
  failed: () => 20,
  flagged: () => 7,
  observed: () => 190,
  meant: (_service, _subset, against) => (against === 'configured' ? 200 : 100),
};
const latencies = new Histogram();
for (let ms = 1; ms <= 100; ms++) latencies.add(ms * 1000);

const page = (shows: string, atSeconds: number, latencyMs: number) =>
  ({ shows, atSeconds, latencyMs }) as ReturnType<SeenRun['pagesOf']>[number];

/** A run in which everything is known. */
const run: SeenRun = {
  within: () => counted,
  pagesOf: () => [page('red', 0, 100), page('none', 2, 300), page('red', 4, 200), page('red', 6, 100)],
  mirrored: () => 3,
  retries: () => 4,
  ejections: () => 5,
  answersPerPod: () => [10, 60, 30],
  latencies: () => [latencies],
  podsAt: () => ({ wanted: 6, ready: 5 }),
  slowestPushUs: 250_000,
};

const nothing: SeenRun = {
  within: () => undefined,
  pagesOf: () => [],
  mirrored: () => 0,
  retries: () => 0,
  ejections: () => 0,
  answersPerPod: () => [],
  latencies: () => [],
  podsAt: () => undefined,
  slowestPushUs: Infinity,
};

/** Of each metric what holds in that run and what does not. */
const examples: Readonly<Record<Expect['metric'], { holds: object; fails: object; because: string }>> = {
  share: {
    // 190 of 400 at 99 %: sqrt(0.25 / 400) = 0.025, so 0.5 is one standard error away, and 0.25 is nine.
    holds: { service: 'a', subset: 'v1' },
    fails: { service: 'a', subset: 'v1', against: 'effective' },
    because: '190 of 400 fits 50 %, and not 25 %',
  },
  errors: { holds: { max: '1%' }, fails: { service: 'a', max: '4.9%' }, because: '10 of 1000, 20 of 400' },
  shows: {
    holds: { traffic: 'b', shows: 'red', min: '75%' },
    fails: { traffic: 'b', shows: 'none', min: '26%' },
    because: '3 of 4 are red',
  },
  took: {
    holds: { traffic: 'b', min: '100ms', max: '300ms' },
    fails: { traffic: 'b', max: '299ms' },
    because: '100 to 300 ms',
  },
  mirrored: { holds: { service: 'a', max: 3 }, fails: { service: 'a', max: 2 }, because: '3' },
  retries: { holds: { service: 'a', min: 4 }, fails: { service: 'a', min: 5 }, because: '4' },
  ejections: { holds: { service: 'a', min: 5, max: 5 }, fails: { service: 'a', max: 4 }, because: '5' },
  busiest: {
    holds: { service: 'a', max: '60%' },
    fails: { service: 'a', max: '59%' },
    because: '60 of 100 answers',
  },
  flag: {
    holds: { service: 'a', flag: 'UO', min: 7, max: 7 },
    fails: { service: 'a', flag: 'UO', max: 6 },
    because: '7',
  },
  'latency.p50': { holds: { max: '51ms' }, fails: { max: '49ms' }, because: '1 to 100 ms, each once' },
  'latency.p90': { holds: { max: '92ms' }, fails: { max: '88ms' }, because: '1 to 100 ms, each once' },
  'latency.p95': { holds: { max: '97ms' }, fails: { max: '93ms' }, because: '1 to 100 ms, each once' },
  'latency.p99': { holds: { max: '101ms' }, fails: { max: '97ms' }, because: '1 to 100 ms, each once' },
  'latency.p999': { holds: { max: '102ms' }, fails: { max: '98ms' }, because: '1 to 100 ms, each once' },
  replicas: {
    holds: { workload: 'w', at: '1m', min: 6 },
    fails: { workload: 'w', at: '1m', min: 7 },
    because: '6 are wanted',
  },
  ready: {
    holds: { workload: 'w', at: '1m', max: 5 },
    fails: { workload: 'w', at: '1m', min: 6 },
    because: '5 are ready',
  },
  propagation: { holds: { max: '250ms' }, fails: { max: '249ms' }, because: '250 ms' },
};

const expectOf = (metric: string, text: object): Expect => expectationSchema.parse({ metric, ...text });

describe.each(Object.keys(expectationKinds) as Expect['metric'][])('the expectation %s', (metric) => {
  const { holds, fails, because } = examples[metric];

  test(`holds and fails as the numbers are: ${because}`, () => {
    const good = expectOf(metric, holds);
    const bad = expectOf(metric, fails);
    expect(kindOf(good).judge(good, run)).toMatchObject({ ok: true });
    expect(kindOf(bad).judge(bad, run)).toMatchObject({ ok: false });
  });

  test('says what it demands and what was found, in words', () => {
    const own = expectOf(metric, holds);
    for (const text of [kindOf(own).text(own), kindOf(own).judge(own, run).found])
      expect(text).toMatch(/^(?!.*(undefined|NaN|\[object)).+$/);
  });

  test('says so, and does not hold by accident, where a run has nothing to show', () => {
    const own = expectOf(metric, holds);
    const isCount = ['mirrored', 'retries', 'ejections'].includes(metric);
    const { ok, found } = kindOf(own).judge(own, nothing);
    // No retries are a count as good as any.
    expect(ok).toBe(isCount && metric === 'mirrored');
    expect(found).toMatch(/^(?!.*(undefined|NaN|Infinity)).+$/);
  });
});

test('counts are kept at the ends of spans and at moments, and nowhere for "settled"', () => {
  expect(edgesOf(expectOf('errors', { max: '1%', from: '10s', to: '20s' }))).toEqual([10e6, 20e6]);
  expect(edgesOf(expectOf('errors', { max: '1%', from: 'settled' }))).toEqual([]);
  expect(edgesOf(expectOf('ready', { workload: 'w', at: '5s' }))).toEqual([5e6]);
});

// The share is 190 of 400, and 50 % of them were to go there: what is told decides whether that means anything.
describe('a share that fits its weights', () => {
  const own = expectOf('share', { service: 'a', subset: 'v1' });
  const judged = (told: readonly (readonly ToldPart[])[], doubt?: string) =>
    kindOf(own).judge(own, { ...run, within: () => ({ ...counted, told: () => told, doubt: () => doubt }) });
  const unruled = part({ rule: 'no rule: default cluster', ruled: false, requests: 100, callers: ['d'] });

  test('does not hold where at any time some callers were under a rule and others under none', () => {
    const settled = [part({ fromSeconds: 30 })];
    const mixed = [part({ toSeconds: 30, requests: 300 }), { ...unruled, toSeconds: 30 }];
    for (const told of [
      [mixed, settled],
      [settled, mixed],
    ]) {
      expect(judged(told)).toEqual({
        ok: false,
        found:
          'not one split, for its callers hold different rules 0–30 s (c: VirtualService a.default, rule 1, 300 requests; d: no rule: default cluster, 100 requests)',
      });
    }
  });

  test('does not hold where no rule says it, unless one version alone is there', () => {
    expect(judged([[unruled]])).toMatchObject({ ok: false });
    expect(judged([[unruled]]).found).toContain('no rule says how many are to go there');
    expect(judged([[{ ...unruled, share: 1 }]])).toMatchObject({ ok: true });
    expect(judged([[part({})], [unruled]])).toMatchObject({ ok: false });
  });

  test('does not hold where its name does not tell the version', () => {
    expect(judged([[part({})]], 'a v1 has the pods of a-v2')).toMatchObject({
      ok: false,
      found: expect.stringMatching(/^47\.5 % of 400 requests .*, but a v1 has the pods of a-v2$/) as string,
    });
  });

  test('does not hold where rules divide requests in different ways at one time', () => {
    const told = [[part({ share: 0.4, requests: 200 }), part({ share: 0.6, requests: 200, callers: ['d'] })]];
    expect(judged(told)).toEqual({
      ok: false,
      found:
        'not one split, for its rules give it different shares (c: VirtualService a.default, rule 1, 40 % of 200 requests; d: VirtualService a.default, rule 1, 60 % of 200 requests)',
    });
  });

  test('says what each kind of caller was told where a rule gives one all or nothing, and from time to time', () => {
    const all = [[part({ share: 0, requests: 200 }), part({ share: 1, requests: 200, callers: ['d'] })]];
    expect(judged(all)).toMatchObject({
      ok: true,
      found: expect.stringContaining(
        'configured 50 % on average (0 % for 200 requests of c; 100 % for 200 requests of d)',
      ) as string,
    });
    const shifted = [
      [part({ share: 0.4, requests: 200, toSeconds: 30 })],
      [part({ share: 0.6, requests: 200, fromSeconds: 30 })],
    ];
    expect(judged(shifted)).toMatchObject({ ok: true });
  });
});
