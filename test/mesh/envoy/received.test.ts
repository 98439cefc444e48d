import { describe, expect, test } from 'vitest';
import { outboundOf } from '../../../src/mesh/envoy/outbound.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const manifests = (match: string, gateways: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: g, namespace: default }
spec:
  selector: { istio: ingressgateway }
  servers:
    - { port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example] }
    - { port: { number: 443, name: https, protocol: HTTPS }, hosts: [shop.example], tls: { mode: SIMPLE, credentialName: c } }
    - { port: { number: 81, name: back, protocol: HTTP }, hosts: [shop.example], tls: { httpsRedirect: true } }
---
apiVersion: v1
kind: Service
metadata: { name: shop, namespace: default }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: default }
spec:
  hosts: [shop.example, shop]
  gateways: [${gateways}]
  http: [{ match: [${match}], route: [{ destination: { host: shop } }] }]
`;

/** Whether a request takes the route with this match, or is sent back to HTTPS. */
function taken(
  proxy: 'gateway' | 'sidecar',
  match: string,
  {
    port = 80,
    path = '/',
    headers = {},
    mesh = '',
  }: { port?: number; path?: string; headers?: Record<string, string>; mesh?: string },
): string {
  const { registry } = applyResources(emptyRegistry, resources(manifests(match, 'g, mesh'), mesh), 0);
  const isGateway = proxy === 'gateway';
  const labels: Record<string, string> = isGateway ? { istio: 'ingressgateway' } : {};
  const found = outboundOf(translate(registry, { type: proxy, namespace: 'default', labels }), {
    method: 'GET',
    path,
    authority: isGateway ? 'shop.example' : 'shop',
    headers,
    port,
    dialled: isGateway ? '' : 'shop.default.svc.cluster.local',
  });
  if (found.kind !== 'route') return found.kind;
  return found.route.redirect === undefined ? 'taken' : String(found.route.redirect.response_code);
}

// Envoy, conn_manager_utility.cc, mutateRequestHeaders: with use_remote_address (a gateway's) and no trusted hops,
// x-forwarded-proto is what the connection was; without (a sidecar's), what is written stays. The scheme follows.
describe('how a request came is told by its connection at a gateway', () => {
  const forged = { 'x-forwarded-proto': 'https' };
  const http = { 'x-forwarded-proto': 'http' };
  test.each([
    { match: '{ scheme: { exact: https } }', by: { port: 443 }, is: 'taken' },
    { match: "{ headers: { ':scheme': { exact: https } } }", by: { port: 443 }, is: 'taken' },
    { match: '{ headers: { x-forwarded-proto: { exact: https } } }', by: { port: 443 }, is: 'taken' },
    { match: '{ scheme: { exact: http } }', by: { port: 443 }, is: 'no-route' },
    { match: '{ scheme: { exact: http } }', by: {}, is: 'taken' },
    { match: '{ headers: { x-forwarded-proto: { exact: http } } }', by: {}, is: 'taken' },
    {
      match: '{ headers: { x-forwarded-proto: { exact: https } } }',
      by: { headers: forged },
      is: 'no-route',
    },
    { match: '{ scheme: { exact: https } }', by: { headers: forged }, is: 'no-route' },
    { match: '{ scheme: { exact: https } }', by: { port: 443, headers: http }, is: 'taken' },
    { match: '{ uri: { prefix: / } }', by: { port: 81, headers: forged }, is: '301' },
  ])('$match, $by: $is', ({ match, by, is }) => {
    expect(taken('gateway', match, by)).toBe(is);
  });

  test.each([
    { match: '{ headers: { x-forwarded-proto: { exact: http } } }', by: {}, is: 'taken' },
    { match: '{ headers: { x-forwarded-proto: { exact: https } } }', by: { headers: forged }, is: 'taken' },
    { match: '{ scheme: { exact: https } }', by: { headers: forged }, is: 'taken' },
  ])('and by the application at its sidecar: $match, $by: $is', ({ match, by, is }) => {
    expect(taken('sidecar', match, by)).toBe(is);
  });
});

// istio.io/latest/docs/ops/best-practices/security, pathNormalization BASE (the default): "/a/../b" is "/b", "\da" is "/da",
// slashes are not merged; RFC 3986, 5.2.4: "/a/b/c/./../../g" is "/a/g". Envoy leaves the query alone.
describe('a path is matched without its dot segments', () => {
  test.each([
    { path: '/x/../headers', is: '/headers' },
    { path: '/a/b/c/./../../g', is: '/a/g' },
    { path: '/../headers', is: '/headers' },
    { path: '/a/%2E%2e/headers?to=/x/../y', is: '/headers' },
    { path: '\\da', is: '/da' },
    { path: '/a/..', is: '/' },
    { path: '/a/b/.', is: '/a/b/' },
    { path: '/a//b', is: '/a//b' },
    { path: '/a/...', is: '/a/...' },
    { path: '/.well-known', is: '/.well-known' },
    { path: '/a?x=/../y', is: '/a' },
  ])('$path as $is', ({ path, is }) => {
    expect(taken('sidecar', `{ uri: { exact: '${is}' } }`, { path })).toBe('taken');
  });
});

// istio.io/latest/docs/ops/best-practices/security, "Customizing your system on path normalization"; Envoy, path_utility_test.cc,
// MergeSlashes: "/a//b/c/" is "/a/b/c/"; core/listener_builder.go sets it for gateways and sidecars alike.
describe('the mesh may normalise paths in another way', () => {
  const mesh = (normalization: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'pathNormalization: { normalization: ${normalization} }' }
`;
  test.each([
    { by: 'NONE', path: '/x/../a', is: '/x/../a' },
    { by: 'NONE', path: '/a//b', is: '/a//b' },
    { by: 'DEFAULT', path: '/x/../a//b', is: '/a//b' },
    { by: 'BASE', path: '/x/../a//b', is: '/a//b' },
    { by: 'BASE', path: '/a%2fb', is: '/a%2fb' },
    { by: 'MERGE_SLASHES', path: '/x/../a//b/c/', is: '/a/b/c/' },
    { by: 'MERGE_SLASHES', path: '///a?to=//b', is: '/a' },
    { by: 'MERGE_SLASHES', path: '/a%2fb', is: '/a%2fb' },
    { by: 'DECODE_AND_MERGE_SLASHES', path: '/a%2Fb', is: '/a/b' },
    { by: 'DECODE_AND_MERGE_SLASHES', path: '/a%2f%2Fb', is: '/a/b' },
    { by: 'DECODE_AND_MERGE_SLASHES', path: '/x%2f..%5ca', is: '/a' },
  ])('$by: $path as $is', ({ by, path, is }) => {
    for (const proxy of ['sidecar', 'gateway'] as const)
      expect(taken(proxy, `{ uri: { exact: '${is}' } }`, { path, mesh: mesh(by) })).toBe('taken');
  });
});
