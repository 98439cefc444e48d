import { describe, expect, test } from 'vitest';
import type { ShareInterval } from '../../src/verdict/words.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Judgement } from '../../src/verdict/judgement.ts';
import { weigh } from '../../src/verdict/weigh.ts';
import { renderJudgementHtml } from '../../src/report/judgement/html.tsx';
import { renderJudgement } from '../../src/report/judgement/text.ts';
import { draw, independent, makings, xorshift } from './generate.ts';
import { keys, seen, tallied, weightsOf } from './seen.ts';

/** The page without its drawings, its non-breaking blanks as blanks. */
const pageOf = (judgement: Judgement, interval: ShareInterval = 'wilson'): string =>
  renderJudgementHtml({
    cases: [{ service: '', judgement, charts: [] }],
    interval,
    command: 'meshshift check',
    version: '0.0.0',
  }).replaceAll('\u00a0', ' ');
const plain = { width: 100 };

describe('a tally against weights', () => {
  test('11 to 4 at 50/50 is chance, with the exact p', () => {
    const judgement = judge({ keys, counts: [11, 4] }, weightsOf(50));
    // P(|X - 7.5| >= 3.5) for Binomial(15, 1/2) = 2 x (1365 + 455 + 105 + 15 + 1) / 32768.
    expect(judgement.p).toBeCloseTo((2 * 1941) / 32768, 12);
    expect(judgement.kind).toBe('chance');
    expect(judgement.sentence).toBe(
      '11 of v1, 4 of v3: chance. Expected: 7.5 of each; draws at these weights stray this far in 11.8 % of cases.',
    );
  });

  test.each([
    { counts: [12, 3], ordered: false, kind: 'suspicious', because: 'p = 0.0352 is above 0.01, below 0.05' },
    { counts: [12, 3], ordered: true, kind: 'chance', because: 'p = 0.0352: of 0.05 the order has half' },
    { counts: [11, 4], ordered: true, kind: 'chance', because: 'p = 0.118' },
    { counts: [13, 2], ordered: false, kind: 'fault', because: 'p = 2 (1 + 15 + 105) / 32768 = 0.0074' },
    { counts: [15, 0], ordered: false, kind: 'fault', because: 'p = 2 / 32768' },
  ])('$counts at 50/50, order known: $ordered, is $kind: $because', ({ counts, ordered, kind }) => {
    // An order without any pattern of the mechanisms: 0 0 1 0 0 0 1 0 ..., shuffled by hand.
    const order = [0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0];
    const sequence = order.map((key, i) => (i === 13 && counts[1] === 3 ? 0 : key));
    const judgement = judge(ordered ? seen({ sequence }) : { keys, counts }, weightsOf(50));
    expect(judgement.versions.map((own) => own.count)).toEqual(counts);
    expect(judgement.levels).toEqual(
      ordered ? { suspicious: 0.025, fault: 0.005 } : { suspicious: 0.05, fault: 0.01 },
    );
    expect(judgement.kind).toBe(kind);
  });

  // 48 and 28 of 76: P(|X - 38| >= 10) for Binomial(76, 1/2) = 0.0283; of 1,000 the same share would be a fault.
  test('what is suspicious names no mechanism, and asks for a second look with its own limit', () => {
    const judgement = judge({ keys, counts: [48, 28] }, weightsOf(50));
    expect([judgement.kind, judgement.mechanisms]).toEqual(['suspicious', []]);
    for (const text of [renderJudgement(judgement, { width: 1000 }), pageOf(judgement)]) {
      expect(text).toContain('suspicious, but no fault');
      expect(text).toContain('Repeat it with new requests, and count both looks.');
      expect(text).toContain('look 2: a fault if draws stray as far in at most 0.5 % of cases');
    }
  });

  test.each([
    { looks: 1, kind: 'fault' },
    { looks: 2, kind: 'suspicious' },
    { looks: 7, kind: 'chance' },
  ])('13 to 2, p = 0.0074, as one of $looks looks is $kind', ({ looks, kind }) => {
    expect(judge({ keys, counts: [13, 2] }, weightsOf(50), { looks }).kind).toBe(kind);
  });

  test('a tally that is luck is followed by one line of sizes, and all of them where a power is asked for', () => {
    const lines = (power?: number): number =>
      renderJudgement(judge({ keys, counts: [11, 4] }, weightsOf(50), power === undefined ? {} : { power }), {
        width: 1000,
      })
        .split('\n')
        .filter((line) => / requests/.test(line)).length;
    expect([lines(), lines(0.8)]).toEqual([1, 4]);
  });

  test.each([
    { counts: [0, 0], percent: 50, why: 'no tally could be a fault', says: /Nothing was seen/ },
    // 2 x 0.5^n is 0.0156 for n = 7 and 0.0078 for n = 8.
    { counts: [3, 0], percent: 50, why: 'no tally could be a fault', says: /from 8 on some can/ },
    { counts: [5, 0], percent: 50, why: 'no tally could be a fault', says: /No tally of 5 requests/ },
    {
      counts: [3, 0],
      percent: 90,
      why: 'a version was not seen',
      says: /as happens with 3 requests in 72.9 %/,
    },
    // 0.9^15 = 0.2059; 0.9^29 = 0.0471 and 0.9^28 = 0.0523.
    {
      counts: [15, 0],
      percent: 90,
      why: 'a version was not seen',
      says: /v3 \(10 %\).*20.6 %.*; 29 would show it/,
    },
  ])('$counts at $percent % is too few to tell: $why', ({ counts, percent, why, says }) => {
    const judgement = judge({ keys, counts }, weightsOf(percent));
    expect([judgement.kind, judgement.tooFew]).toEqual(['too few to tell', why]);
    expect(judgement.sentence).toMatch(says);
  });

  test('a version that has been seen, however rarely, is no reason to wait', () => {
    const judgement = judge({ keys, counts: [14, 1] }, weightsOf(90));
    expect([judgement.kind, judgement.tooFew]).toEqual(['chance', null]);
  });

  test('all of the weight on one version, and all requests there, is as it must be', () => {
    const judgement = judge({ keys, counts: [5, 0] }, weightsOf(100));
    expect(judgement.kind).toBe('chance');
    expect(judgement.sentence).toBe('5 of v1, 0 of v3: as it must be, with all the weight there.');
  });

  test('the interval of a share is Wilson’s, or Clopper and Pearson’s where that is asked for', () => {
    // 11 of 15 (R 4.3): prop.test 0.4805 to 0.8910 without continuity correction, binom.test 0.4490 to 0.9221.
    const judgement = judge({ keys, counts: [11, 4] }, weightsOf(50));
    expect(renderJudgement(judgement, plain)).toContain('48.05 % to 89.1 %');
    for (const text of [
      renderJudgement(judgement, { ...plain, interval: 'clopper-pearson' }),
      pageOf(judgement, 'clopper-pearson'),
    ]) {
      expect(text).toContain('95 % interval (Clopper-Pearson)');
      expect(text).toContain('44.9 % to 92.21 %');
    }
  });

  test('a version of weight 0 that was seen is impossible, in words', () => {
    const judgement = judge({ keys, counts: [99, 1] }, weightsOf(100));
    expect([judgement.kind, judgement.impossible, judgement.p]).toEqual(['fault', ['v3'], 0]);
    for (const text of [renderJudgement(judgement, plain), pageOf(judgement)]) {
      expect(text).toMatch(/v3 has weight 0 and was seen: impossible/);
      expect(text).not.toMatch(/p (=|<) /);
    }
  });

  test('what luck cannot bring at all is still ranked, against each other', () => {
    const judgement = judge(seen({ sequence: Array.from({ length: 40 }, (_, i) => i % 2) }), weightsOf(100));
    expect(judgement.mechanisms[0]).toMatchObject({
      name: 'alternation or round robin over endpoints',
      logRatio: null,
      behind: 0,
    });
    expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement);
  });

  test('equivalence is shown, undecided or contradicted', () => {
    const at = (counts: number[], within: number) =>
      judge({ keys, counts }, weightsOf(90), { within }).equivalence?.verdict;
    expect(at([9000, 1000], 0.02)).toBe('shown');
    expect(at([90, 10], 0.02)).toBe('undecided');
    expect(at([5000, 5000], 0.02)).toBe('contradicted');
    // One of three falls short by more than the others may exceed: 80 of 400 lie between 16.2 % and 24.3 %, below 33.3 % - 6 %.
    const three = { keys: ['v1', 'v2', 'v3'], weights: [1, 1, 1] };
    const short = judge({ keys: three.keys, counts: [80, 160, 160] }, three, { within: 0.06 });
    expect(short.equivalence?.verdict).toBe('contradicted');
    // Clopper and Pearson's bounds of 160 of 400: 35.2 % and 45.0 %, not above 33.3 % + 6 % in whole.
    expect(short.versions[1]!.clopperPearson[0]).toBeLessThan(1 / 3 + 0.06);
  });

  test('nothing seen tells nothing, and nothing is NaN', () => {
    const judgement = judge({ keys, counts: [0, 0] }, weightsOf(50), { within: 0.1, power: 0.8 });
    expect(JSON.stringify(judgement)).not.toMatch(/NaN/);
    expect(renderJudgement(judgement, plain)).not.toMatch(/NaN|undefined/);
  });

  test.each([{ conf: 0 }, { conf: 1 }, { power: 1 }, { deviation: 0 }])('%o is refused', (options) => {
    expect(() => judge({ keys, counts: [1, 1] }, weightsOf(50), options)).toThrow(RangeError);
    const [name] = Object.keys(options);
    expect(() => judge({ keys, counts: [1, 1] }, weightsOf(50), options)).toThrow(
      `${name} must be between 0 and 1`,
    );
  });

  test('a p-value below 1e-12 is said to be that, never 0', () => {
    const text = renderJudgement(judge({ keys, counts: [500, 500] }, weightsOf(90)), plain);
    expect(text).toContain('p < 1e-12');
    expect(text).toContain('fewer than one case in a billion');
  });
});

