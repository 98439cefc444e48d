import { describe, expect, test } from 'vitest';
import { binomInterval } from '../../../src/stats/index.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { b } from '../../../src/workshop/lesson/b.ts';
import { c, halfWidth } from '../../../src/workshop/lesson/c.ts';
import { d } from '../../../src/workshop/lesson/d.ts';
import { e } from '../../../src/workshop/lesson/e.ts';
import { f, innerBlocks } from '../../../src/workshop/lesson/f.ts';
import { costOfGap, g } from '../../../src/workshop/lesson/g.ts';
import { h, metersWith } from '../../../src/workshop/lesson/h.ts';
import { i } from '../../../src/workshop/lesson/i.ts';
import { cases, j, judgeCase } from '../../../src/workshop/lesson/j.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { shipped } from '../../support/scenario.ts';
import { played, Pupil } from './play-lesson.ts';

/** The texts say what the exact values of each lesson are; these are worked out here by other means. */
const all = (sentences: readonly string[]): string => sentences.join(' ').replaceAll('\u00a0', ' ');

describe('lesson b: a rule travels', () => {
  test('what is shown as effective is 50 % x k/24 at three moments, and 50 % at the end', async () => {
    const pupil = await Pupil.at(b, 'any');
    for (const move of b.tasks[0]!.moves!(pupil.state)) await pupil.do(move);
    const seen: number[] = [];
    for (const seconds of [0.6, 0.5, 1]) {
      pupil.wait(seconds);
      const { versions, split } = pupil.state.now.desk;
      const v3 = versions.findIndex(({ key }) => key === 'v3');
      expect(split.callers).toBe(24);
      expect(split.configured![v3]).toBe(0.5);
      expect(split.effective![v3]).toBeCloseTo((0.5 * split.callersCurrent) / 24, 12);
      seen.push(split.callersCurrent);
    }
    expect(new Set(seen).size).toBe(3);
    await pupil.do({ do: 'until', until: 'held' });
    expect(pupil.state.now.desk.split.callersCurrent).toBe(24);
  });

  test('the shared seed has half of the sidecars after about a second, and the last after 4.9 s', async () => {
    const facts = b.facts(await played(b, 'any'));
    expect(facts).toMatchObject({ heldAfterOne: 12, callers: 24, effective: 0.25 });
    expect(facts.lastSeconds).toBeCloseTo(4.9, 1);
  });
});

describe('lesson c: how many are enough', () => {
  test.each([
    { n: 15, points: 22.6 },
    { n: 60, points: 12.3 },
    { n: 240, points: 6.3 },
    { n: 960, points: 3.2 },
  ])('around one half $n pages leave $points points, 98 / sqrt(n + 3.84)', ({ n, points }) => {
    expect(halfWidth(n) * 100).toBeCloseTo(points, 1);
    expect(halfWidth(n) * 100).toBeCloseTo(98 / Math.sqrt(n + 3.8415), 2);
    // Where n is even, half of it can be seen.
    if (n % 2 === 0) {
      const [low, high] = binomInterval({ k: n / 2, n, conf: 0.95, method: 'wilson' });
      expect(halfWidth(n)).toBeCloseTo((high - low) / 2, 9);
    }
  });

  test('99 pages know it within 10 points, 399 within 5; the textbook says 97 and 385', async () => {
    const state = await played(c, 'blue-2');
    expect(c.facts(state)).toMatchObject({
      within10: { stableN: 99, normalN: 97 },
      within5: { stableN: 399, normalN: 385 },
    });
    for (const language of ['en', 'zh'] as const) {
      const text = all(c.reveal(state, [30], language).sentences);
      for (const number of ['99', '97', '399', '385', '22.6', '12.3', '6.3', '3.2'])
        expect(text).toContain(number);
    }
    const { rows } = c.facts(state);
    for (const { n, reds, interval } of rows)
      expect(interval).toEqual(binomInterval({ k: reds, n, conf: 0.95, method: 'wilson' }));
  });
});

