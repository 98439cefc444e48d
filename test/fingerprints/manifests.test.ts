import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileOf, madeFingerprints } from './made.ts';

test('what is told of made manifests has not changed unnoticed', async () => {
  expect(await madeFingerprints('manifests')).toEqual(JSON.parse(readFileSync(fileOf('manifests'), 'utf8')));
});
