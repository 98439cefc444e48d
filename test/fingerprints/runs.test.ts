import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileOf, madeFingerprints } from './made.ts';

test('what made runs play, write down and tell has not changed unnoticed', async () => {
  expect(await madeFingerprints('runs')).toEqual(JSON.parse(readFileSync(fileOf('runs'), 'utf8')));
});
