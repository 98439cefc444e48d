import { expect, test } from 'vitest';
import { parseSequence } from '../../../src/experiment/check/sequence.ts';

test.each([
  { text: '1,1,3', keys: ['v1', 'v3'], wanted: ['v1', 'v1', 'v3'], because: 'numbers are versions' },
  {
    text: ' v1\nv3\r\n3; 1 ',
    keys: ['v1', 'v3'],
    wanted: ['v1', 'v3', 'v3', 'v1'],
    because: 'any separator',
  },
  { text: '1 2', keys: ['v1', 'v3'], wanted: ['v1', 'v2'], because: 'a version without a weight' },
  {
    text: '1,3',
    keys: ['reviews-v1', 'reviews-v3'],
    wanted: ['reviews-v1', 'reviews-v3'],
    because: 'an ending',
  },
  { text: 'red,none', keys: ['none', 'red'], wanted: ['red', 'none'], because: 'words' },
  { text: '1,3', keys: ['1', '3'], wanted: ['1', '3'], because: 'the keys themselves come first' },
  { text: '1', keys: ['a-1', 'b-1'], wanted: ['1'], because: 'two endings are no answer' },
  { text: '', keys: ['v1'], wanted: [], because: 'nothing was seen' },
])('"$text" among $keys: $because', ({ text, keys, wanted }) => {
  expect(parseSequence(text, keys)).toEqual(wanted);
});
