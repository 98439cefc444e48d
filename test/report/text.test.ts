import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/record/record.ts';
import { plain } from '../../src/report/paint.ts';
import { renderText } from '../../src/report/text.ts';
import {
  fifteenRefreshes,
  fixtures,
  hostile,
  manyRefreshes,
  ncBurst,
  noRule,
  sixPushes,
} from '../support/record.ts';

const inBlack = { paint: plain, width: 100 };

describe.each(fixtures)('the summary of %s', (_, make) => {
  test('holds no leftover of a missing value and no control character', () => {
    const text = renderText(make(), inBlack);
    expect(text).not.toMatch(/undefined|NaN|\bnull\b|Infinity|\[object/);

    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('says the same with and without colour', () => {
    const mark = (text: string) => `<<${text}>>`;
    const paint = { head: mark, good: mark, bad: mark, warn: mark, dim: mark, red: mark };
    const coloured = renderText(make(), { ...inBlack, paint });
    expect(coloured).toContain('<<');
    expect(coloured.replaceAll(/<<|>>/g, '')).toBe(renderText(make(), inBlack));
  });
});

test.each([60, 80, 120])('no line is wider than %d columns', (width) => {
  for (const make of [fifteenRefreshes, ncBurst, sixPushes, noRule, manyRefreshes]) {
    for (const line of renderText(make(), { paint: plain, width }).split('\n')) {
      expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  }
});

test('the verdict comes first', () => {
  expect(renderText(fifteenRefreshes(), inBlack)).toMatch(/^✓ Chance: Nothing is broken: 11 of 15 pages/);
});

test('the strip shows each page by a sign of its own, and a legend says which', () => {
  const text = renderText(fifteenRefreshes(), inBlack);
  expect(text).toContain('1  · ★ ★ · ★ ★ ★ · ★ ★ ★ · ★ ★ ★\n');
  expect(text).toContain('· v1 (no stars)');
  expect(text).toContain('★ v3 (red stars)');
});

test('black stars, red stars, errors and old rules are told apart without colour', () => {
  const signs = renderText(sixPushes(), inBlack);
  expect(signs).toContain('☆ v2 (black stars)');
  const text = renderText(ncBurst(), inBlack);
  expect(text).toContain('1  · · x x · x x x · ★ x · ★ ? ·\n          ^ ^ ^ ^ ^ ^ ^\n');
  expect(text).toContain('x error in its place');
  expect(text).toContain('^ under the old rule');
});

test('a red star is red where the terminal has colours', () => {
  const paint = { ...plain, red: (text: string) => `<${text}>` };
  expect(renderText(fifteenRefreshes(), { ...inBlack, paint })).toContain('<★>');
});

test('the split stands in three columns with its interval', () => {
  const text = renderText(fifteenRefreshes(), inBlack);
  expect(text).toMatch(/configured {2}effective {2}observed {2}95 % interval {2}requests\n/);
  expect(text).toMatch(/v3 \(red stars\) +50 % +50 % +73 % +48–89 % +11 of 15\n/);
});

test('where no rule matched, the share of the endpoints is what to expect', () => {
  expect(renderText(noRule(), inBlack)).toMatch(/v1 \(no stars\) +no rule +33\.3 % /);
});

test('each push has a line with first, half and last proxy', () => {
  // Delays 0.18, 0.29, 0.40, 0.51, 0.73, 0.84 and 1.82 s: the fourth of seven is half of them.
  expect(renderText(fifteenRefreshes(), { paint: plain, width: 200 })).toContain(
    'changed at 60 s: first proxy after 0.18 s, half after 0.51 s, last of 7 proxies after 1.82 s',
  );
});

test('errors stand with their count and what Envoy means by the flag', () => {
  expect(renderText(ncBurst(), inBlack)).toContain(
    '173  NC at requests to reviews: the route named a cluster that the proxy did not have',
  );
});

test('only the first 120 pages are drawn, and it says so', () => {
  const text = renderText(manyRefreshes(), inBlack);
  expect(text).toContain('the first 120 of 2,000 are drawn');
  expect(text).toContain('\n  106  ');
  expect(text).not.toContain('\n  121  ');
});

test('a line break in a name does not break a line', () => {
  expect(renderText(hostile(), inBlack)).toContain('v2, "two" lines');
});

test('requests that came to no version are counted, and the shares are of all requests', () => {
  const record = fifteenRefreshes();
  const [split] = record.splits;
  const phases = split!.phases.map((phase) => (phase.requests === 15 ? { ...phase, requests: 20 } : phase));
  const text = renderText({ ...record, splits: [{ ...split!, phases }] }, inBlack);
  // 11 of 20 = 55 %, 5 of 20 = 25 %.
  expect(text).toMatch(/v3 \(red stars\) .* 55 % .* 11 of 20\n/);
  expect(text).toMatch(/no destination .* 25 % .* 5 of 20\n/);
});

test('a record that was stored and read again tells the same', () => {
  for (const [, make] of fixtures) {
    const stored = JSON.parse(JSON.stringify(make())) as RunRecord;
    expect(renderText(stored, inBlack)).toBe(renderText(make(), inBlack));
  }
});
