import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { RunRecord } from '../../src/record/record.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { fingerprintsOf } from '../fingerprints/fingerprint.ts';
import { fileOf } from '../fingerprints/made.ts';
import { seeded, shipped, shippedNames } from '../support/scenario.ts';

/**
 * Fingerprints of what each scenario plays (its windows, refreshes and pushes) and of the whole record. They say only
 * that nothing changed unnoticed; a change is explained in its commit. `npm run fingerprints` writes them anew. Those of
 * reports, and of made inputs, are held in test/fingerprints.
 */
const fingerprints = JSON.parse(readFileSync(fileOf('shipped'), 'utf8')) as Readonly<
  Record<string, { readonly trajectory: string; readonly record: string }>
>;

/** Each scenario's own run is played once for all that is asked of it. */
const played = new Map<string, RunRecord>();
async function recordOf(name: string): Promise<RunRecord> {
  const record = played.get(name) ?? runOnce(await shipped(name)).record;
  played.set(name, record);
  return record;
}

describe.each(shippedNames)('%s', (name) => {
  test('meets its own expectations', async () => {
    const record = await recordOf(name);
    expect(record.expectations.filter((own) => !own.ok)).toEqual([]);
  });

  test('is another run for another seed', async () => {
    const scenario = await shipped(name);
    // A shorter run of another seed differs already: what a run leaves names its seed, so the trajectories are compared.
    const short = { ...scenario, durationUs: Math.min(scenario.durationUs, 120e6), expect: [] };
    const trajectory = (of: Scenario): string => {
      const { splits, refreshes, pages } = runOnce(of).record;
      return JSON.stringify({ splits, refreshes, pages });
    };
    expect(trajectory(seeded(short, 7))).not.toBe(trajectory(seeded(short, 42)));
  });

  test('is the same run for the same seed, wherever it is played and whatever was before: its fingerprints', async () => {
    const record = await recordOf(name);
    expect(fingerprintsOf(record)).toEqual(fingerprints[name]);
  });

  test('counts add up: every page and request is accounted for', async () => {
    const record = await recordOf(name);
    expect(record.traffic.reduce((sum, own) => sum + own.pages, 0)).toBe(record.pages.pages);
    for (const split of record.splits) {
      const inWindows = split.windows.reduce((sum, own) => sum + own.requests, 0);
      const inPhases = split.phases.reduce((sum, own) => sum + own.requests, 0);
      expect(inWindows).toBe(inPhases);
      for (const phase of split.phases) {
        expect(phase.observed.reduce((sum, own) => sum + own, 0)).toBeLessThanOrEqual(phase.requests);
      }
    }
  });
});
