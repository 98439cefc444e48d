import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const web = (image: string, strategy: string): string =>
  deployment('web', 'v1', 2)
    .replace('image: none', `image: ${image}`)
    .replace('replicas:', `strategy: { type: ${strategy} }\n  replicas:`);

const updated = (strategy: string, step: string): Promise<Scenario> =>
  smallScenario(
    `duration: 60s
app: later-app.yaml
traffic: [{ name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 10 }]
timeline: [{ at: 20s, ${step} }]`,
    {
      'mesh.yaml': `${service('web')}${web('one', strategy)}${deployment('curl', 'v1')}`,
      'later.yaml': web('two', strategy),
      'later-app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, boot: 5s, script: [{ work: 1ms }] }] }
`,
    },
  );

// Kubernetes, "Recreate Deployment": "All existing Pods are killed before new ones are created."
describe('a Deployment whose pods all go before others come', () => {
  test.each([
    ['a new template', 'apply: later.yaml'],
    ['a restart', 'restart: { workload: web-v1 }'],
  ])('is named, and foretold, where %s leaves nobody to serve', async (_, step) => {
    const scenario = await updated('Recreate', step);
    const [found] = runOnce(scenario).record.diagnosis!.findings;
    expect(found!.code).toBe('no-ready-pod');
    expect(found!.sentence).toContain(
      'has no ready pod, for Deployment web-v1 (strategy Recreate) makes no new pod before all old ones are gone',
    );
    expect(found!.remedies[0]!.text).toContain('RollingUpdate');
    expect(foresee(scenario)).toMatchObject([{ code: 'no-ready-pod', fromSeconds: 20 }]);
  });

  test('is not blamed for pods that are scaled away', async () => {
    const scenario = await updated('Recreate', 'scale: { workload: web-v1, replicas: 0 }');
    const [found] = runOnce(scenario).record.diagnosis!.findings;
    expect(found!.code).toBe('no-ready-pod');
    expect(found!.sentence).not.toContain('Recreate');
  });

  test('is none where it rolls', async () => {
    const scenario = await updated('RollingUpdate', 'apply: later.yaml');
    expect(runOnce(scenario).record.diagnosis!.findings.map(({ code }) => code)).not.toContain(
      'no-ready-pod',
    );
    expect(foresee(scenario)).toEqual([]);
  });
});
