import { describe, expect, test } from 'vitest';
import { requestsToDetect } from '../../src/verdict/detection.ts';
import { certaintyAfter, planSample, type SampleQuestion } from '../../src/verdict/plan-sample.ts';

const question = (own: Partial<SampleQuestion>): SampleQuestion => ({
  share: 0.5,
  conf: 0.95,
  power: 0.8,
  ...own,
});
const requests = (own: Partial<SampleQuestion>, goal: string): number =>
  planSample(question(own)).find((plan) => plan.goal === goal)!.requests;

// ceil(ln(1 - conf) / ln(1 - p)): 0.8^14 = 0.044, 0.8^21 = 0.0092, 0.95^59 = 0.048, 0.95^90 = 0.0099.
test.each([
  { share: 0.2, conf: 0.95, n: 14 },
  { share: 0.2, conf: 0.99, n: 21 },
  { share: 0.05, conf: 0.95, n: 59 },
  { share: 0.05, conf: 0.99, n: 90 },
  { share: 1, conf: 0.95, n: 1 },
  { share: 0, conf: 0.95, n: Infinity },
])('a version with a share of $share is seen within $n requests, $conf sure', ({ share, conf, n }) => {
  expect(requests({ share, conf }, 'see')).toBe(n);
});

test('the split within a distance has the first n, the one for good, and the textbook one', () => {
  // z^2 / (4 e^2) at 90 %: 1.6449^2 x 25 = 67.6. At n = 60 the window is 24 to 36 and holds 0.9076 of Bin(60, 1/2).
  const at = { share: 0.5, within: 0.1, conf: 0.9 };
  expect(requests(at, 'within, normal')).toBe(68);
  expect(requests(at, 'within, first')).toBe(60);
  expect(requests(at, 'within')).toBe(74);
});

/**
 * Totals for a one-sided test at 5 % with power 80 %: (1.645 sqrt((1 + 1/r) p q) + 0.842 sqrt(p1 q1 + p2 q2 / r))^2 / d^2 on
 * the canary, r = (1 - w) / w, p the pooled rate; worked out apart from this code and rounded to what is written.
 */
describe('a regression of the error rate on a canary', () => {
  test.each([
    { errors: [0.001, 0.002], totals: { 0.01: 814e3, 0.05: 172e3, 0.1: 92e3, 0.5: 37e3 }, step: 1000 },
    { errors: [0.001, 0.01], totals: { 0.01: 23_600, 0.05: 5400, 0.1: 3200, 0.5: 1700 }, step: 100 },
    { errors: [0.005, 0.01], totals: { 0.01: 162e3, 0.05: 34e3, 0.1: 18e3, 0.5: 7400 }, step: 1000 },
    { errors: [0.01, 0.02], totals: { 0.01: 80e3, 0.05: 17e3, 0.1: 9100, 0.5: 3700 }, step: 1000 },
    { errors: [0.01, 0.05], totals: { 0.01: 7700, 0.05: 1700, 0.1: 947, 0.5: 448 }, step: 100 },
  ])('from $errors', ({ errors: [baseline, canary], totals, step }) => {
    for (const [share, total] of Object.entries(totals)) {
      const own = requests(
        { share: Number(share), errors: { baseline: baseline!, canary: canary! } },
        'errors',
      );
      // Half a step of the rounding; the small ones are written out.
      const rounding = total < 1000 ? 0.5 : total < 10_000 ? 50 : step / 2;
      expect(Math.abs(own - total), `${share} of ${total}`).toBeLessThanOrEqual(rounding + 1);
    }
  });

  test.each([
    { share: 0.01, rps: 50, minutes: 27 },
    { share: 0.05, rps: 50, minutes: 5.7 },
    { share: 0.1, rps: 50, minutes: 3 },
    { share: 0.5, rps: 50, minutes: 1.2 },
    { share: 0.1, rps: 5, minutes: 30 },
  ])('1 % to 2 % on a $share canary takes $minutes minutes at $rps rps', ({ share, rps, minutes }) => {
    const plans = planSample(question({ share, rps, errors: { baseline: 0.01, canary: 0.02 } }));
    const own = plans.find((plan) => plan.goal === 'errors')!;
    expect(own.seconds! / 60 / minutes).toBeGreaterThan(0.97);
    expect(own.seconds! / 60 / minutes).toBeLessThan(1.03);
    expect(own.onVersion).toBeCloseTo(own.requests * share, 9);
  });

  test('both sides cost more than one', () => {
    const errors = { baseline: 0.01, canary: 0.02 };
    // ((1.960 + 0.842) / (1.645 + 0.842))^2 = 1.269 where both spreads are nearly the same.
    const ratio = requests({ errors, twoSided: true }, 'errors') / requests({ errors }, 'errors');
    expect(ratio).toBeGreaterThan(1.26);
    expect(ratio).toBeLessThan(1.28);
  });
});

