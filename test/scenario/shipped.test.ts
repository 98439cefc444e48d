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
  'canary-autoscaling': ['c661522670f7f0eb', '6bbce210c164e7f7'],
  'circuit-breaking/scenario-three-connections.yaml': ['eb1261dd437767b9', 'c73616752c0ad127'],
  'circuit-breaking': ['fdd12c035b491583', '2b3e2b4376bd9243'],
  'client-without-sidecar/scenario-keep-alive.yaml': ['ae54dab402e879f6', '44581ba1039bbaa6'],
  'client-without-sidecar/scenario-with-sidecar.yaml': ['b49c6211294104cc', 'b7cc68f8a8891e7d'],
  'client-without-sidecar': ['a0d43eb944e63329', '778493d59e047b35'],
  'cold-canary': ['dfe22f1911ee5d27', '0a84776e8f13ae41'],
  'fault-injection/scenario-abort.yaml': ['506e681fab1e46b5', '39979464b8f8ef21'],
  'fault-injection': ['080a8428dda06d67', 'd7729cdf32f17042'],
  'fifteen-refreshes': ['0016eee93dd79253', '2f92b73f46aad819'],
  'fifteen-refreshes-2017': ['b58991462b3da4bc', 'aa3a7c46c0f8fe7e'],
  'gateway-api/scenario-unknown-backend.yaml': ['3bab7d74fbbab94b', '78c5c6b463b03f40'],
  'gateway-api': ['2c3604cf7a02cbf0', '769eceb1cbae5333'],
  'grpc-pinning/scenario-connection-age.yaml': ['dad4a1e939b08bc8', '995ac836916582d8'],
  'grpc-pinning/scenario-with-sidecar.yaml': ['9dba1eaf29d62225', '353209e8692b2db1'],
  'grpc-pinning': ['2706eadd984aa2e7', 'bbb03e0e8cab09aa'],
  'independent-scaling': ['d23fa8cd592d5147', 'a934fbcc0f8f6cd8'],
  'locality-failover': ['b9893a01dc6de8be', 'edfa10514b2da432'],
  mirroring: ['d85e3df72bad99af', '92390f8e5e60decd'],
  'one-hpa-two-versions/scenario-two-autoscalers.yaml': ['d308c00ebd3b02f6', 'e847fb82a8f65776'],
  'one-hpa-two-versions': ['87c206fc57e4816a', 'b8944797008ca186'],
  'planners-ramp/scenario-settled.yaml': ['f56bc7c08466398e', 'cf633d08ef6e9447'],
  'planners-ramp': ['c91bf896ecb2568e', 'a13205d562627c0f'],
  propagation: ['0396db1243f9e5c7', 'bac5a454c582c106'],
  'request-routing': ['8e54a228d32056a0', 'eb833a3a591c6f5d'],
  'request-timeouts': ['a153cb34284ba85e', '41f612d619767d8f'],
  'retries-hide-a-bad-canary': ['e652b8be76537e31', '668fc8ae40751885'],
  'rollback-trap/scenario-revert.yaml': ['cd13ea3eb2c9d1e4', '5af0c53dc47199af'],
  'rollback-trap': ['47d49cfb6a285a65', 'f6bb3eeade18d8e2'],
  'rule-before-subset/scenario-safe-order.yaml': ['526c0978a9ac4bd3', '42befe7744575c8a'],
  'rule-before-subset': ['419e467469aee1e2', '9d6789fd2df62cd6'],
  'sticky-sessions': ['5968a5e233d587f6', 'fcc836175387cf24'],
  'tcp-shifting': ['beaa656855c2a190', '11d9b567a029e022'],
  'traffic-shifting': ['c7aa9a8104aca560', '28bb65f78db25cb8'],
  'without-mesh': ['93252cfeddbe8b32', 'c5977e50e576b0d8'],
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
