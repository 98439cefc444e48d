import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const app = `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }, { name: curl, match: { app: curl } }] }
`;

const node = (name: string): string => `
{ apiVersion: v1, kind: Node, metadata: { name: ${name} } }
---`;

const on = (name: string, workload: string): string =>
  workload.replace('spec: { containers', `spec: { nodeName: ${name}, containers`);

/** curl is on node a; web v1 and v2 are where they are put. */
async function played(
  places: { readonly v1: string; readonly v2: string },
  { policy = 'Local', isInjected = true } = {},
): Promise<RunRecord> {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
focus: web
traffic: [{ name: calls, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }]`,
    {
      'mesh.yaml': [
        node('a'),
        node('b'),
        service('web').replace('spec: {', `spec: { internalTrafficPolicy: ${policy},`),
        on(places.v1, deployment('web', 'v1')),
        on(places.v2, deployment('web', 'v2')),
        on('a', deployment('curl', 'v1', 1, isInjected)),
        subsets('web', 'v1', 'v2'),
        split('web', { v1: 50, v2: 50 }),
      ].join(''),
      'later-app.yaml': app,
    },
  );
  return runOnce(scenario).record;
}

// Kubernetes, Service internal traffic policy; istio pilot/pkg/xds/endpoints/endpoint_builder.go, filterIstioEndpoint.
test('internalTrafficPolicy Local without an endpoint on the caller’s node is told as that, for the subset that has none', async () => {
  const { failures, diagnosis } = await played({ v1: 'a', v2: 'b' });
  expect(failures.map(({ cause, version, flags }) => ({ cause, version, flags }))).toEqual([
    { cause: 'no-pod-on-node', version: 'v2', flags: 'UH' },
  ]);
  expect(diagnosis!.answer).toBe('does not hold');
  const [found] = diagnosis!.findings;
  expect(found!.code).toBe('no-pod-on-node');
  expect(found!.sentence).toContain(
    'web v2 has ready pods, but none on a node from which curl-v1 asked: the Service keeps callers to their own node',
  );
  const advice = found!.remedies.map(({ text }) => text).join(' ');
  expect(advice).toContain('Leave internalTrafficPolicy out of the Service of web v2');
  expect(advice).not.toContain('replicas');
});

test('and of callers without a sidecar, whom kube-proxy sends nowhere', async () => {
  const { failures, diagnosis } = await played({ v1: 'b', v2: 'b' }, { isInjected: false });
  expect(failures.map(({ cause }) => cause)).toEqual(['no-pod-on-node']);
  expect(diagnosis!.findings.map(({ code }) => code)).toContain('no-pod-on-node');
});

test.each([
  { places: { v1: 'a', v2: 'a' }, policy: 'Local' },
  { places: { v1: 'b', v2: 'b' }, policy: 'Cluster' },
])('nothing fails with pods on $places.v1 and $places.v2 under $policy', async ({ places, policy }) => {
  expect((await played(places, { policy })).failures).toEqual([]);
});
