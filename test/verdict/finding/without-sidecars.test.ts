import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const namespaced = (label: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: default, labels: { istio-injection: ${label} } }
---`;

// istio.io, Traffic Management: rules act in the sidecar of the caller; mutatingwebhook.yaml: none where the namespace says disabled.
test.each([
  { label: 'disabled', answer: 'does not hold', codes: ['caller-without-proxy'] },
  { label: 'enabled', answer: 'holds', codes: [] },
])('a rule in a namespace whose pods have no sidecar at all acts for nobody: $label', async (row) => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        namespaced(row.label),
        service('web'),
        ...[deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')].map((own) =>
          own.replace(/ +annotations: .*\n/, ''),
        ),
        subsets('web', 'v1', 'v2'),
        split('web', { v1: 90, v2: 10 }),
      ].join(''),
      'later-app.yaml': app,
    },
  );
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'caller-without-proxy';
  expect(
    foresee(scenario)
      .filter(isTold)
      .map(({ code }) => code),
  ).toEqual(row.codes);
  const { diagnosis, pages } = runOnce(scenario).record;
  expect(diagnosis!.answer).toBe(row.answer);
  const found = diagnosis!.findings.filter(isTold);
  expect(found.map(({ code }) => code)).toEqual(row.codes);
  for (const { sentence } of found)
    expect(sentence).toBe(
      `${pages.pages} requests to web came from callers without a sidecar: VirtualService web.default, rule 1 does not act for them, and any pod of web answers.`,
    );
});

// istio.io, PeerAuthentication: under STRICT a sidecar takes nothing but mutual TLS, which only a sidecar begins.
test.each([
  {
    spec: 'mtls: { mode: STRICT }',
    says: ' In a cluster every one of these requests fails: they are plain text, which the sidecars of web-v1 and web-v2 refuse by PeerAuthentication own.default (STRICT). The model has no PeerAuthentication, and lets them in.',
  },
  {
    spec: 'selector: { matchLabels: { version: v2 } }, mtls: { mode: STRICT }',
    says: ' In a cluster those to web-v2 fail: they are plain text, which the sidecars there refuse by PeerAuthentication own.default (STRICT). The model has no PeerAuthentication, and lets them in.',
  },
  { spec: 'mtls: { mode: PERMISSIVE }', says: '' },
])('callers without a sidecar are refused where plain text is: $spec', async ({ spec, says }) => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('curl', 'v1').replace('inject: "true"', 'inject: "false"'),
        ...[deployment('web', 'v1'), deployment('web', 'v2')],
        ...[subsets('web', 'v1', 'v2'), split('web', { v1: 90, v2: 10 })],
        `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: own }
spec: { ${spec} }
---`,
      ].join(''),
      'later-app.yaml': app,
    },
  );
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'caller-without-proxy';
  const [foreseen] = foresee(scenario).filter(isTold);
  expect(foreseen!.sentence).toBe(
    `curl-v1 has no sidecar and calls web: VirtualService web.default, rule 1 will not act for it, and any pod of web answers (web-v1 and web-v2).${says}`,
  );
  const { diagnosis, pages } = runOnce(scenario).record;
  const [found] = diagnosis!.findings.filter(isTold);
  expect(found).toMatchObject({
    level: 'breaks',
    sentence: `${pages.pages} requests to web came from callers without a sidecar: VirtualService web.default, rule 1 does not act for them, and any pod of web answers.${says}`,
  });
});

// A policy acts from when it is applied to when it is taken away.
test.each([
  { timeline: '{ at: 10s, apply: later.yaml }', has: '', when: ' from 10 s on' },
  { timeline: '{ at: 10s, delete: later.yaml }', has: 'STRICT', when: ' from 0 s to 10 s' },
])('callers without a sidecar are refused in the time of the policy: $timeline', async (row) => {
  const policy = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: own }
spec: { mtls: { mode: STRICT } }
---`;
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 50 }
timeline: [${row.timeline}]`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('curl', 'v1').replace('inject: "true"', 'inject: "false"'),
        deployment('web', 'v1'),
        row.has === '' ? '' : policy,
      ].join(''),
      'later.yaml': policy,
      'later-app.yaml': app,
    },
  );
  const { diagnosis } = runOnce(scenario).record;
  const [found] = diagnosis!.findings.filter(({ code }) => code === 'caller-without-proxy');
  expect(found!.level).toBe('breaks');
  expect(found!.sentence).toContain(
    `In a cluster every one of these requests fails${row.when}: they are plain text, which the sidecars of web-v1 refuse by PeerAuthentication own.default (STRICT).`,
  );
});