/** The weights and lengths at which luck must be left alone. */
const splits = [
  [50, 50],
  [90, 10],
  [99, 1],
  [80, 10, 10],
];
const lengths = [15, 50, 200, 1000];
const cells = splits.flatMap((weights) => lengths.map((n) => ({ weights, n })));
/** Five in a hundred, and four standard errors of a binomial count. */
const most = (trials: number): number => trials * 0.05 + 4 * Math.sqrt(trials * 0.05 * 0.95);

describe('luck is called a fault in at most 5 %', () => {
  const names = (weights: readonly number[]): string[] => weights.map((_, key) => `v${key + 1}`);
  const alarms = (weights: readonly number[], n: number, trials: number, ordered: boolean): number => {
    const random = xorshift(2463534242 + n);
    const shares = weights.map((weight) => weight / 100);
    let count = 0;
    for (let trial = 0; trial < trials; trial++) {
      const sequence = Array.from({ length: n }, () => draw(random, shares));
      const clients = sequence.map(() => Math.floor(random() * 20));
      const sighting = ordered
        ? seen({ sequence, clients }, names(weights))
        : tallied({ sequence }, names(weights));
      if (weigh(sighting, { keys: names(weights), weights }).kind === 'fault') count += 1;
    }
    return count;
  };

  test.each(cells)('1,000 tallies of $n at $weights', ({ weights, n }) => {
    expect(alarms(weights, n, 1000, false)).toBeLessThanOrEqual(most(1000));
  });

  test('sequences with clients, over all mechanisms, all weights and lengths together', () => {
    const trials = 100;
    const found = cells.map(({ weights, n }) => alarms(weights, n, trials, true));
    found.forEach((own, cell) => expect(own, JSON.stringify(cells[cell])).toBeLessThanOrEqual(most(trials)));
    const all = found.reduce((sum, own) => sum + own, 0);
    expect(all).toBeLessThanOrEqual(most(trials * cells.length));
  });

  test('after a change of weights that is known', () => {
    const random = xorshift(521288629);
    let count = 0;
    for (let i = 0; i < 200; i++) {
      const sequence = [...independent(random, 100, 1), ...independent(random, 100, 0.5)];
      const changes = [{ atIndex: 100, weights: [50, 50] }];
      if (weigh(seen({ sequence }), { keys, weights: [100, 0], changes }).kind === 'fault') count += 1;
    }
    expect(count).toBeLessThanOrEqual(most(200));
  });
});

