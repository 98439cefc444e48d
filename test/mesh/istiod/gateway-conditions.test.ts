import { expect, test } from 'vitest';
import type { ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';
import { chooseRoute } from '../../../src/mesh/envoy/route-match.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources, service } from '../../support/world.ts';

const ingress: ProxyIdentity = {
  type: 'gateway',
  namespace: 'istio-system',
  labels: { istio: 'ingressgateway' },
};

const entry = (tls = ''): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: entry }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"]${tls} }]
---`;

const rule = (match: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: ["*"]
  gateways: [entry]
  http:
    - { match: [${match}], name: first, route: [{ destination: { host: reviews } }] }
    - { name: rest, route: [{ destination: { host: reviews } }] }
---`;

const routesOf = (...texts: string[]) =>
  translate(applyResources(emptyRegistry, resources(service('reviews'), ...texts), 0).registry, ingress)
    .routes[0]!;

const chosenBy = (headers: Record<string, string>, ...texts: string[]) =>
  chooseRoute(routesOf(...texts), { method: 'GET', path: '/', authority: 'a.org', headers });

// pilot/pkg/networking/core/route/route.go, translateMetadataMatch; pkg/jwt/routing.go, ToRoutingClaim.
test.each(['@request.auth.claims.realm.role', '@request.auth.claims[realm][role]'])(
  'a match by the claim %s asks what a token says, not a header of that name',
  (claim) => {
    const match = `{ headers: { "${claim}": { exact: admin } } }`;
    const { routes } = routesOf(entry(), rule(match)).virtual_hosts[0]!;
    const admin = { string_match: { exact: 'admin' } };
    expect(routes[0]!.match).toEqual({
      prefix: '/',
      case_sensitive: true,
      dynamic_metadata: [
        {
          filter: 'envoy.filters.http.jwt_authn',
          path: [{ key: 'payload' }, { key: 'realm' }, { key: 'role' }],
          value: { or_match: { value_matchers: [{ list_match: { one_of: admin } }, admin] } },
        },
      ],
    });
    // It is no catch-all, so the next rule is there, and takes who has no token.
    expect(chosenBy({ [claim]: 'admin' }, entry(), rule(match))).toMatchObject({
      route: { name: 'rest' },
      passed: [{ route: 'first', because: 'there is no token with a claim realm.role' }],
    });
    const without = match.replace('headers', 'withoutHeaders');
    expect(chosenBy({}, entry(), rule(without)).route?.name).toBe('first');
  },
);

// core/gateway.go, buildGatewayHTTPRouteConfig; Envoy's VirtualHost.require_tls and SslRedirectRoute.
test('a Gateway that redirects to HTTPS answers plain HTTP with 301, whatever the rule, and with none', () => {
  const tls = ', tls: { httpsRedirect: true }';
  const any = '{ uri: { prefix: / } }';
  expect(routesOf(entry(tls), rule(any)).virtual_hosts).toMatchObject([{ require_tls: 'ALL' }]);
  for (const texts of [[entry(tls), rule(any)], [entry(tls)]]) {
    expect(chosenBy({}, ...texts).route?.redirect).toEqual({ scheme_redirect: 'https', response_code: 301 });
  }
  // A proxy before it has taken the TLS off.
  expect(chosenBy({ 'x-forwarded-proto': 'https' }, entry(tls), rule(any)).route?.name).toBe('first');
  expect(chosenBy({}, entry(), rule(any)).route?.name).toBe('first');
});