/** Power of the exact two-sided test, summed over all counts by plain arithmetic (n below 1,000, where nothing underflows). */
function plainPower(n: number, p0: number, p1: number, alpha: number): number {
  const law = (p: number): number[] => {
    const all = [Math.pow(1 - p, n)];
    for (let k = 1; k <= n; k += 1) all.push((all[k - 1]! * (n - k + 1) * p) / (k * (1 - p)));
    return all;
  };
  const assumed = law(p0);
  return law(p1).reduce((power, mass, k) => {
    const p = assumed.reduce((sum, own) => (own <= assumed[k]! * (1 + 1e-7) ? sum + own : sum), 0);
    return p <= alpha ? power + mass : power;
  }, 0);
}

test.each([
  { p0: 0.5, p1: 0.7 },
  { p0: 0.5, p1: 0.3 },
  { p0: 0.1, p1: 0.2 },
  { p0: 0.9, p1: 0.7 },
  { p0: 0.05, p1: 0.15 },
])(
  '$p0 is told from $p1 by the first number of requests and by none below, and by the stable one and every larger',
  ({ p0, p1 }) => {
    const { firstN, stableN: n, exact } = requestsToDetect({ p0, p1, alpha: 0.05, power: 0.8 });
    expect(exact).toBe(true);
    for (let fewer = 1; fewer < firstN; fewer += 1) {
      expect(plainPower(fewer, p0, p1, 0.05)).toBeLessThan(0.8);
    }
    expect(plainPower(firstN, p0, p1, 0.05)).toBeGreaterThanOrEqual(0.8);
    expect(plainPower(n - 1, p0, p1, 0.05)).toBeLessThan(0.8);
    for (let more = 0; more < 80; more += 1) {
      expect(plainPower(n + more, p0, p1, 0.05)).toBeGreaterThanOrEqual(0.8);
    }
  },
);

test('against a weight of 0 one request of the version is enough', () => {
  // The smallest n with 1 - 0.9^n >= 0.8: 0.9^15 = 0.206, 0.9^16 = 0.185.
  expect(requestsToDetect({ p0: 0, p1: 0.1, alpha: 0.05, power: 0.8 })).toEqual({
    firstN: 16,
    stableN: 16,
    exact: true,
  });
});

test('shares that have hardly anything in common are told apart by one request', () => {
  // P(X = 1) is 0.001 under p0, below alpha, and 0.999 under p1, above the power.
  expect(requestsToDetect({ p0: 0.001, p1: 0.999, alpha: 0.05, power: 0.8 })).toEqual({
    firstN: 1,
    stableN: 1,
    exact: true,
  });
});

test('shares that are hardly apart are told by the normal approximation, and it says so', () => {
  // (1.96 sqrt(0.25) + 0.8416 sqrt(0.5001 x 0.4999))^2 / 0.0001^2 = 1.9622e8
  const { stableN: n, exact } = requestsToDetect({ p0: 0.5, p1: 0.5001, alpha: 0.05, power: 0.8 });
  expect(exact).toBe(false);
  expect(n / 1.9622e8).toBeCloseTo(1, 3);
  const [, own] = planSample(question({ share: 0.5, against: 0.5001 }));
  expect(own!.how).toMatch(/normal approximation/);
});

test.each([
  // z^2 p (1 - p) / e^2 with z = 1.959963984540054, z^2 = 3.841458820694124.
  { share: 0.5, within: 1e-9, n: 9.60364705173531e17 },
  { share: 0.001, within: 1e-7, n: 3.83761736187343e11 },
  { share: 1e-6, within: 1e-9, n: 3.8414549792353e12 },
])('a share of $share within $within is answered by the formula, at once, and it says so', (own) => {
  const plans = planSample(question(own));
  expect(plans.map(({ goal }) => goal)).toEqual(['see', 'within']);
  expect(plans[1]!.requests / own.n).toBeCloseTo(1, 9);
  expect(plans[1]!.how).toMatch(/^normal approximation/);
});

