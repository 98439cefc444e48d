import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { seeded, shipped } from '../support/scenario.ts';

const names = readdirSync('scenarios').sort();

/**
 * Fingerprints of what each scenario plays (its windows, refreshes and pushes) and of the whole record. They say only
 * that nothing changed unnoticed; a change is explained in its commit.
 */
const fingerprints: Readonly<Record<string, readonly [trajectory: string, record: string]>> = {
  'fifteen-refreshes': ['80acda5b195d870b', '01151be8f7af3a10'],
  'fifteen-refreshes-2017': ['29d5684fe8550426', '48aefcae9c77bbbc'],
  propagation: ['e7334edbb759da8e', '232c81a1adbc8622'],
  'rule-before-subset': ['f1507998268fa408', '04969b923347c035'],
  'traffic-shifting': ['c686991457a4c60a', '4e25d90c33161170'],
};

describe.each(names)('%s', (name) => {
  test('meets its own expectations', async () => {
    const { record } = runOnce(await shipped(name));
    expect(record.expectations.filter((own) => !own.ok)).toEqual([]);
  });

  test('is the same run for the same seed and another for another', async () => {
    const scenario = await shipped(name);
    const text = (seed: number): string => JSON.stringify(runOnce(seeded(scenario, seed)).record);
    expect(text(42)).toBe(text(42));
    expect(text(42)).not.toBe(text(7));
  });

  test('has its fingerprints', async () => {
    const { record } = runOnce(await shipped(name));
    const { splits, refreshes, pushes, pages } = record;
    expect([
      fingerprint(JSON.stringify({ splits, refreshes, pushes, pages })),
      fingerprint(JSON.stringify(record)),
    ]).toEqual(fingerprints[name]);
  });

  test('counts add up: every page and request is accounted for', async () => {
    const { record } = runOnce(await shipped(name));
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
