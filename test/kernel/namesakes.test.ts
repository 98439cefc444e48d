import { expect, test } from 'vitest';
import { Namesakes } from '../../src/kernel/namesakes.ts';

test('who bears a name as the second or the third is called otherwise', () => {
  const names = new Namesakes();
  expect(['a', 'b', 'a', 'a', 'b'].map((name) => names.next(name))).toEqual(['a', 'b', 'a#2', 'a#3', 'b#2']);
});
