import { expect, test } from 'vitest';
import { compiled } from '../support/regex.ts';

test('an expression that takes an engine with backtracking for ever is read in one pass', () => {
  // 2^40 ways to share forty letters among the groups; RegExp tries them all.
  for (const pattern of ['(a+)+$', '^(a|a)*$', '(.*)*(.*)*(.*)*b']) {
    expect(compiled(pattern).matchesWhole(`${'a'.repeat(40)}!`)).toBe(false);
    expect(compiled(pattern).test(`${'a'.repeat(40)}!`)).toBe(false);
  }
});

test.each([
  {
    pattern: 'a|ab',
    text: 'ab',
    whole: true,
    because: 'the whole text is asked for, whichever branch comes first',
  },
  { pattern: 'a', text: 'ab', whole: false, because: 'a part is not the whole' },
  { pattern: 'a.c', text: 'a\nc', whole: false, because: 'a dot is no end of a line without the flag s' },
  { pattern: '(?s)a.c', text: 'a\nc', whole: true, because: 'with it, it is' },
  { pattern: 'a$', text: 'a\n', whole: false, because: 'the end is the end of the text' },
  { pattern: '(?i)/REVIEWS/\\d+', text: '/reviews/12', whole: true, because: 'flags stand inside' },
  { pattern: '\\pL+', text: 'Grüße', whole: true, because: 'classes of Unicode' },
  { pattern: 'x.', text: 'x\u{1f600}', whole: true, because: 'a dot is a character, not a half of one' },
])('FullMatch of RE2: $because', ({ pattern, text, whole }) => {
  expect(compiled(pattern).matchesWhole(text)).toBe(whole);
});

test('a match has its groups, and undefined for one that took no part', () => {
  expect(compiled('reviews-(v\\d)(-x)?').exec('to reviews-v3 now')?.slice(0, 3)).toEqual([
    'reviews-v3',
    'v3',
    undefined,
  ]);
  expect(compiled('reviews').exec('ratings')).toBeNull();
});
