import { expect, test } from 'vitest';
import { assumptionsOf } from '../../src/experiment/assumptions.ts';
import { shipped } from '../support/scenario.ts';
import { resources } from '../support/world.ts';

const told = async (
  name: string,
  ...set: string[]
): Promise<{ assumptions: string; settings: readonly string[] }> => {
  const scenario = await shipped(name, ...set);
  return { assumptions: assumptionsOf(scenario).join('\n'), settings: scenario.settings };
};

test('rules are said to act at once only where nothing on their way takes time', async () => {
  const off = await told('traffic-shifting', 'controlPlane.preset=off');
  expect(off.assumptions).toContain('Rules act at the instant of kubectl apply.');
  expect(off.settings).toContain('controlPlane: off (rules act at once)');
  const slow = await told('traffic-shifting', 'controlPlane.preset=off', 'controlPlane.network=2s');
  expect(slow.assumptions).toContain('only what the scenario sets takes time');
  expect(`${slow.assumptions} ${slow.settings.join(' ')}`).not.toMatch(
    /rules act at once|at the instant|as in Istio/,
  );
});

test('times are measured where the requests begin: at the gateway, in the pods of a workload, or in both', async () => {
  expect((await told('traffic-shifting')).assumptions).toMatch(
    /at the ingress gateway(?![^]*from a workload)/,
  );
  const inside = (await told('rollback-trap')).assumptions;
  expect(inside).toContain('Times of requests that come from a workload are measured in its pods');
  expect(inside).not.toContain('ingress gateway');
});

test('the CPU of sidecars is counted, or is not', async () => {
  const counted = 'proxy={ cpu: counted }';
  expect((await told('rollback-trap')).assumptions).toContain("A sidecar's own CPU is not counted.");
  expect((await told('rollback-trap', counted)).assumptions).toContain('counted, and delays nobody');
});

test('who keeps cookies is said where answers set some', async () => {
  expect((await told('absorbing-cookie')).assumptions).toContain('named clients keep cookies');
  expect((await told('traffic-shifting')).assumptions).not.toContain('cookie');
});

test('what is simplified of nodes, and of an istiod that is down, is told where it bears on the run', async () => {
  const plain = (await told('traffic-shifting')).assumptions;
  expect(plain).not.toMatch(/webhooks|scheduler/);
  const scenario = await shipped('traffic-shifting', 'kubernetes.nodes=[{ name: a, zone: za }]');
  const own = assumptionsOf({
    ...scenario,
    timeline: [...scenario.timeline, { atUs: 1e6, verb: 'controlPlane', downFor: 1e6 }],
  }).join('\n');
  expect(own).toContain('While istiod is down its webhooks are not asked');
  expect(own).toContain('The scheduler evens out the zones of a workload');
});

test('it is said whether the gateway is assumed, or how its replicas get their connections', async () => {
  expect((await told('traffic-shifting')).assumptions).toContain('one is assumed, which never ends');
  const replicas = (await told('gateway-replicas')).assumptions;
  expect(replicas).toContain('gets any ready pod of its gateway');
  expect(replicas).not.toContain('assumed');
  expect((await told('rollback-trap')).assumptions).not.toContain('gateway');
});

test('endpoints are not said to weigh alike where a WorkloadEntry gives its own a weight', async () => {
  const scenario = await shipped('traffic-shifting');
  const beside = (weight: string): string =>
    assumptionsOf({
      ...scenario,
      manifests: [
        ...scenario.manifests,
        ...resources(`
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: vm }
spec: { address: 10.9.0.1, labels: { app: reviews }${weight} }
---`),
      ],
    }).join('\n');
  expect(beside('')).toContain('Endpoints weigh alike');
  expect(beside(', weight: 3')).toContain('Pods weigh alike');
});
