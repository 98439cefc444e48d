import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

/** A Service of some selector, on a port that its pods have at `targetPort`. */
const selecting = (name: string, selector: string, targetPort = 9080): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { ${selector} }, ports: [{ name: http, port: 9080, targetPort: ${targetPort} }] }
---`;

const subsetsOf = (...labels: readonly string[]): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [${labels.map((own, place) => `{ name: v${place + 1}, labels: { ${own} } }`).join(', ')}] }
---`;

/** Requests with x-beta go to the one, all others to the other. */
const byMatch = (beta: string, others: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: [web]
  http:
    - match: [{ headers: { x-beta: { exact: "1" } } }]
      route: [{ destination: { ${beta} } }]
    - route: [{ destination: { ${others} } }]
---`;

const routeByMatch = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ group: "", kind: Service, name: web }]
  rules:
    - matches: [{ headers: [{ name: x-beta, value: "1" }] }]
      backendRefs: [{ name: web-canary, port: 9080 }]
    - backendRefs: [{ name: web, port: 9080 }]
---`;

const scenarioOf = (...manifests: readonly string[]): Promise<Scenario> =>
  smallScenario(
    `duration: 20s
app: later-app.yaml
traffic:
  - { name: plain, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 40 }
  - { name: beta, from: curl-v1, host: web, path: /, port: 9080, headers: { x-beta: '1' }, arrivals: poisson, rps: 40 }`,
    {
      'mesh.yaml': [service('web'), deployment('curl', 'v1'), ...manifests].join(''),
      'later-app.yaml': app,
    },
  );

const both = [deployment('web', 'v1'), deployment('web', 'v2')].join('');

// A cluster has the endpoints of all pods that the selector of its Service and the labels of its subset fit
// (istio pilot/pkg/xds/endpoints/endpoint_builder.go), whichever route leads to it.
describe('destinations between which matches choose share pods', () => {
  test.each([
    {
      manifests: [
        both,
        subsetsOf('app: web', 'app: web'),
        byMatch('host: web, subset: v2', 'host: web, subset: v1'),
      ],
      says: 'web v2 and web v1 share pods (of web-v1 and web-v2), so the matches of VirtualService web.default do not say which version answers.',
      because: 'the subsets have the labels of both',
    },
    {
      manifests: [both, selecting('web-canary', 'app: web'), byMatch('host: web-canary', 'host: web')],
      says: 'web-canary and web share pods (of web-v1 and web-v2)',
      because: 'both Services select both',
    },
    {
      manifests: [both, selecting('web-canary', 'app: web'), routeByMatch],
      says: 'so the matches of HTTPRoute web.default do not say',
      because: 'an HTTPRoute is no better',
    },
    {
      manifests: [
        both,
        subsetsOf('version: v1', 'version: v1'),
        byMatch('host: web, subset: v2', 'host: web, subset: v1'),
      ],
      says: 'web v2 and web v1 share pods (of web-v1)',
      because: 'both subsets pick the old version',
    },
    {
      manifests: [
        both,
        subsetsOf('version: v1', 'version: v2'),
        byMatch('host: web, subset: v2', 'host: web'),
      ],
      says: 'VirtualService web.default sends to web without a subset by one rule, and to web v2 by another: the pods of web v2 (of web-v2) answer requests of both.',
      because: 'the last rule names no subset',
    },
  ])('and are told before and after a run where $because', async ({ manifests, says }) => {
    const scenario = await scenarioOf(...manifests);
    const told = foresee(scenario).filter(({ code }) => code === 'destinations-share-pods');
    expect(told.map(({ sentence }) => sentence)).toEqual([expect.stringContaining(says)]);
    const { answer, findings } = runOnce(scenario).record.diagnosis!;
    expect(answer).not.toBe('holds');
    expect(findings[0]!.code).toBe('destinations-share-pods');
    expect(findings[0]!.sentence).toContain(says);
  });

  test.each([
    {
      manifests: [
        both,
        subsetsOf('version: v1', 'version: v2'),
        byMatch('host: web, subset: v2', 'host: web, subset: v1'),
      ],
      because: 'each subset has pods of its own',
    },
    {
      manifests: [
        deployment('web', 'v1'),
        selecting('web-admin', 'app: web'),
        byMatch('host: web-admin', 'host: web'),
      ],
      because: 'there is one version alone, and two names for it',
    },
    {
      manifests: [both, selecting('web-admin', 'app: web', 9090), byMatch('host: web-admin', 'host: web')],
      because: 'the second Service is another port of the same pods',
    },
  ])('and are no finding where $because', async ({ manifests }) => {
    const scenario = await scenarioOf(...manifests);
    expect(foresee(scenario).map(({ code }) => code)).not.toContain('destinations-share-pods');
    expect(runOnce(scenario).record.diagnosis!.findings.map(({ code }) => code)).not.toContain(
      'destinations-share-pods',
    );
  });
});
