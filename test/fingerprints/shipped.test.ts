import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { shipped, shippedNames } from '../support/scenario.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { fileOf } from './made.ts';

/**
 * Fingerprints of what each scenario plays, of its whole record and of its reports. They say only that nothing changed
 * unnoticed; a change is explained in its commit. `npm run fingerprints` writes them anew. The planner's scenarios, which
 * take as long as all others, are held in test/scenario/shipped.test.ts.
 */
const kept = JSON.parse(readFileSync(fileOf('shipped'), 'utf8')) as Readonly<Record<string, unknown>>;

test.each(shippedNames.filter((name) => !name.startsWith('planners-ramp')))(
  '%s is the same run for the same seed, and its reports say the same',
  async (name) => {
    expect(fingerprintsOf(runOnce(await shipped(name)).record)).toEqual(kept[name]);
  },
);
