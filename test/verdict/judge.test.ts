import { describe, expect, test } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { renderJudgementHtml } from '../../src/verdict/html.ts';
import { renderJudgement } from '../../src/verdict/text.ts';
import { generators, independent, xorshift } from './generate.ts';

const keys = ['v1', 'v3'];
const tallyOf = (sequence: readonly number[]): number[] =>
  keys.map((_, key) => sequence.filter((own) => own === key).length);
const seen = (sequence: readonly number[]) => ({
  keys,
  counts: tallyOf(sequence),
  sequence: Int32Array.from(sequence),
});
const weights = (share: number) => ({
  keys,
  weights: [Math.round(share * 100), 100 - Math.round(share * 100)],
});

describe('a tally against weights', () => {
  test('11 to 4 at 50/50 is chance, with the exact p', () => {
    const judgement = judge({ keys, counts: [11, 4] }, weights(0.5));
    // P(|X - 7.5| >= 3.5) for Binomial(15, 1/2) = 2 x (1365 + 455 + 105 + 15 + 1) / 32768.
    expect(judgement.p).toBeCloseTo((2 * 1941) / 32768, 12);
    expect(judgement.kind).toBe('chance');
    expect(judgement.sentence).toContain('chance');
  });

  test('15 to 0 at 50/50 is a fault', () => {
    expect(judge({ keys, counts: [15, 0] }, weights(0.5)).kind).toBe('fault');
  });

  test('3 to 0 is too few to tell', () => {
    expect(judge({ keys, counts: [3, 0] }, weights(0.5)).kind).toBe('too few to tell');
  });

  test('a version of weight 0 that was seen is impossible, in words', () => {
    const judgement = judge({ keys, counts: [99, 1] }, { keys, weights: [100, 0] });
    expect([judgement.kind, judgement.impossible, judgement.p]).toEqual(['fault', ['v3'], 0]);
    const text = renderJudgement(judgement, { colour: false, width: 100 });
    expect(text).toMatch(/has weight 0 and was seen/);
    expect(text).not.toMatch(/p = 0\b/);
  });

  test('equivalence is shown, undecided or contradicted', () => {
    const at = (counts: number[], within: number) =>
      judge({ keys, counts }, weights(0.9), { within }).equivalence?.verdict;
    expect(at([9000, 1000], 0.02)).toBe('shown');
    expect(at([90, 10], 0.02)).toBe('undecided');
    expect(at([5000, 5000], 0.02)).toBe('contradicted');
  });

  test('nothing seen tells nothing, and nothing is NaN', () => {
    const judgement = judge({ keys, counts: [0, 0] }, weights(0.5), { within: 0.1 });
    expect(judgement.kind).toBe('too few to tell');
    expect(JSON.stringify(judgement)).not.toMatch(/NaN/);
  });
});

test('of 1,000 tallies drawn at their weights at most 5 % are called a fault', () => {
  const random = xorshift(2463534242);
  let alarms = 0;
  for (let i = 0; i < 1000; i++) {
    const share = [0.5, 0.9, 0.8, 0.99][i % 4]!;
    const n = [15, 100, 200, 1000][Math.floor(i / 4) % 4]!;
    if (judge({ keys, counts: tallyOf(independent(random, n, share)) }, weights(share)).kind === 'fault')
      alarms += 1;
  }
  // Binomial error: 50 + 4 x sqrt(1000 x 0.05 x 0.95).
  expect(alarms).toBeLessThanOrEqual(50 + 4 * 6.9);
});

test('of 1,000 sequences drawn at their weights at most 5 % are called a fault, over all mechanisms together', () => {
  const random = xorshift(88172645);
  let alarms = 0;
  for (let i = 0; i < 1000; i++) {
    const share = i % 2 === 0 ? 0.5 : 0.9;
    if (judge(seen(independent(random, 200, share)), weights(share)).kind === 'fault') alarms += 1;
  }
  expect(alarms).toBeLessThanOrEqual(50 + 4 * 6.9);
});

/** What a generated mechanism may be called: by its own name, or tied with what the data cannot tell from it. */
const names: Readonly<
  Record<string, { readonly share: number; readonly name: string; readonly least: number }>
> = {
  alternation: { share: 0.9, name: 'alternation or round robin over endpoints', least: 0.9 },
  'smooth weighted round robin': { share: 0.9, name: 'smooth weighted round robin', least: 0.9 },
  blocks: { share: 0.5, name: 'blocks of a counter', least: 0.9 },
  'change point': { share: 0.9, name: 'old and new rule mixed', least: 0.9 },
  'other weights': { share: 0.9, name: 'other weights', least: 0 },
  'sticky connection': { share: 0.5, name: 'sticky connection', least: 0.9 },
  'absorbing cookie': { share: 0.9, name: 'absorbing cookie', least: 0.9 },
};

test.each(Object.entries(names))('%s is named first at 200 requests', (kind, { share, name, least }) => {
  const random = xorshift(362436069);
  const found = new Map<string, number>();
  for (let i = 0; i < 200; i++) {
    const judgement = judge(seen(generators[kind]!(random, 200, share)), weights(share));
    const first = judgement.kind === 'fault' ? (judgement.mechanisms[0]?.name ?? 'a fault') : judgement.kind;
    found.set(first, (found.get(first) ?? 0) + 1);
  }
  if (process.env['SHOW'] !== undefined) console.log(kind, Object.fromEntries(found));
  expect((found.get(name) ?? 0) / 200).toBeGreaterThanOrEqual(least);
});

test('at 50/50 alternation and smooth weighted round robin are the same sequence: a tie is told', () => {
  const judgement = judge(seen(generators['alternation']!(xorshift(7), 200, 0.5)), weights(0.5));
  const tied = judgement.mechanisms.filter((own) => own.tied).map((own) => own.name);
  expect(tied).toContain('alternation or round robin over endpoints');
  expect(tied).toContain('smooth weighted round robin');
});

test('clients that each keep to one version are told apart from other weights when their addresses are known', () => {
  const random = xorshift(1234567);
  const versionOf = Array.from({ length: 20 }, () => (random() < 0.5 ? 0 : 1));
  const clients = Int32Array.from({ length: 400 }, () => Math.floor(random() * 20));
  const sequence = Array.from(clients, (client) => versionOf[client]!);
  const judgement = judge({ ...seen(sequence), clients }, weights(0.5));
  expect([judgement.kind, judgement.mechanisms[0]!.name]).toEqual(['fault', 'clients pinned to a version']);
});

test('a change of weights that is known is no fault', () => {
  const random = xorshift(521288629);
  let alarms = 0;
  for (let i = 0; i < 200; i++) {
    const sequence = [...independent(random, 100, 1), ...independent(random, 100, 0.5)];
    const judgement = judge(seen(sequence), {
      keys,
      weights: [100, 0],
      changes: [{ atIndex: 100, weights: [50, 50] }],
    });
    if (judgement.kind === 'fault') alarms += 1;
  }
  expect(alarms).toBeLessThanOrEqual(10 + 4 * 3.1);
});

test('the page is one file without a script, and escapes what it shows', () => {
  const html = renderJudgementHtml(
    judge({ keys: ['<v1>', 'v"3'], counts: [11, 4] }, { keys: ['<v1>', 'v"3'], weights: [50, 50] }),
  );
  expect(html).toContain('&lt;v1&gt;');
  expect(html).not.toMatch(/<script|NaN|undefined/);
  expect(html).toContain('<svg');
});
