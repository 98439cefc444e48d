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
  { label: 'disabled', answer: 'holds, but', codes: ['caller-without-proxy'] },
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