describe('a change of weights that is known', () => {
  const random = xorshift(88172645);
  const changed = (cut: number, before: number, after: number): number[] => [
    ...independent(random, cut, before),
    ...independent(random, 200 - cut, after),
  ];
  const weights = { keys, weights: [90, 10], changes: [{ atIndex: 100, weights: [10, 90] }] };

  test('is judged rule by rule: swapped rules are a fault though their sum is what was to be expected', () => {
    const judgement = judge(seen({ sequence: changed(100, 0.1, 0.9) }), weights);
    expect(judgement.versions.map((own) => own.expected)).toEqual([0.5, 0.5]);
    expect(judgement.kind).toBe('fault');
    expect(judgement.test).toContain('2 rules');
  });

  test('and came late is told, with how late and an interval', () => {
    const judgement = judge(seen({ sequence: changed(130, 0.9, 0.1) }), weights);
    const [first] = judgement.mechanisms;
    expect(first?.name).toBe('old and new rule mixed');
    expect(first?.fitted['configuredAt']).toBe(100);
    const [low, high] = first?.fitted['interval'] as [number, number];
    expect(low).toBeLessThanOrEqual(130);
    expect(high).toBeGreaterThanOrEqual(130);
    expect(first?.fitted['lateBy']).toBe((first?.fitted['at'] as number) - 100);
    expect(first?.sentence).toMatch(/later than said/);
  });

  test.each([
    { at: 101, how: /, 1 request later than said$/ },
    { at: 99, how: /, 1 request earlier than said$/ },
  ])('and came at request $at in place of 100 is told as one request off', ({ at, how }) => {
    const sequence = Array.from({ length: 200 }, (_, i) => Number(i >= at));
    const sure = { keys, weights: [100, 0], changes: [{ atIndex: 100, weights: [0, 100] }] };
    const { mechanisms } = judge(seen({ sequence }), sure);
    const own = mechanisms.find(({ name }) => name === 'old and new rule mixed');
    expect(own?.fitted['lateBy']).toBe(at - 100);
    expect(own?.sentence).toMatch(how);
  });
});

