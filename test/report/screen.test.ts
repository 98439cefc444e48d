import { describe, expect, test } from 'vitest';
import type { FindingRecord } from '../../src/record/finding.ts';
import { shortened } from '../../src/report/layout.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { plain } from '../../src/report/paint.ts';
import { renderScreen, screenLines } from '../../src/report/screen.ts';
import { fifteenRefreshes, fixtures, hostile, manyRefreshes, ncBurst, sixPushes } from '../support/record.ts';

const under = ['Report: reports/x/report.html', 'All:    meshshift report reports/x --full'];
const screen = (record: Parameters<typeof renderScreen>[0], width = 100): string =>
  `${renderScreen(record, { paint: plain, width }, under.length)}${under.join('\n')}\n`;
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

const finding = (i: number, words = 12): FindingRecord => ({
  code: 'hot-pod',
  level: i === 0 ? 'breaks' : 'harms',
  sentence: `Finding ${i} is told${' at some length'.repeat(words)}.`,
  evidence: Array.from({ length: 6 }, (_, k) => `Evidence ${k}${' that is long'.repeat(words)}.`),
  harm: { pages: 9, pagesWithout: 0, pagesLate: 0, requests: 9, seconds: 1, fromSeconds: 0, toSeconds: 1 },
  why: `A mechanism${' with many words'.repeat(words)}.`,
  remedies: [{ text: 'Do something.', changes: [] }],
  look: null,
  trace: '--slowest',
});