describe('lesson d: ten percent', () => {
  test('0.9^15, one more, one of ten, and 29 pages', async () => {
    const state = await played(d, 'blue-2');
    const facts = d.facts(state);
    expect(facts.none).toBeCloseTo(0.9 ** 15, 12);
    expect(facts.noneOrOne).toBeCloseTo(0.9 ** 15 + 15 * 0.1 * 0.9 ** 14, 12);
    expect(facts.exactlyTenth).toBeCloseTo(10 * 0.1 * 0.9 ** 9, 12);
    expect(facts.needed).toBe(29);
    expect([0.9 ** 28, 0.9 ** 29].map((missed) => 1 - missed >= 0.95)).toEqual([false, true]);
    for (const language of ['en', 'zh'] as const) {
      const text = all(d.reveal(state, [2], language).sentences);
      for (const number of ['20.6', '54.9', '38.7', '29']) expect(text).toContain(number);
    }
  });

  test('with all the weight on v3 and every proxy told, fifty pages bring no v1', async () => {
    for (const seat of [1, 2, 3]) expect(d.facts(await played(d, `blue-${seat}`)).strays).toBe(0);
  });
});

describe('lesson e: ten pods against one', () => {
  test('one half with the mesh and an eleventh without, whatever the seat', async () => {
    for (const seat of [1, 2, 3, 4]) {
      const { withMesh, without, perPod, byPods, podsForOnePercent } = e.facts(
        await played(e, `blue-${seat}`),
      );
      expect(withMesh.interval[0]).toBeLessThan(0.5);
      expect(withMesh.interval[1]).toBeGreaterThan(0.5);
      expect(without.interval[1]).toBeLessThan(0.5);
      expect(without.interval[0]).toBeLessThan(1 / 11);
      expect(without.interval[1]).toBeGreaterThan(1 / 11);
      expect(perPod).toBeCloseTo(0.05, 12);
      expect(byPods).toEqual([1 / 11, 0.5, 10 / 11]);
      expect(podsForOnePercent).toBe(99);
    }
  });

  test('pods without a mesh: 1 of 11, 10 of 20, 10 of 11', async () => {
    const steps = [
      '{ at: 1m, scale: { workload: reviews-v1, replicas: 10 } }',
      '{ at: 5m, scale: { workload: reviews-v3, replicas: 10 } }',
      '{ at: 10m, scale: { workload: reviews-v1, replicas: 1 } }',
    ];
    const record = runOnce(
      await shipped('workshop/scenario-e-no-mesh.yaml', `timeline=[${steps.join(', ')}]`),
    ).record;
    const split = record.splits.find(({ service }) => service === 'reviews')!;
    const v3 = split.keys.indexOf('v3');
    for (const [from, to, share] of [
      [70, 300, 1 / 11],
      [310, 600, 1 / 2],
      [630, 1200, 10 / 11],
    ] as const) {
      const own = split.windows.filter((window) => window.fromSeconds >= from && window.toSeconds <= to);
      const n = own.reduce((sum, { requests }) => sum + requests, 0);
      const k = own.reduce((sum, { observed }) => sum + observed[v3]!, 0);
      const [low, high] = binomInterval({ k, n, conf: 0.9999, method: 'wilson' });
      expect(n).toBeGreaterThan(5000);
      expect(low).toBeLessThan(share);
      expect(high).toBeGreaterThan(share);
    }
  });
});

describe('lesson f: the counter of 2017', () => {
  test('8 of 100 starting numbers bring no v3 in fifteen, 16 one version only, 0.84 changes', async () => {
    const state = await played(f, 'blue-2');
    // From a start s the fifteen numbers s, s + 3, ..., s + 42 stay below 50 for s = 0..7, and at or above 50 for s = 50..57.
    expect(f.facts(state)).toMatchObject({ noV3: 8, oneVersion: 16 });
    // Fourteen steps of 3 through a circle of 100 with two edges: 14 x 3 x 2 / 100.
    expect(f.facts(state).changes).toBeCloseTo(0.84, 12);
    expect(f.facts(state).byChance).toEqual({ noV3: 1 / 32768, oneVersion: 1 / 16384, changes: 7 });
    expect(all(f.reveal(state, [0], 'en').sentences)).toContain('32,768');
  });

  test('sixty pages have inner blocks of 16 or 17, whatever the seat', async () => {
    for (const seat of [1, 2, 3, 4, 5]) {
      const { inner } = f.facts(await played(f, `blue-${seat}`));
      expect(inner.length).toBeGreaterThan(0);
      for (const length of inner) expect([16, 17]).toContain(length);
    }
    expect(innerBlocks(['a', 'b', 'b', 'a', 'a', 'a', 'b'])).toEqual([2, 3]);
    expect(innerBlocks(['a', 'a'])).toEqual([]);
  });
});

