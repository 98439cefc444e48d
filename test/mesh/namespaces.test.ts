import { expect, test } from 'vitest';
import { loadApp } from '../../src/scenario/load-app.ts';
import { makeWorld, request, resources } from '../support/world.ts';

/** A Service and a Deployment `web` with one version, in a namespace. */
const web = (namespace: string, version: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-${version}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: web, version: ${version} } }
  template:
    metadata: { labels: { app: web, version: ${version} } }
    spec: { containers: [{ name: web, image: none }] }
---`;

const caller = (namespace: string, inject: boolean): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: caller, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: caller } }
  template:
    metadata: { labels: { app: caller }, annotations: { sidecar.istio.io/inject: "${inject}" } }
    spec: { containers: [{ name: caller, image: none }] }
---`;

const app = loadApp(
  'app',
  `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: two }
spec:
  workloads:
    - { name: web, match: { app: web }, script: [{ work: 1ms }] }
    - { name: caller, match: { app: caller }, script: [{ work: 1ms }] }
`,
).value!;

/** Versions of the pods that answered, by how the caller asked. */
function answered(authority: string, inject: boolean): string[] {
  const seen: string[] = [];
  const world = makeWorld(
    {
      app,
      focus: 'web.shop',
      manifests: resources(web('shop', 'v1'), web('office', 'v2'), caller('office', inject)),
      traffic: [
        {
          name: 'inside',
          kind: 'refresh',
          count: 4,
          everyUs: 1e6,
          startUs: 0,
          from: 'caller',
          request: { ...request, authority, path: '/' },
          port: 80,
        },
      ],
    },
    {
      replied: (row) => {
        seen.push(
          `${world.services[world.rows.service[row]!]!} ${world.pods[world.rows.pod[row]!]!.labels['version']}`,
        );
      },
    },
  );
  world.runUntil(10e6);
  return [...new Set(seen)];
}

// model.ResolveShortnameToFQDN for rules; the search list of the caller's resolver for calls (Kubernetes, DNS for Services and Pods).
test.each([true, false])(
  'a bare name is the caller’s own namespace’s, whatever others are called (sidecar: %s)',
  (inject) => {
    expect(answered('web', inject)).toEqual(['web.office v2']);
    expect(answered('web:80', inject)).toEqual(['web.office v2']);
  },
);

test.each([true, false])(
  'name.namespace and the full name reach the other namespace (sidecar: %s)',
  (inject) => {
    expect(answered('web.shop', inject)).toEqual(['web.shop v1']);
    expect(answered('web.shop.svc.cluster.local:80', inject)).toEqual(['web.shop v1']);
  },
);
