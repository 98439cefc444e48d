import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../src/manifest/did-you-mean.ts';

test.each([
  { a: 'weigth', b: 'weight', distance: 1, because: 'two neighbours are swapped' },
  { a: 'kitten', b: 'sitting', distance: 3, because: 'the textbook case' },
  { a: 'ca', b: 'abc', distance: 3, because: 'no part is edited twice in the optimal string alignment form' },
  { a: '', b: 'host', distance: 4, because: 'four insertions' },
  { a: 'host', b: 'host', distance: 0, because: 'nothing to do' },
])('from "$a" to "$b" are $distance edits: $because', ({ a, b, distance }) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('a distance is the same both ways, and 0 only for the same word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});

test.each([
  {
    word: 'weigth',
    candidates: ['destination', 'weight', 'headers'],
    meant: 'weight',
    because: 'one edit away',
  },
  {
    word: 'ignoreuricase',
    candidates: ['ignoreUriCase'],
    meant: 'ignoreUriCase',
    because: 'only its letters differ in size',
  },
  { word: 'hots', candidates: ['host', 'hosts'], meant: 'host', because: 'the first of the nearest' },
  { word: 'subset', candidates: ['subset'], meant: undefined, because: 'the word itself is no correction' },
  { word: 'x', candidates: ['uri', 'port'], meant: undefined, because: 'nothing is near' },
  { word: 'v9', candidates: ['v1', 'v2'], meant: 'v1', because: 'one edit of a short word' },
  { word: 'tls', candidates: ['tcp'], meant: undefined, because: 'two edits of three letters are a guess' },
])('$word: $because', ({ word, candidates, meant }) => {
  expect(didYouMean(word, candidates)).toBe(meant);
});