describe('lesson g: the rule before the subset', () => {
  test('a second of gap costs 24 requests, give or take 5.66, and 4 pages, give or take 2', () => {
    const { requests, pages } = costOfGap(1);
    expect(requests.mean).toBeCloseTo(24, 9);
    expect(requests.sd).toBeCloseTo(5.657, 3);
    expect(pages.mean).toBeCloseTo(4, 9);
    expect(pages.sd).toBeCloseTo(2, 9);
  });

  test('the learner’s own gap costs what it must within 4 standard deviations, and the safe order nothing', async () => {
    for (const seat of [1, 2, 3]) {
      const { gapSeconds, pages, lost, failed, lostInSafeOrder } = g.facts(await played(g, `blue-${seat}`));
      expect(gapSeconds).toBeCloseTo(4, 1);
      expect(Math.abs(lost - pages.mean)).toBeLessThan(4 * pages.sd);
      expect({ failed, lostInSafeOrder }).toEqual({ failed: 0, lostInSafeOrder: 0 });
    }
  });

  test('played as a file, requests with the flag NC are 24 a second of gap within 4 standard deviations', async () => {
    const timeline =
      'timeline=[{ at: 10s, apply: virtual-service-reviews-20-v3.yaml }, { at: 14s, apply: destination-rule-reviews-v3.yaml }]';
    const { flags } = runOnce(await shipped('workshop/scenario-g.yaml', timeline)).record.pages;
    const unknown = flags.filter(({ flag }) => flag === 'NC').reduce((sum, own) => sum + own.requests, 0);
    const { requests } = costOfGap(4);
    expect(Math.abs(unknown - requests.mean)).toBeLessThan(4 * requests.sd);
  });
});

/** n draws with this chance stray no farther than 4 standard deviations. */
const expectCount = (k: number, n: number, chance: number): void =>
  expect(Math.abs(k - n * chance)).toBeLessThanOrEqual(4 * Math.sqrt(n * chance * (1 - chance)));

describe('lesson h: retries hide a bad canary', () => {
  test('what each meter shows with two, one and no retries', () => {
    const two = metersWith(2);
    expect(two.caller).toBeCloseTo(0.027, 12);
    expect(two.ofAll).toBeCloseTo(0.0027, 12);
    expect(two.pages).toBeCloseTo((0.1 * 0.027) ** 2, 15);
    // 1 + 0.3 + 0.09 tries of each request of v3, one of each of v1's.
    expect(two.shareAtPods).toBeCloseTo(0.139 / 1.039, 12);
    expect(metersWith(1).caller).toBeCloseTo(0.09, 12);
    expect(metersWith(0).caller).toBeCloseTo(0.3, 12);
  });

  test.each([2, 1, 0])(
    'with %i retries three meters of a run agree within 4 standard deviations',
    async (retries) => {
      const rule = `virtual-service-reviews-10-v3-retries-${retries}.yaml`;
      const scenario = await shipped('workshop/scenario-h.yaml', `manifests[3]=${rule}`);
      const { splits, pages } = runOnce(scenario).record;
      const { keys, phases } = splits.find(({ service }) => service === 'reviews')!;
      const v3 = keys.indexOf('v3');
      const { observed, errors, meters } = phases[0]!;
      const law = metersWith(retries);
      expect(pages.pages).toBeGreaterThan(10_000);
      expectCount(meters.servedErrors[v3]!, meters.served[v3]!, law.pods);
      expectCount(errors[v3]!, observed[v3]!, law.caller);
      expectCount(meters.pagesWithout!, pages.pages, law.pages);
      const served = meters.served.reduce((sum, own) => sum + own, 0);
      // Tries of one request go together: their number has the variance of a geometric law, at most that of independent ones twice.
      expect(meters.served[v3]! / served).toBeCloseTo(law.shareAtPods, 2);
      // A retry never changes version: what the proxy drew is what the pods of that version got, but for the tries.
      expect(meters.retries).toBe(served - observed.reduce((sum, own) => sum + own, 0));
      expect(meters.served[v3]! - observed[v3]!).toBe(meters.retries);
    },
  );

  test('the card tells them', async () => {
    const state = await played(h, 'blue-2');
    expect(h.facts(state).right).toEqual([0, 1, 2]);
    const text = all(h.reveal(state, [0, 1, 2], 'en').sentences);
    for (const own of ['3 of 3', '30 %', '2.7 %', '0.27 %', '0.0007 %', '9 %', '13.4 %'])
      expect(text).toContain(own);
  });
});

