import { expect } from 'vitest';
import { parseManifests } from '../../src/manifest/parse.ts';
import type { Resource } from '../../src/manifest/resource.ts';
import { defaultBudget } from '../../src/mesh/budget.ts';
import { bookinfoApp } from '../../src/mesh/app/bookinfo.ts';
import type { App } from '../../src/mesh/app/app.ts';
import { controlPlanePresets } from '../../src/mesh/istiod/control-plane.ts';
import { kubernetesDefaults } from '../../src/mesh/kubernetes/settings.ts';
import { silentProbe, type Probe } from '../../src/mesh/telemetry/probe.ts';
import type { Traffic } from '../../src/mesh/app/traffic/index.ts';
import { World } from '../../src/mesh/world.ts';
import type { WorldSettings } from '../../src/mesh/world-settings.ts';
import { loadApp } from '../../src/scenario/load-app.ts';

/** Small worlds: only what a sentence needs. */

export function resources(...texts: string[]): Resource[] {
  const { manifest, problems } = parseManifests(
    texts.filter((text) => text !== '').map((text, index) => ({ file: `test-${index}.yaml`, text })),
  );
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
  return [...manifest.resources];
}

export const service = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 9080 }] }
---`;

export const deployment = (app: string, version: string, replicas = 1, inject = true): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app}-${version} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${app}, version: ${version} } }
  template:
    metadata:
      labels: { app: ${app}, version: ${version} }
      annotations: { sidecar.istio.io/inject: "${inject}" }
    spec: { containers: [{ name: ${app}, image: none }] }
---`;

export const subsets = (host: string, ...names: string[]): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${host} }
spec: { host: ${host}, subsets: [${names.map((name) => `{ name: ${name}, labels: { version: ${name} } }`).join(', ')}] }
---`;

/** A mesh rule with weighted subsets: `split('reviews', { v1: 50, v3: 50 })`. */
export const split = (host: string, weights: Readonly<Record<string, number>>): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${host} }
spec:
  hosts: [${host}]
  http:
    - route: [${Object.entries(weights)
      .map(([name, weight]) => `{ destination: { host: ${host}, subset: ${name} }, weight: ${weight} }`)
      .join(', ')}]
---`;

/** A Gateway of Istio that the ingress gateway runs. @param hosts as YAML */
export const entryFor = (hosts = '"*"'): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: entry }
spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${hosts}] }] }
---`;

/** A Gateway of Gateway API that takes HTTP for any host. */
export const kubernetesEntry = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: entry }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---`;

/** A way in, with a rule that leads to the product page. */
export const gateway = `${entryFor()}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: entry }
spec: { hosts: ["*"], gateways: [entry], http: [{ match: [{ uri: { prefix: /productpage } }], route: [{ destination: { host: productpage } }] }] }
---`;

/** Bookinfo with one pod per version. */
export const bookinfo = [
  gateway,
  ...['productpage', 'details', 'ratings', 'reviews'].map(service),
  ...['productpage', 'details', 'ratings'].map((name) => deployment(name, 'v1')),
  ...['v1', 'v2', 'v3'].map((version) => deployment('reviews', version)),
].join('\n');

export const theBookinfoApp = (): App => loadApp('bookinfo', bookinfoApp).value!;

export const request = { method: 'GET', path: '/productpage', authority: 'books', headers: {} };

/** One browser that refreshes every second from 0 s on. */
export const refreshes = (count: number, everyUs = 1_000_000, startUs = 0): Traffic => ({
  name: 'browser',
  kind: 'refresh',
  count,
  everyUs,
  startUs,
  request,
});

/** A world of Bookinfo with delays off and a constant hop of 1 ms, unless told otherwise. */
export function makeWorld(settings: Partial<WorldSettings>, probe: Partial<Probe> = {}): World {
  return new World(
    {
      seed: '1',
      app: theBookinfoApp(),
      manifests: resources(bookinfo),
      timeline: [],
      traffic: [],
      controlPlane: controlPlanePresets.off,
      kubernetes: kubernetesDefaults,
      proxy: { concurrency: 1, selector: 'independent', alwaysEjectOneHost: false, cpuPerRequestUs: 500 },
      hop: { dist: 'constant', value: 1000 },
      handshake: { dist: 'constant', value: 1000 },
      focus: 'reviews',
      marksUs: [],
      budget: defaultBudget,
      ...settings,
    },
    { ...silentProbe, ...probe },
  );
}

/** All that requests take while they are under way has been given back: rows, counts of endpoints and breakers, workers of pods. */
export function expectNothingLeft(world: World): void {
  expect(world.pagesInFlight).toBe(0);
  expect(world.rows.inUse).toBe(0);
  world.proxies.places.forEach((_, proxy) => {
    world.pods.forEach((_pod, pod) => expect(world.proxies.active(proxy, pod)).toBe(0));
  });
  for (const { breaker } of world.upstreams.all) {
    expect([breaker.requests, breaker.pending, breaker.retries]).toEqual([0, 0, 0]);
  }
  world.pods.forEach((_, pod) => expect(world.stations.booked(pod, 'inSystem')).toBe(0));
}
