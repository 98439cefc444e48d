import { Session, type Profiler } from 'node:inspector/promises';
import { expect, test } from 'vitest';
import * as entry from '../src/index.ts';
import { runOnce } from '../src/experiment/run-once.ts';
import { shipped } from './support/scenario.ts';

/** Scenarios that between them use the whole of the data plane, the control plane and the pods; each takes a second or two. */
const scenarios = [
  'circuit-breaking',
  'fault-injection',
  'mirroring',
  'retries-hide-a-bad-canary',
  'sticky-sessions',
  'locality-failover',
  'gateway-api',
  'tcp-shifting',
  'request-timeouts',
  'cold-canary',
  'canary-autoscaling/scenario-by-requests.yaml',
];

/** Exports that no run asks, and why they are there. */
const forCallers: Readonly<Record<string, string>> = {
  toEnvoy: 'a view: what routes -o json prints',
  protobufDuration: 'a view: what routes -o json prints',
  assumedServices: 'for rules that are looked at without their Services (routes -f)',
  loggedFlags: 'flags as an access log shows them, for a caller’s own causes',
};

/** How often each function of the model was called, by its name. */
async function callsOf(play: () => Promise<void>): Promise<Map<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await play();
  const { result } = (await session.post(
    'Profiler.takePreciseCoverage',
  )) as Profiler.TakePreciseCoverageReturnType;
  await session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  const calls = new Map<string, number>();
  for (const { url, functions } of result) {
    if (!/\/src\/mesh\//.test(url)) continue;
    for (const { functionName, ranges } of functions) {
      calls.set(functionName, (calls.get(functionName) ?? 0) + ranges[0]!.count);
    }
  }
  return calls;
}

test('every rule that the package exports is one that runs of shipped scenarios ask', async () => {
  const calls = await callsOf(async () => {
    for (const name of scenarios) runOnce(await shipped(name));
  });
  const exported = Object.entries(entry).filter(
    ([name, value]) => typeof value === 'function' && calls.has(name),
  );
  // The model's own functions and classes are found by their names.
  expect(exported.length).toBeGreaterThan(40);
  const silent = exported.filter(([name]) => calls.get(name) === 0 && !(name in forCallers));
  expect(silent.map(([name]) => name)).toEqual([]);
});
