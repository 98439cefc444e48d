import { bench, describe } from 'vitest';
import { applyResources, emptyRegistry } from '../../src/mesh/kubernetes/registry.ts';
import { translate } from '../../src/mesh/istiod/translate.ts';
import { resources } from '../support/world.ts';

/** Services with a VirtualService and a DestinationRule each, in twenty namespaces, and fifty kinds of proxy. */
const count = 2000;
const manifests = resources(
  Array.from({ length: count }, (_, i) => {
    const place = `{ name: s${i}, namespace: ns${i % 20} }`;
    return `
apiVersion: v1
kind: Service
metadata: ${place}
spec: { selector: { app: s${i} }, ports: [{ name: http, port: 9080 }] }
---
${rule(i, 50)}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: ${place}
spec: { host: s${i}, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
---`;
  }).join('\n'),
);

function rule(i: number, weight: number): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: s${i}, namespace: ns${i % 20} }
spec: { hosts: [s${i}], http: [{ route: [{ destination: { host: s${i}, subset: v1 }, weight: ${weight} }, { destination: { host: s${i}, subset: v2 }, weight: ${100 - weight} }] }] }`;
}

const proxies = Array.from({ length: 50 }, (_, i) => ({
  type: 'sidecar' as const,
  namespace: `ns${i % 20}`,
  labels: { app: `s${i}` },
}));

describe('2,000 services, rules of both kinds, 50 kinds of proxy', () => {
  let { registry } = applyResources(emptyRegistry, manifests, 0);
  bench(
    'everything, from scratch',
    () => {
      // New objects, so that nothing that is kept fits.
      const fresh = applyResources(emptyRegistry, structuredClone(manifests), 0).registry;
      for (const proxy of proxies) translate(fresh, proxy);
    },
    { iterations: 3, warmupIterations: 0, time: 0 },
  );
  for (const proxy of proxies) translate(registry, proxy);
  let weight = 50;
  const changes = Array.from({ length: 99 }, (_, i) => resources(rule(7, i + 1)));
  bench(
    'one new weight',
    () => {
      weight = (weight % 98) + 1;
      registry = applyResources(registry, changes[weight]!, 1).registry;
      for (const proxy of proxies) translate(registry, proxy);
    },
    { iterations: 10, warmupIterations: 0, time: 0 },
  );
});
