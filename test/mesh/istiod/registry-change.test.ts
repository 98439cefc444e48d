import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Resource } from '../../../src/manifest/resource.ts';
import type { ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';
import { changeBetween } from '../../../src/mesh/istiod/registry-change.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import {
  applyResources,
  deleteResources,
  emptyRegistry,
  type Registry,
} from '../../../src/mesh/kubernetes/registry.ts';
import { deployment, resources, service, split, subsets } from '../../support/world.ts';

const istio = (kind: string, name: string, namespace: string, spec: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n---`;

const base = resources(
  ...['reviews', 'ratings', 'details'].map(service),
  `apiVersion: v1\nkind: Service\nmetadata: { name: far, namespace: shop }\nspec: { selector: { app: far }, ports: [{ name: http, port: 80 }, { name: tcp-other, port: 9 }] }\n---`,
);

/** What may be applied or deleted, one at a time: rules of every sort that a change may concern. */
const pool: readonly (readonly Resource[])[] = [
  split('reviews', { v1: 100 }),
  split('reviews', { v1: 50, v3: 50 }),
  split('ratings', { v1: 10, v2: 90 }),
  subsets('reviews', 'v1', 'v3'),
  subsets('ratings', 'v1', 'v2'),
  istio(
    'DestinationRule',
    'reviews',
    'default',
    '{ host: reviews, trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: user } } } }',
  ),
  istio(
    'DestinationRule',
    'all',
    'default',
    '{ host: "*.local", trafficPolicy: { loadBalancer: { simple: RANDOM } } }',
  ),
  istio(
    'DestinationRule',
    'far',
    'shop',
    '{ host: far, exportTo: ["."], subsets: [{ name: a, labels: { version: a } }] }',
  ),
  istio(
    'VirtualService',
    'two',
    'default',
    '{ hosts: [details, ratings], http: [{ route: [{ destination: { host: reviews } }] }] }',
  ),
  istio(
    'VirtualService',
    'far',
    'shop',
    '{ hosts: [far], http: [{ match: [{ sourceLabels: { app: web } }], route: [{ destination: { host: far, port: { number: 80 } } }] }] }',
  ),
  istio(
    'VirtualService',
    'stray',
    'default',
    '{ hosts: [details, nowhere.example.com], http: [{ route: [{ destination: { host: details } }] }] }',
  ),
  istio(
    'VirtualService',
    'wide',
    'default',
    '{ hosts: ["*.shop.svc.cluster.local"], http: [{ fault: { abort: { httpStatus: 503, percentage: { value: 1 } } }, route: [{ destination: { host: far.shop.svc.cluster.local, port: { number: 80 } } }] }] }',
  ),
  istio('VirtualService', 'root', 'default', '{ hosts: [details], http: [{ delegate: { name: part } }] }'),
  istio('VirtualService', 'part', 'default', '{ http: [{ route: [{ destination: { host: ratings } }] }] }'),
  istio(
    'VirtualService',
    'edge',
    'default',
    '{ hosts: [reviews], gateways: [edge], http: [{ route: [{ destination: { host: ratings } }] }] }',
  ),
  istio(
    'VirtualService',
    'bytes',
    'shop',
    '{ hosts: [far], tcp: [{ route: [{ destination: { host: far, port: { number: 9 } } }] }] }',
  ),
  istio('Sidecar', 'narrow', 'default', '{ egress: [{ hosts: ["./*"] }] }'),
  deployment('reviews', 'v1'),
  service('another'),
].map((text) => resources(text));

const proxies: readonly ProxyIdentity[] = [
  { type: 'sidecar', namespace: 'default', labels: { app: 'web' } },
  { type: 'sidecar', namespace: 'shop', labels: { app: 'far' } },
  { type: 'gateway', namespace: 'default', labels: { istio: 'ingressgateway' } },
];

/** Whatever was asked about before is forgotten, as if istiod had just been started. */
const fromScratch = (registry: Registry, proxy: ProxyIdentity): unknown => {
  translate(applyResources(emptyRegistry, resources(service('unrelated')), 0).registry, proxy);
  return translate({ ...registry }, proxy);
};

test('after any changes a proxy has what it would have from a fresh start', () => {
  const step = fc.record({ which: fc.nat(pool.length - 1), isDeleted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      let { registry } = applyResources(emptyRegistry, base, 0);
      for (const proxy of proxies) translate(registry, proxy);
      for (const [place, { which, isDeleted }] of steps.entries()) {
        const own = pool[which]!;
        registry = isDeleted
          ? deleteResources(registry, own).registry
          : applyResources(registry, own, place + 1).registry;
        const stepwise = proxies.map((proxy) => translate(registry, proxy));
        if (place < steps.length - 1) continue;
        expect(stepwise).toEqual(proxies.map((proxy) => fromScratch(registry, proxy)));
      }
    }),
    { seed: 7, numRuns: 400 },
  );
});

test('a new weight concerns the routes of its host, and what names no host in full may concern all', () => {
  const { registry } = applyResources(emptyRegistry, [...base, ...pool[0]!], 0);
  const changed = (which: number) =>
    changeBetween(registry, applyResources(registry, pool[which]!, 1).registry, []);
  expect(changed(1)).toEqual({
    routes: new Set(['reviews.default.svc.cluster.local']),
    clusters: new Set(),
  });
  expect(changed(4)).toEqual({
    routes: new Set(['ratings.default.svc.cluster.local']),
    clusters: new Set(['ratings.default.svc.cluster.local']),
  });
  expect(changed(14)).toEqual({ routes: new Set(), clusters: new Set() });
  for (const which of [6, 11, 12, 13, 15, 16, 18]) expect(changed(which)).toBe(undefined);
});
