import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { seeded, shipped } from '../support/scenario.ts';

/** What the documentation of a task promises does not hang on the seed: expectations that are no interval hold for others, too. */
test.each([
  'fault-injection',
  'fault-injection/scenario-abort.yaml',
  'request-timeouts',
  'request-routing',
  'mirroring',
  'locality-failover',
  'client-without-sidecar/scenario-keep-alive.yaml',
  'client-without-sidecar/scenario-with-sidecar.yaml',
  'grpc-pinning',
  'grpc-pinning/scenario-with-sidecar.yaml',
  'rule-before-subset/scenario-safe-order.yaml',
])('%s meets its expectations with ten other seeds', async (name) => {
  const scenario = await shipped(name);
  for (let seed = 101; seed <= 110; seed += 1) {
    const { expectations } = runOnce(seeded(scenario, seed)).record;
    expect(expectations.filter((own) => !own.ok)).toEqual([]);
  }
});
