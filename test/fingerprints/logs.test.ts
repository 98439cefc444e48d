import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileOf, madeFingerprints } from './made.ts';

test('what is told of made logs has not changed unnoticed', async () => {
  expect(await madeFingerprints('logs')).toEqual(JSON.parse(readFileSync(fileOf('logs'), 'utf8')));
});
