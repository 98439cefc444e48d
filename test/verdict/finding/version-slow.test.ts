import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const app = `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 2s }] }] }
`;

const rule = (timeout: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ ${timeout}route: [{ destination: { host: web } }] }] }
---`;

async function headline(timeout: string): Promise<string> {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 1 }`,
    {
      'mesh.yaml': `${service('web')}${deployment('web', 'v1')}${deployment('curl', 'v1')}${rule(timeout)}`,
      'later-app.yaml': app,
    },
  );
  const { record } = runOnce(scenario);
  const [first] = record.diagnosis!.findings;
  expect(first!.code).toBe('version-slow');
  return first!.sentence;
}

// Every request needs 2 s of work, and a page may take 1 s.
test('of work that takes too long the late pages are told', async () => {
  expect(await headline('')).toMatch(/ (\d+) of \1 pages came late or not at all \(100 %\)\.$/);
});

test('and where a timeout of the rule ends it, the pages that failed for it', async () => {
  expect(await headline('timeout: 1s, ')).toMatch(
    / (\d+) of \1 pages failed, came late or not at all \(100 %\)\.$/,
  );
});