describe.each(fixtures)('the screen of %s', (_, make) => {
  test.each([60, 80, 100, 160])('is no longer than a screen, %d columns wide', (width) => {
    const lines = linesOf(screen(make(), width));
    expect(lines.length).toBeLessThanOrEqual(screenLines);
    expect(lines.slice(-under.length)).toEqual(under);
  });

  test('holds no leftover of a missing value and no control character', () => {
    const text = screen(make());
    expect(text).not.toMatch(/undefined|NaN|\bnull\b|Infinity|\[object/);

    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test('says the same with and without colour', () => {
    const mark = (text: string) => `<<${text}>>`;
    const paint = { head: mark, good: mark, bad: mark, warn: mark, dim: mark, red: mark };
    const coloured = renderScreen(make(), { paint, width: 100 }, under.length);
    expect(coloured.replaceAll(/<<|>>/g, '')).toBe(
      renderScreen(make(), { paint: plain, width: 100 }, under.length),
    );
  });
});

// RFC 9110, 15.4: who is redirected has to ask again, and has no page yet.
test.each([
  { pages: 25, says: '100, 25 ended in a redirect that nobody here follows, 3 of the others failed' },
  { pages: 100, says: '100, all ended in a redirect that nobody here follows' },
  { pages: 0, says: '100, 3 failed' },
])('of pages of which $pages ended in a redirect it is said', ({ pages, says }) => {
  const record = fifteenRefreshes();
  const redirect = {
    caller: 'entry',
    host: 'shop.example',
    status: 301,
    to: 'https://shop.example',
    port: 443,
    there: 'nothing',
    rule: 'VirtualService shop.default, rule 1',
    requests: pages,
    pages,
    firstSeconds: 0,
    lastSeconds: 9,
  } as const;
  const text = screen(
    {
      ...record,
      pages: { ...record.pages, pages: 100, failed: 3 },
      ...(pages === 0 ? {} : { redirects: [redirect] }),
    },
    160,
  );
  expect(text).toContain(`Pages: ${says}`);
});

test.each([
  { failed: 0, says: '100, none failed, none later than 1 s;' },
  { failed: 3, says: '100, 3 failed, none of the others later than 1 s;' },
  { failed: 100, says: '100, 100 failed; half within' },
])('of $failed failed pages nobody reads that they were in time', ({ failed, says }) => {
  const record = fifteenRefreshes();
  const pages = { ...record.pages, pages: 100, failed, late: 0, lateMs: 1000 };
  expect(screen({ ...record, pages }, 160)).toContain(`Pages: ${says}`);
});

test('of more versions than there is room for it is said how many are left', () => {
  const record = fifteenRefreshes();
  const splits = record.splits.map((split) => ({
    ...split,
    keys: Array.from({ length: 9 }, (_, i) => `v${i + 1}`),
    phases: split.phases.map((phase) => ({
      ...phase,
      observed: Array.from({ length: 9 }, (_, i) => phase.observed[i] ?? 0),
      effective: phase.effective && Array.from({ length: 9 }, (_, i) => phase.effective![i] ?? 0),
    })),
  }));
  expect(screen({ ...record, splits }, 160)).toMatch(/^ {2}(?:\d+ more phases?, )?4 more versions: --full$/m);
});

test.each([80, 100])('no line of the screen is wider than %d columns', (width) => {
  for (const make of [fifteenRefreshes, ncBurst, sixPushes, manyRefreshes])
    for (const line of linesOf(screen(make(), width)))
      expect([...line].length, line).toBeLessThanOrEqual(width);
});

test('twenty findings of many words are the first one whole, five of the others a line each, and a count', () => {
  const findings = Array.from({ length: 20 }, (_, i) => finding(i, 4));
  const lines = linesOf(screen({ ...fifteenRefreshes(), diagnosis: { answer: 'does not hold', findings } }));
  expect(lines[0]).toMatch(/^✗ Does not hold: Finding 0 is told/);
  expect(lines.filter((line) => /^ {2}- Finding \d+/.test(line))).toHaveLength(5);
  expect(lines).toContain('  14 more: --full');
  expect(lines.join('\n')).toMatch(
    / - Why: .*\n(.*\n)* {2}- What to do: Do something\.\n {2}- One such page: /,
  );
  expect(lines.length).toBeLessThanOrEqual(screenLines);
});

test('sentences without end are cut, and the lines under the screen stay', () => {
  const findings = Array.from({ length: 20 }, (_, i) => finding(i, 200));
  const lines = linesOf(screen({ ...ncBurst(), diagnosis: { answer: 'does not hold', findings } }, 80));
  expect(lines.length).toBeLessThanOrEqual(screenLines);
  expect(lines.slice(-2)).toEqual(under);
});

test('a phase is a line: what each version got of the requests, and what it was given', () => {
  // 11 of 15 pages with red stars under 50/50.
  expect(screen(fifteenRefreshes())).toMatch(/ settled +15 +27 % \/ 50 % +73 % \/ 50 % +p = 0\.12\n/);
});

test.each([
  { most: 0, says: 'Pods: web 1 pod', because: 'a gateway alone runs no application' },
  { most: 0.004, says: 'Pods: web 1 pod with under 1 % of their CPU limits used', because: 'it uses some' },
  {
    most: 0.43,
    says: 'Pods: web 1 pod with at most 43 % of their CPU limits used',
    because: 'that is what it used',
  },
])('of a pod that uses $most of its CPU is said "$says", as $because', ({ most, says }) => {
  const workload = { name: 'web', windows: [{ fromSeconds: 0, toSeconds: 9, wanted: 1, saturation: most }] };
  const capacity = { workloads: [workload], verdict: { tone: 'good', sentence: 'Enough.' } };
  const record = { ...fifteenRefreshes(), capacity } as unknown as RunRecord;
  expect(linesOf(screen(record, 160)).find((line) => line.startsWith('Pods: '))).toBe(says);
});

test('a line break in a name does not break a line', () => {
  expect(screen(hostile())).toContain('v2, "two" lines');
});

test.each([
  {
    text: 'A harm came. It was told at length.',
    width: 20,
    line: 'A harm came …',
    because: 'a sentence ends there',
  },
  {
    text: 'one two three four five six',
    width: 16,
    line: 'one two three …',
    because: 'no clause ends there',
  },
  { text: 'short', width: 16, line: 'short', because: 'all of it fits' },
])('a text of one line is "$line": $because', ({ text, width, line }) => {
  expect(shortened(text, 1, width)).toEqual([line]);
});

test('a failed expectation is told with its whole reason where the screen has room', () => {
  const found = `v2 got 12.0 %${' of what it was to get, as the callers held it'.repeat(4)}, to the very end`;
  const record = { ...ncBurst(), expectations: [{ text: 'share of v2 is 10 %', ok: false, found }] };
  const text = screen(record as unknown as Parameters<typeof renderScreen>[0]);
  expect(text.replace(/\s+/g, ' ')).toContain(`share of v2 is 10 %: ${found}`);
});

test('another finding is told whole where the screen has room, and in a line where the first one takes it', () => {
  const others = [1, 2, 3, 4].map((i) => finding(i, 8));
  const told = (first: FindingRecord) =>
    screen({ ...fifteenRefreshes(), diagnosis: { answer: 'does not hold', findings: [first, ...others] } });
  expect(told(finding(0, 1)).replace(/\s+/g, ' ')).toContain(others[0]!.sentence);
  expect(told(finding(0, 30))).toMatch(/ {2}- Finding 1 .* …\n {2}- Finding 2 .* …\n/);
});
