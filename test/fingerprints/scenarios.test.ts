import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileOf, madeFingerprints } from './made.ts';

test('what is told of made scenarios has not changed unnoticed', async () => {
  expect(await madeFingerprints('scenarios')).toEqual(JSON.parse(readFileSync(fileOf('scenarios'), 'utf8')));
});
