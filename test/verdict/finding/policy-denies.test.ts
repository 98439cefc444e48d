import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const policy = (name: string, spec: string, metadata = ''): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}${metadata} }
spec: ${spec}
---`;

const forV2 = 'selector: { matchLabels: { version: v2 } }';
const someone = 'rules: [{ from: [{ source: { namespaces: [shop] } }] }]';

// istio.io, reference/config/security/authorization-policy, "Authorization Policy": the order of actions, and its examples allow-nothing,
// deny-all and allow-all.
test.each([
  { policies: [policy('none', '{}')], denied: 1, because: 'it allows, and has no rule that anybody meets' },
  {
    policies: [policy('none', '{}', ', namespace: istio-system')],
    denied: 1,
    because: 'that of the root namespace is for the whole mesh',
  },
  { policies: [policy('none', `{ ${forV2} }`)], denied: 0.5, because: 'it is for one version' },
  {
    policies: [policy('deny', '{ action: DENY, rules: [{}] }'), policy('all', '{ rules: [{}] }')],
    denied: 1,
    because: 'one that denies comes before all that allow',
  },
  {
    policies: [policy('none', '{}'), policy('some', `{ ${someone} }`)],
    denied: undefined,
    because: 'another one lets somebody in',
  },
  {
    policies: [policy('deny', `{ action: DENY, ${someone} }`)],
    denied: undefined,
    because: 'it denies some alone',
  },
  { policies: [policy('all', '{ rules: [{}] }')], denied: 0, because: 'one without a condition allows all' },
  {
    policies: [policy('none', '{}', ', namespace: other')],
    denied: 0,
    because: 'it is for the pods of another namespace',
  },
])('of the requests $denied are denied: $because', async ({ policies, denied }) => {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 30 }`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('curl', 'v1'),
        deployment('web', 'v1'),
        deployment('web', 'v2'),
        subsets('web', 'v1', 'v2'),
        split('web', { v1: 50, v2: 50 }),
      ].join(''),
      'policies.yaml': policies.join(''),
      'later-app.yaml': app,
    },
  );
  const { diagnosis, pages } = runOnce(scenario).record;
  // What a policy makes of requests by who asks is not known here, which forbids the tick.
  expect(diagnosis!.answer).toBe(
    denied === undefined ? 'holds, but' : denied === 0 ? 'holds' : 'does not hold',
  );
  const found = diagnosis!.findings.filter(({ code }) => code === 'policy-denies');
  const requests = found.reduce((sum, { harm }) => sum + harm.requests, 0);
  // All, or one of two halves: within four standard deviations, and what was under way when the run ended.
  expect(Math.abs(requests - (denied ?? 0) * pages.pages)).toBeLessThanOrEqual(
    denied === 0.5 ? 4 * Math.sqrt(pages.pages / 4) : 2,
  );
  expect(foresee(scenario).filter(({ code }) => code === 'policy-denies')).toHaveLength(
    denied === undefined || denied === 0 ? 0 : 1,
  );
});
