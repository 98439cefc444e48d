import { expect, test } from 'vitest';
import { isTallyLine, parseTallyLine } from '../../src/accesslog/tally-line.ts';

test.each([
  { line: '   1234 v1', version: 'v1', times: 1234, because: 'sort | uniq -c' },
  {
    line: '1234 reviews-v1-545db77b95-abcde',
    version: 'reviews-v1-545db77b95-abcde',
    times: 1234,
    because: 'of pods',
  },
  { line: '  12 no stars', version: 'no stars', times: 12, because: 'a name with a blank' },
  { line: 'v1 1234', version: 'v1', times: 1234, because: 'the count behind' },
  { line: 'v1: 1234', version: 'v1', times: 1234, because: 'with a colon' },
  { line: 'v1,1234', version: 'v1', times: 1234, because: 'a table without its heading' },
  { line: 'v1=1234', version: 'v1', times: 1234, because: 'as --seen has it' },
  { line: 'reviews-v1-0', version: 'reviews-v1-0', times: undefined, because: 'one request, of a pod' },
])('"$line" is $times of $version: $because', ({ line, version, times }) => {
  expect(parseTallyLine(line, 3)).toEqual({
    startUs: Number.NaN,
    version,
    ...(times === undefined ? {} : { times }),
    line: 3,
  });
});

test.each([
  { line: '  912 stable', is: true, because: 'a count and one word, known or not' },
  { line: 'v1', is: true, because: 'a version that is known' },
  { line: 'apiVersion: networking.istio.io/v1', is: false, because: 'a manifest' },
  { line: 'stable', is: false, because: 'a word that is not known may be anything' },
  { line: '12 pods are ready now', is: false, because: 'a sentence' },
])('"$line" begins a list of versions: $is, $because', ({ line, is }) => {
  expect(isTallyLine(line, (name) => /v1$/.test(name))).toBe(is);
});