describe('lesson i: the autoscaler is late', () => {
  const jump = '{ at: 2m, apply: virtual-service-reviews-100-v3.yaml }';
  const steps = [25, 50, 75, 100].map(
    (percent, index) => `{ at: ${2 + 2 * index}m, apply: virtual-service-reviews-${percent}-v3.yaml }`,
  );
  const recordOf = async (timeline: string, seed: string) => {
    const scenario = await shipped('workshop/scenario-i.yaml', 'duration=12m', `timeline=[${timeline}]`);
    return runOnce({ ...scenario, seed }).record;
  };

  test.each(['42', '1', '2'])(
    'a jump makes every fifth page late, four steps none: seed %s',
    async (seed) => {
      const jumped = await recordOf(jump, seed);
      const share = jumped.pages.late! / jumped.pages.pages;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.25);
      const stepped = await recordOf(steps.join(', '), seed);
      expect(stepped.pages.late).toBe(0);
      // 150 a second at 50 a pod: three pods for all of it. Before each step there are enough for that step.
      const v3 = stepped.capacity!.workloads.find(({ name }) => name === 'reviews-v3')!;
      [25, 50, 75, 100].forEach((percent, index) => {
        const before = v3.windows.find(({ toSeconds }) => toSeconds >= 120 * (index + 1))!;
        expect(before.ready).toBeGreaterThanOrEqual((3 * percent) / 100);
      });
    },
  );

  test('the card finds it: the jump alone', async () => {
    const facts = i.facts(await played(i, 'blue-2'));
    expect(facts).toMatchObject({ perPod: 50, growth: 100, pods: 6, right: 0 });
    expect(facts.jump.asked).toBe(300);
    expect(facts.steps).toEqual({ late: 0, asked: 480 });
  });
});

describe('lesson j: luck or fault', () => {
  test('eight cases and their verdicts', () => {
    const verdicts = cases.map((own) => {
      const { kind, mechanisms, impossible, p } = judgeCase(own);
      return [kind, mechanisms[0]?.name, impossible.join(), Number(p.toPrecision(2))];
    });
    expect(verdicts).toEqual([
      ['chance', undefined, '', 0.12],
      ['fault', 'old rule', '', 0.000061],
      ['fault', 'alternation or round robin over endpoints', '', 1],
      ['fault', 'blocks of a counter', '', 1],
      ['too few to tell', undefined, '', 0.39],
      ['chance', undefined, '', 1],
      ['chance', undefined, '', 0.18],
      ['fault', expect.any(String), 'v2', 0],
    ]);
  });

  test('their texts say what a judgement of the same pages says', async () => {
    const state = await played(j, 'any');
    const facts = j.facts(state);
    expect(facts.noneSeen).toBeCloseTo(0.9 ** 15, 12);
    expect(facts.needed).toBe(29);
    expect(facts.longRun).toBeCloseTo(0.168, 3);
    const first = judge({ keys: ['v1', 'v3'], counts: [4, 11] }, { keys: ['v1', 'v3'], weights: [50, 50] });
    expect(first.p).toBeCloseTo(3882 / 32768, 9);
    for (const language of ['en', 'zh'] as const) {
      const text = all(j.reveal(state, facts.right, language).sentences);
      for (const own of ['11.8', '20.6', '16.8', '18.1', '29']) expect(text).toContain(own);
    }
  });
});
