import { Session, type Profiler } from 'node:inspector/promises';
import { expect, test } from 'vitest';
import * as envoy from '../src/door/envoy.ts';
import * as istiod from '../src/door/istiod.ts';
import * as kubernetes from '../src/door/kubernetes.ts';
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

/** Exports that no run of these asks, each with its reason: views for callers, and rules that no shipped scenario needs yet. */
const notRun: Readonly<Record<string, string>> = {
  toEnvoy: 'a view: what routes -o json prints',
  protobufDuration: 'a view: what routes -o json prints',
  assumedServices: 'for rules that are looked at without their Services (routes -f)',
  loggedFlags: 'a view: flags as an access log shows them, for a caller’s own causes',
  cpuShares: 'a view: what the kernel is told of a request',
  saturatedUtilizationPercent: 'a view: what a pod at its limit reads as',
  probeAtUs: 'a view: when a probe comes; the kubelet asks readinessDelayUs',
  afterProbe: 'a view: one probe after the other; the kubelet asks readinessDelayUs',
  quotaUs: 'a view: what the kernel is told of a limit',
  leastRequestOfAll: 'the full scan that Istio does not choose',
  ConnectionTable: 'a class without a constructor of its own; its pools are seen',
  biasedWeight: 'LEAST_REQUEST with unequal weights: warm-up',
  isSlowStarting: 'warm-up',
  slowStartFactor: 'warm-up',
  slowStartWeight: 'warm-up',
  randomHost: 'RANDOM',
  buildMaglevTable: 'MAGLEV',
  pickMaglev: 'MAGLEV',
  distributeWeights: 'distribute of localityLbSetting',
  fitsPattern: 'distribute of localityLbSetting',
  failoverByLabels: 'failoverPriority',
  retryBudgetLimit: 'a retry budget',
  successRateThreshold: 'ejection by success rate, which needs five hosts',
  failedGetScale: 'an autoscaler without its target',
  isHpaBlind: 'asked when the record is built, of two versions under one autoscaler',
  rollingUpdateLimits: 'a rolling update of more than one pod',
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

test('every rule that the package exports is one that runs of shipped scenarios ask, or says why not', async () => {
  const calls = await callsOf(async () => {
    for (const name of scenarios) runOnce(await shipped(name));
  });
  const exported = Object.entries({ ...envoy, ...istiod, ...kubernetes }).filter(
    ([, value]) => typeof value === 'function',
  );
  const silent = exported.filter(([name]) => (calls.get(name) ?? 0) === 0 && !Object.hasOwn(notRun, name));
  expect(silent.map(([name]) => name)).toEqual([]);
  // The list does not outlive its reasons.
  expect(Object.keys(notRun).filter((name) => (calls.get(name) ?? 0) > 0)).toEqual([]);
});