test.each([
  // A normal variable within 0.6325 (2 x 1e-8 sqrt(1e15)) of 0: 47.291 %; beyond 1.959964 - 0.6325 above it, and below: 9.67 %.
  { goal: 'within', own: { share: 0.5, within: 1e-8 }, sure: 0.47291 },
  { goal: 'against', own: { share: 0.5, against: 0.5 + 1e-8 }, sure: 0.0922 },
] as const)(
  'after a quadrillion requests the certainty of "$goal" is the normal law\'s',
  ({ goal, own, sure }) => {
    expect(certaintyAfter(1e15, goal, question(own))).toBeCloseTo(sure, 3);
  },
);

test('pinned clients need as many times more requests as they send', () => {
  // 20 requests of a pinned client are one draw: 99 draws are 1,980 requests.
  expect(requests({ within: 0.1 }, 'within')).toBe(99);
  expect(requests({ within: 0.1, designEffect: 20 }, 'within')).toBe(1980);
});

test.each([
  { goal: 'see', own: { share: 0.05 } },
  { goal: 'within', own: { share: 0.1, within: 0.05 } },
  { goal: 'against', own: { share: 0.05, against: 0.1 } },
  { goal: 'errors', own: { share: 0.1, errors: { baseline: 0.01, canary: 0.02 } } },
  { goal: 'within', own: { share: 0.5, within: 0.1, designEffect: 3 } },
] as const)(
  'the certainty of "$goal" reaches what was asked at the number that was told',
  ({ goal, own }) => {
    const asked = question(own);
    const n = requests(own, goal);
    const target = goal === 'see' || goal === 'within' ? asked.conf : asked.power;
    expect(certaintyAfter(n, goal, asked)).toBeGreaterThanOrEqual(target - 1e-9);
    expect(certaintyAfter(n - 1, goal, asked)).toBeLessThan(target);
    expect(certaintyAfter(0, goal, asked)).toBe(0);
  },
);

test.each([
  { own: { share: 1.5 }, problem: /share|p must|p =|1\.5/ },
  { own: { against: 0.5 }, problem: /is 50 % already/ },
  { own: { share: 0, errors: { baseline: 0.01, canary: 0.02 } }, problem: /no two versions/ },
  { own: { errors: { baseline: 0.01, canary: 0.01 } }, problem: /nothing to tell apart/ },
  { own: { designEffect: 0.5 }, problem: /1 or more/ },
])('$own is refused', ({ own, problem }) => {
  expect(() => planSample(question(own))).toThrow(problem);
});

test('a canary with fewer errors is not looked for one-sidedly, and few expected errors are said to make it rough', () => {
  const question = { share: 0.1, conf: 0.95, power: 0.8 };
  const fewer = { ...question, errors: { baseline: 0.02, canary: 0.01 } };
  expect(() => planSample(fewer)).toThrow(/--two-sided/);
  expect(planSample({ ...fewer, twoSided: true }).at(-1)!.requests).toBeGreaterThan(10_000);
  const rare = planSample({ ...question, share: 0.01, errors: { baseline: 0.001, canary: 0.01 } }).at(-1)!;
  expect(rare.how).toMatch(/normal approximation of the one-sided z test.*0\.24 errors.*rough/);
  const many = planSample({ ...question, errors: { baseline: 0.1, canary: 0.2 } }).at(-1)!;
  expect(many.how).not.toContain('rough');
});

test('distances and levels are told to the ten-thousandth of a per cent, and no finer', () => {
  const plans = planSample(question({ share: 0.5, within: 0.01234567, conf: 0.98765432, against: 0.7 }));
  const told = (goal: string): string[] => {
    const { question: asked, how } = plans.find((own) => own.goal === goal)!;
    return [asked, how];
  };
  expect(told('see')[0]).toContain('98.7654 % sure');
  expect(told('within')[0]).toContain('within 1.2346 %, 98.7654 % sure');
  expect(told('against')[1]).toContain('test at 1.2346 %');
});

test('a row says whether its number is exact: up to some millions of requests it is', () => {
  const how = (against: number): string =>
    planSample(question({ against })).find(({ goal }) => goal === 'against')!.how;
  expect(how(0.6)).toBe('exact two-sided binomial test at 5 %; true for this n and every larger one');
  // (1.96 + 0.84)^2 / 4 over a difference of 1e-5, squared: 20 billion.
  expect(how(0.50001)).toBe('normal approximation of the two-sided test at 5 %');
});
