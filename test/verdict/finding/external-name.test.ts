import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const named = (target: string): string => `
apiVersion: v1
kind: Service
metadata: { name: pay }
spec: { type: ExternalName, externalName: ${target}, ports: [{ name: http, port: 9080 }] }
---`;
const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [{ destination: { host: web }, weight: 50 }, { destination: { host: pay }, weight: 50 }] }] }
---`;

const scenarioOf = (manifests: string, calls = ''): Promise<Scenario> =>
  smallScenario(
    `duration: 20s
app: later-app.yaml
focus: web
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 20 }`,
    {
      'mesh.yaml': `${service('web')}${deployment('web', 'v1')}${deployment('curl', 'v1')}${manifests}`,
      'later-app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: curl, match: { app: curl } }, { name: web, match: { app: web }, script: [${calls}] }, { name: api, match: { app: api } }] }
`,
    },
  );
const played = async (...own: Parameters<typeof scenarioOf>): Promise<RunRecord> =>
  runOnce(await scenarioOf(...own)).record;
const firstOf = ({ diagnosis }: RunRecord) => diagnosis!.findings[0]!;

// kubernetes.io, Service, type ExternalName: the Service is there, and its name is a CNAME of another.
test('a call of an ExternalName Service is told by what it stands for, not as a call of no Service', async () => {
  const { code, sentence, why, remedies } = firstOf(
    await played(named('pay.example.com'), '{ call: { host: pay, port: 9080 } }'),
  );
  expect(code).toBe('no-such-host');
  expect(sentence).toContain(
    'Nobody answers to pay: it stands for pay.example.com (ExternalName), which is no host of the run',
  );
  expect(sentence).not.toContain('no Service has that name');
  expect(why).toContain('a cluster would let the calls out');
  expect(remedies.map(({ text }) => text)).toEqual([
    expect.stringContaining('ServiceEntry for pay.example.com'),
  ]);
});

// istio pilot/pkg/networking/core/route/route.go, GetDestinationCluster: the cluster of what the alias names, which there is none of.
test('nor is a rule that sends there', async () => {
  const scenario = await scenarioOf(named('pay.example.com') + rule);
  const { sentence } = firstOf(runOnce(scenario).record);
  expect(sentence).toContain(
    'VirtualService web.default, rule 1 sends requests of curl-v1 to pay, and it stands for pay.example.com (ExternalName), which is no host of the run: they all fail.',
  );
  expect(foresee(scenario).map(({ sentence: own }) => own)).toContainEqual(
    expect.stringContaining('it stands for pay.example.com (ExternalName)'),
  );
});

test('a rule that sends to another name of a Service of the mesh reaches its pods', async () => {
  const record = await played(
    named('api.default.svc.cluster.local') + service('api') + deployment('api', 'v1') + rule,
  );
  expect(record.pages.failed).toBe(0);
  expect(record.diagnosis!.answer).toBe('holds');
  expect(record.mesh[0]!.rules[0]!.destinations[1]).toMatchObject({ workloads: ['api-v1'], lacks: null });
});