describe('mechanisms that the data cannot tell apart', () => {
  const alternation = seen({ sequence: Array.from({ length: 200 }, (_, i) => i % 2) });

  test('are a tie, in data and in every text: at 50/50 alternation is smooth weighted round robin', () => {
    const judgement = judge(alternation, weightsOf(50));
    const [first, second] = judgement.mechanisms;
    expect([first?.name, first?.tiedWith]).toEqual([
      'alternation or round robin over endpoints',
      ['smooth weighted round robin'],
    ]);
    expect([second?.name, second?.tiedWith]).toEqual([
      'smooth weighted round robin',
      ['alternation or round robin over endpoints'],
    ]);
    expect(judgement.sentence).toContain('(or smooth weighted round robin: a tie)');
    expect(renderJudgement(judgement, plain).replaceAll(/\s+/g, ' ')).toContain(
      'tied with smooth weighted round robin',
    );
    expect(pageOf(judgement)).toContain('tied with smooth weighted round robin');
    expect(judgement.settle.join()).toContain('whether the caller has a sidecar');
  });

  test('are told apart at weights where they differ', () => {
    expect(judge(alternation, weightsOf(90)).mechanisms[0]).toMatchObject({ tied: false, tiedWith: [] });
  });

  test('are settled by data: pods that are known to be one to one', () => {
    const sighting = { keys, counts: [500, 500] };
    expect(judge(sighting, weightsOf(90)).mechanisms[0]!.tied).toBe(true);
    const told = judge(sighting, weightsOf(90), { podCounts: [1, 1] });
    expect(told.mechanisms[0]).toMatchObject({ name: 'pods in place of weights', tied: false });
  });

  test('other weights tie with retries, mirrors and meters however many requests there are', () => {
    // A share of 61.3 % for 50 % fits each of them, but no small number of pods; nothing but the share is known.
    for (const n of [1000, 100_000]) {
      const [first] = judge({ keys, counts: [0.387 * n, 0.613 * n] }, weightsOf(50)).mechanisms;
      expect([first!.name, ...first!.tiedWith].sort()).toEqual(
        expect.arrayContaining(['mirrors counted', 'other weights', 'retries counted', 'wrong meter']),
      );
    }
  });
});

