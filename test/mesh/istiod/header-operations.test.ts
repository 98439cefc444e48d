import { describe, expect, test } from 'vitest';
import type { Route } from '../../../src/mesh/envoy/route.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources, service } from '../../support/world.ts';

function routesOf(...texts: string[]): readonly Route[] {
  const { registry } = applyResources(emptyRegistry, resources(service('reviews'), ...texts), 0);
  const { routes } = translate(registry, { type: 'sidecar', namespace: 'default', labels: {} });
  return routes.find(({ name }) => name === '9080')!.virtual_hosts[0]!.routes;
}

const rule = (http: string, name = 'reviews', hosts = 'hosts: [reviews],'): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec: { ${hosts} http: [${http}] }
---`;
const destination = 'destination: { host: reviews, subset: v1 }';
const set = (key: string, value: string): object => ({
  header: { key, value },
  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
});
const add = (key: string, value: string): object => ({ header: { key, value } });

/** pilot/pkg/networking/core/route/route.go: TranslateHeadersOperations, processDestination, processWeightedDestination. */
describe('headers of a VirtualService', () => {
  test('what is set comes before what is added, each by name; pseudo-headers and the host are no headers', () => {
    const headers =
      'headers: { request: { add: { z: "1", a: "2" }, set: { y: "3", host: books } , remove: [x] }, response: { add: { set-cookie: c=1 } } }';
    const [route] = routesOf(rule(`{ route: [{ ${destination} }], ${headers} }`));
    expect(route).toMatchObject({
      request_headers_to_add: [set('y', '3'), add('a', '2'), add('z', '1')],
      request_headers_to_remove: ['x'],
      response_headers_to_add: [add('set-cookie', 'c=1')],
      route: { host_rewrite_literal: 'books' },
    });
    expect(route).not.toHaveProperty('response_headers_to_remove');
  });

  test('of a single destination they come behind the rule’s in the same list', () => {
    const [route] = routesOf(
      rule(
        `{ headers: { request: { set: { a: rule } } }, route: [{ ${destination}, headers: { request: { set: { a: destination, host: b } } } }] }`,
      ),
    );
    expect(route).toMatchObject({
      request_headers_to_add: [set('a', 'rule'), set('a', 'destination')],
      route: { host_rewrite_literal: 'b' },
    });
  });

  test('of the first of two weighted ones they are not all requests’', () => {
    const [route] = routesOf(
      rule(
        `{ route: [{ ${destination}, weight: 90, headers: { request: { set: { a: first } } } }, { destination: { host: reviews }, weight: 10 }] }`,
      ),
    );
    expect(route).not.toHaveProperty('request_headers_to_add');
    expect(route!.route!.weighted_clusters!.clusters.map((own) => 'request_headers_to_add' in own)).toEqual([
      true,
      false,
    ]);
  });

  test('of weighted ones they stand beside the weights', () => {
    const [route] = routesOf(
      rule(
        `{ route: [{ ${destination}, weight: 90 }, { destination: { host: reviews }, weight: 10, headers: { request: { set: { host: b } }, response: { add: { Set-Cookie: canary=1 } } } }] }`,
      ),
    );
    expect(route).not.toHaveProperty('response_headers_to_add');
    expect(route!.route!.weighted_clusters!.clusters).toEqual([
      { name: 'outbound|9080|v1|reviews.default.svc.cluster.local', weight: 90 },
      {
        name: 'outbound|9080||reviews.default.svc.cluster.local',
        weight: 10,
        response_headers_to_add: [add('Set-Cookie', 'canary=1')],
        host_rewrite_literal: 'b',
      },
    ]);
  });

  test('a redirect has them, too (translateRoute)', () => {
    const [route] = routesOf(
      rule('{ redirect: { uri: /x }, headers: { response: { add: { Set-Cookie: a=1 } } } }'),
    );
    expect(route!.response_headers_to_add).toEqual([add('Set-Cookie', 'a=1')]);
  });

  /** pilot/pkg/model/virtualservice.go, mergeHTTPRoute. */
  test('a delegate’s stand in the place of its root’s', () => {
    const headers = (value: string): string => `headers: { request: { set: { from: ${value} } } }`;
    const root = rule(`{ delegate: { name: inner }, ${headers('root')} }`);
    const inner = (own: string): string => rule(`{ route: [{ ${destination} }], ${own} }`, 'inner', '');
    expect(routesOf(root, inner(headers('delegate')))[0]!.request_headers_to_add).toEqual([
      set('from', 'delegate'),
    ]);
    expect(routesOf(root, inner(''))[0]!.request_headers_to_add).toEqual([set('from', 'root')]);
  });
});

/** pilot/pkg/config/kube/gateway/conversion.go: convertHTTPRoute, buildHTTPDestination, createHeadersFilter, headerListToMap. */
test('filters of an HTTPRoute and of its backends are headers of a rule and of its destinations; the first of a name counts', () => {
  const [route] = routesOf(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews }
spec:
  parentRefs: [{ group: "", kind: Service, name: reviews, port: 9080 }]
  rules:
    - filters:
        - type: RequestHeaderModifier
          requestHeaderModifier: { set: [{ name: X-Tier, value: gold }, { name: x-tier, value: late }], remove: [x-debug] }
      backendRefs:
        - { name: reviews, port: 9080, weight: 9 }
        - name: reviews
          port: 9080
          weight: 1
          filters:
            - type: ResponseHeaderModifier
              responseHeaderModifier: { add: [{ name: Set-Cookie, value: canary=1 }] }
---`);
  expect(route).toMatchObject({
    request_headers_to_add: [set('x-tier', 'gold')],
    request_headers_to_remove: ['x-debug'],
  });
  expect(route!.route!.weighted_clusters!.clusters.map(({ response_headers_to_add: own }) => own)).toEqual([
    undefined,
    [add('set-cookie', 'canary=1')],
  ]);
});
