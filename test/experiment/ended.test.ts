import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { bookinfo } from '../support/world.ts';

test('a small run that its budget ends is put down to its traffic, not to what it never did', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 1h
controlPlane: { preset: 'off' }
budget: { events: 1000 }
traffic: [{ name: users, arrivals: constant, rps: 1 }]
`,
    { 'mesh.yaml': bookinfo },
  );
  const { ended } = runOnce(scenario).record;
  expect(ended).toMatchObject({ limit: 'events', allowed: 1000, cause: 'traffic "users"' });
  expect(ended!.atSeconds).toBeLessThan(3600);
});
