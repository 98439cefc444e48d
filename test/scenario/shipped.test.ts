import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { RunRecord } from '../../src/record/record.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { seeded, shipped } from '../support/scenario.ts';

/** Each folder's scenario, and each of its variants: `grpc-pinning`, `grpc-pinning/scenario-with-sidecar.yaml`. */
const names = readdirSync('scenarios')
  .sort()
  .flatMap((folder) => {
    const files = readdirSync(join('scenarios', folder)).filter((file) => /^scenario.*\.yaml$/.test(file));
    return files.sort().map((file) => (file === 'scenario.yaml' ? folder : `${folder}/${file}`));
  });

/**
 * Fingerprints of what each scenario plays (its windows, refreshes and pushes) and of the whole record. They say only
 * that nothing changed unnoticed; a change is explained in its commit.
 */
const fingerprints: Readonly<Record<string, readonly [trajectory: string, record: string]>> = {
  'canary-autoscaling': ['618d175c451b2502', 'fb279e0763b4a9dc'],
  'circuit-breaking/scenario-three-connections.yaml': ['06f9e22a1479d6e2', 'e544d2db94e50218'],
  'circuit-breaking': ['f3179a3cd60abdda', '745a6186a02d1a81'],
  'client-without-sidecar/scenario-keep-alive.yaml': ['d95aa3423b498918', 'c46d3a20e05a8b5b'],
  'client-without-sidecar/scenario-with-sidecar.yaml': ['a5827c700947d6aa', 'fc7fac43360f38e3'],
  'client-without-sidecar': ['999e4d2f831ae2b0', '84dd522537628b5f'],
  'cold-canary': ['60fb087bd5868dfa', 'a640c986003de956'],
  'fault-injection/scenario-abort.yaml': ['50f8a5a111e0710b', '4d73478070e48d68'],
  'fault-injection': ['d2d0fb05f8e7929a', 'dababee242182e4e'],
  'fifteen-refreshes': ['018e236b8cf2f8c1', 'bdd70cb08712e68e'],
  'fifteen-refreshes-2017': ['a064c42d315a887a', '1e1b2803b2bcd960'],
  'gateway-api/scenario-unknown-backend.yaml': ['769f58197ee78046', '72aa56ea93877dd8'],
  'gateway-api': ['563f266b2b5dc9b4', 'c5ac90248325587f'],
  'grpc-pinning/scenario-connection-age.yaml': ['24b67c59103f9128', 'f098571db1c478a5'],
  'grpc-pinning/scenario-with-sidecar.yaml': ['658b59e83add0de3', '209ec934ea414865'],
  'grpc-pinning': ['247be092c3a6d9f0', 'e3180488b7e65d73'],
  'independent-scaling': ['cb1eff1d7faca500', 'dd6995b92703caf4'],
  'locality-failover': ['a609a20b162c134f', '8ae6aeed1abf6667'],
  mirroring: ['1737f135b67a33cb', '23a57f5faf097329'],
  'one-hpa-two-versions/scenario-two-autoscalers.yaml': ['622505c6d4881df1', '2a2b8de89fb7131d'],
  'one-hpa-two-versions': ['fca88fc05752663e', 'bd3705f7f58ac0f3'],
  'planners-ramp/scenario-settled.yaml': ['07ae706991a3d546', 'd26265bbf06936de'],
  'planners-ramp': ['163c3e71e2f9f697', 'fe1119088ff8cf86'],
  propagation: ['456145dacecbc5b2', 'e253a6eee8eda05a'],
  'request-routing': ['a9f3295526d07e5b', 'f17fb317f0712f51'],
  'request-timeouts': ['a611b1ae806c0f3f', '941789326a9acab9'],
  'retries-hide-a-bad-canary': ['358b292ca35fc484', 'af55fef5901c4849'],
  'rollback-trap/scenario-revert.yaml': ['72042ee1cbc185b1', '91fdd28ab1589c1c'],
  'rollback-trap': ['d0ad46c68290724b', '454ec07b98d0eb67'],
  'rule-before-subset/scenario-safe-order.yaml': ['c0e5ee5098bed3ea', '45697eff09c6dc75'],
  'rule-before-subset': ['d91274623568cbac', 'caa0362425ccf64f'],
  'sticky-sessions': ['e3fad5acfee48fb5', '08486a3180f0afe6'],
  'tcp-shifting': ['13825e021470c00d', 'c3e028f6d4971472'],
  'traffic-shifting': ['a39f2ee4a91331f6', 'd273f8b6c0e830e4'],
  'without-mesh': ['9caf2031b164a0d7', 'd8120c45de332454'],
};

/** Each scenario's own run is played once for all that is asked of it. */
const played = new Map<string, RunRecord>();
async function recordOf(name: string): Promise<RunRecord> {
  const record = played.get(name) ?? runOnce(await shipped(name)).record;
  played.set(name, record);
  return record;
}

describe.each(names)('%s', (name) => {
  test('meets its own expectations', async () => {
    const record = await recordOf(name);
    expect(record.expectations.filter((own) => !own.ok)).toEqual([]);
  });

  test('is the same run for the same seed and another for another', async () => {
    const scenario = await shipped(name);
    const text = JSON.stringify(await recordOf(name));
    expect(JSON.stringify(runOnce(scenario).record)).toBe(text);
    // A shorter run of another seed differs already: what a run leaves names its seed, so the trajectories are compared.
    const short = { ...scenario, durationUs: Math.min(scenario.durationUs, 120e6), expect: [] };
    const trajectory = (of: Scenario): string => {
      const { splits, refreshes, pages } = runOnce(of).record;
      return JSON.stringify({ splits, refreshes, pages });
    };
    expect(trajectory(seeded(short, 7))).not.toBe(trajectory(seeded(short, 42)));
  });

  test('has its fingerprints', async () => {
    const record = await recordOf(name);
    const { splits, refreshes, pushes, pages } = record;
    expect([
      fingerprint(JSON.stringify({ splits, refreshes, pushes, pages })),
      fingerprint(JSON.stringify(record)),
    ]).toEqual(fingerprints[name]);
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
