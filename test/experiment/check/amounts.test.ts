import { expect, test } from 'vitest';
import { parseShare, parseTally, parseWeights } from '../../../src/experiment/check/amounts.ts';

test('versions and numbers keep the order in which they were written', () => {
  expect(parseWeights('v3=50, v1=49.5%,v2=0')).toEqual({ keys: ['v3', 'v1', 'v2'], values: [50, 49.5, 0] });
  expect(parseTally('v1=11,v3=4')).toEqual({ keys: ['v1', 'v3'], values: [11, 4] });
});

test.each([
  { text: '', at: 0, problem: /version=number/ },
  { text: 'v1', at: 0, problem: /version=number/ },
  { text: 'v1=50,', at: 6, problem: /version=number/ },
  { text: '=50', at: 0, problem: /version=number/ },
  { text: 'v1=fifty', at: 3, problem: /v1 has "fifty"/ },
  { text: 'v1=-1,v2=2', at: 3, problem: /v1 has "-1"/ },
  { text: 'v1=1e9', at: 3, problem: /v1 has "1e9"/ },
  { text: 'v1=50, v3=5o', at: 10, problem: /v3 has "5o"/ },
  { text: 'v1=50,v1=50', at: 6, problem: /v1 comes twice/ },
  { text: 'v1=0,v3=0', at: 0, problem: /no version has a weight above 0/ },
])('weights "$text" are refused at character $at', ({ text, at, problem }) => {
  expect(parseWeights(text)).toMatchObject({ at, wrong: expect.stringMatching(problem) as string });
});

test('a tally has whole numbers', () => {
  expect(parseTally('v1=1.5')).toMatchObject({ wrong: expect.stringMatching(/whole number/) as string });
});

test.each([
  { text: '95%', share: 0.95 },
  { text: '99.9 %', share: 0.999 },
  { text: '95', share: 0.95 },
  { text: '0.95', share: 0.95 },
  { text: '.05', share: 0.05 },
  { text: '1%', share: 0.01 },
  { text: '0', share: undefined },
  { text: '1', share: undefined },
  { text: '100%', share: undefined },
  { text: 'x', share: undefined },
])('"$text" is the share $share', ({ text, share }) => {
  expect(parseShare(text)).toBe(share);
});