describe('how many requests would find a share that is off', () => {
  /** Power of the exact binomial test against p0 by plain sums, two-sided by ordering outcomes by probability. */
  const power = (n: number, p0: number, p1: number, alpha: number): number => {
    const law = (p: number): number[] => {
      const pmf = [(1 - p) ** n];
      for (let k = 1; k <= n; k++) pmf.push((pmf[k - 1]! * (n - k + 1) * p) / (k * (1 - p)));
      return pmf;
    };
    const [null0, truth] = [law(p0), law(p1)];
    return truth.reduce((sum, own, k) => {
      const p = null0.reduce((tail, other) => (other <= null0[k]! * (1 + 1e-7) ? tail + other : tail), 0);
      return p <= alpha ? sum + own : sum;
    }, 0);
  };

  test('is exact: the power is reached there, missed just before, and reached from then on', () => {
    const { detect } = judge({ keys, counts: [8, 7] }, weightsOf(50), { power: 0.8 });
    const { from, firstN, stableN, stillNeeded, powerNow } = detect!.deviation;
    expect(from).toBeCloseTo(0.6, 12);
    expect(powerNow).toBeCloseTo(power(15, 0.5, 0.6, 0.01), 10);
    expect(power(firstN, 0.5, 0.6, 0.01)).toBeGreaterThanOrEqual(0.8);
    expect(power(firstN - 1, 0.5, 0.6, 0.01)).toBeLessThan(0.8);
    expect(power(stableN - 1, 0.5, 0.6, 0.01)).toBeLessThan(0.8);
    for (let n = stableN; n < stableN + 60; n++)
      expect(power(n, 0.5, 0.6, 0.01), String(n)).toBeGreaterThanOrEqual(0.8);
    expect(stillNeeded).toBe(stableN - 15);
    expect(firstN).toBeLessThanOrEqual(stableN);
  });

  test('follows the deviation that is asked for, and what was observed', () => {
    const { detect } = judge({ keys, counts: [80, 20] }, weightsOf(90), { power: 0.9, deviation: 0.05 });
    expect(detect!.deviation).toMatchObject({ key: 'v3', share: 0.1, from: 0.15 });
    expect(detect!.observed).toMatchObject({ key: 'v3', from: 0.2 });
    expect(detect!.observed!.stableN).toBeLessThan(detect!.deviation.stableN);
    expect(judge({ keys, counts: [90, 10] }, weightsOf(90), { power: 0.9 }).detect!.observed).toBeNull();
  });

  test('is not worked out unless power is told', () => {
    expect(judge({ keys, counts: [80, 20] }, weightsOf(90)).detect).toBeNull();
  });
});

test('clients that keep to one version: their spread, and a tally that is luck once it is taken into account', () => {
  const making = makings.find((own) => own.title === '20 clients, each pinned' && own.configured === 50)!;
  const judgement = judge(seen(making.make(xorshift(1234567), 400)), weightsOf(50));
  expect(judgement.mechanisms[0]!.name).toBe('clients pinned to a version');
  expect(judgement.clients).toMatchObject({ clients: 20, faithful: 20, icc: 1 });
  // All requests of a client are one choice: about 20 of them, fewer as clients differ in how much they send.
  expect(judgement.clients!.effectiveRequests).toBeGreaterThan(15);
  expect(judgement.clients!.effectiveRequests).toBeLessThanOrEqual(20);
  expect(judgement.clients!.adjustedP).toBeGreaterThan(judgement.p);
});

test('all requests at one version: the rule that has not arrived is told before what else it looks like', () => {
  for (const sighting of [seen({ sequence: Array<number>(15).fill(0) }), { keys, counts: [15, 0] }]) {
    const { sentence } = judge(sighting, weightsOf(50));
    expect(sentence).toMatch(/v3 never came, as when a new rule has not arrived at this caller/);
  }
  // 12 and 3 is a fault as well, but both came.
  expect(judge({ keys, counts: [12, 3] }, weightsOf(50)).sentence).not.toContain('never came');
});

test('under several rules each has its own counts, and no number of requests is worked out for their mean', () => {
  const sequence = Array.from({ length: 400 }, (_, i) => (i * 7) % 2);
  const judgement = judge(
    seen({ sequence }),
    { keys, weights: [90, 10], changes: [{ atIndex: 200, weights: [10, 90] }] },
    { power: 0.8 },
  );
  expect(judgement.sentence).toContain(
    'at 90/10 100 of v1, 100 of v3 (180 of v1, 20 of v3 expected), then at 10/90 100 of v1, 100 of v3 (20 of v1, 180 of v3 expected)',
  );
  expect([judgement.needed, judgement.detect]).toEqual([[], null]);
  const text = renderJudgement(judgement, plain);
  expect(text).toMatch(/90\/10 +v1 +100 +90 % +50 %/);
  expect(text).toMatch(/10\/90 +v1 +100 +10 % +50 %/);
});

test.each([
  { choices: 1, points: 1, step: 1 },
  { choices: 200, points: 200, step: 1 },
  { choices: 201, points: 101, step: 2 },
  { choices: 1000, points: 200, step: 5 },
  { choices: 1001, points: 167, step: 6 },
])('of $choices choices the running share has $points points, every $step and the last', (row) => {
  const sequence = Array.from({ length: row.choices }, (_, i) => i % 2);
  const { running } = judge(seen({ sequence }), weightsOf(50));
  expect(running).toHaveLength(row.points);
  expect(running[0]!.n).toBe(row.step);
  expect(running.at(-1)).toMatchObject({
    n: row.choices,
    counts: [Math.ceil(row.choices / 2), Math.floor(row.choices / 2)],
  });
});
