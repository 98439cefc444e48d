import { describe, expect, test } from 'vitest';
import type { ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';
import { chooseRoute } from '../../../src/mesh/envoy/route-match.ts';
import { gatewayName } from '../../../src/manifest/gateway-name.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const ingress: ProxyIdentity = {
  type: 'gateway',
  namespace: 'istio-system',
  labels: { istio: 'ingressgateway' },
};

const entry = (place: string, hosts: string, selector = '{ istio: ingressgateway }'): string => {
  const [namespace, name] = place.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: ${selector}, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${hosts}] }] }
---`;
};
const rule = (place: string, hosts: string, gateways: string, match = ''): string => {
  const [namespace, name] = place.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [${hosts}], gateways: [${gateways}], http: [{ ${match} route: [{ destination: { host: ${name}.example } }] }] }
---`;
};

function configured(texts: string[], proxy = ingress) {
  let { registry } = applyResources(emptyRegistry, [], 0);
  texts.forEach((text, second) => {
    registry = applyResources(registry, resources(text), second * 1e6).registry;
  });
  return translate(registry, proxy).routes.find(({ name }) => name === 'http.80');
}
const domains = (...texts: string[]): string[] =>
  (configured(texts)?.virtual_hosts ?? []).map(({ domains: [first] }) => first!);
/** Name of the rule that decides; undefined: 404 NR. */
function decides(authority: string, path: string, texts: string[], proxy = ingress): string | undefined {
  const found = configured(texts, proxy);
  if (found === undefined) return undefined;
  const { route } = chooseRoute(found, { method: 'GET', path, authority, headers: {} });
  return route?.route!.cluster!.split('|')[3]!.split('.')[0];
}

describe('a virtual host is what server and rule both serve (gateway.go, buildGatewayHTTPRouteConfig)', () => {
  test.each([
    { server: 'foo.bar', hosts: "'*'", served: ['foo.bar'] },
    { server: "'*'", hosts: "'*.org'", served: ['*.org'] },
    { server: "'*.org'", hosts: 'example.org', served: ['example.org'] },
    { server: "'*.org'", hosts: 'example.com', served: [] },
    { server: "a.org, '*.com'", hosts: "'*.org', b.com", served: ['a.org', 'b.com'] },
  ])('of $server and $hosts: $served', ({ server, hosts, served }) => {
    expect(domains(entry('default/g', server), rule('default/r', hosts, 'g'))).toEqual(served);
  });

  test('a rule for "*" on two Gateways takes the hosts of each', () => {
    const two = [
      entry('default/a', 'one.org'),
      entry('default/b', 'two.org'),
      rule('default/r', "'*'", 'a, b'),
    ];
    expect(domains(...two)).toEqual(['one.org', 'two.org']);
    expect(decides('three.org', '/', two)).toBeUndefined();
  });

  test('rules of one name merge, the older first and catch-alls last; one rule on two servers is there once', () => {
    const texts = [
      entry('default/a', "'*'"),
      entry('default/b', "'*'"),
      rule('default/old', 'foo.com', 'a, b'),
      rule('default/new', 'foo.com', 'a', 'match: [{ uri: { prefix: /new } }],'),
    ];
    expect(decides('foo.com', '/new', texts)).toBe('new');
    expect(decides('foo.com', '/else', texts)).toBe('old');
    expect(configured(texts)!.virtual_hosts[0]!.routes).toHaveLength(2);
  });

  test('the exact name shuts the wider one out: Envoy does not look back', () => {
    const texts = [
      entry('default/g', "'*'"),
      rule('default/wide', "'*.org'", 'g'),
      rule('default/exact', 'example.org', 'g', 'match: [{ uri: { prefix: /e } }],'),
    ];
    expect(decides('example.org', '/e', texts)).toBe('exact');
    expect(decides('example.org', '/w', texts)).toBeUndefined();
    expect(decides('other.org', '/w', texts)).toBe('wide');
  });

  test.each([
    { host: 'default/foo.com', seen: true, because: 'rules of that namespace' },
    { host: 'other/foo.com', seen: false, because: 'rules of another one' },
    { host: './foo.com', seen: false, because: 'rules of the Gateway\u2019s namespace, istio-system' },
    { host: "'*/foo.com'", seen: true, because: 'rules of all' },
  ])(
    'a server\u2019s $host is for $because (sanitizeServerHostNamespace, NamesForNamespace)',
    ({ host, seen }) => {
      const texts = [entry('istio-system/g', host), rule('default/r', 'foo.com', 'istio-system/g')];
      expect(decides('foo.com', '/', texts)).toBe(seen ? 'r' : undefined);
    },
  );
});

describe('a rule names its Gateway (resolveGatewayName)', () => {
  test.each([
    ['g', 'shop/g'],
    ['./g', 'shop/g'],
    ['edge/g', 'edge/g'],
    ['g.edge', 'edge/g'],
    ['g.edge.svc.cluster.local', 'edge/g'],
    ['mesh', 'mesh'],
  ])('%s of namespace shop is %s', (written, full) => {
    expect(gatewayName(written, 'shop')).toBe(full);
  });

  test('a short name is one of the rule\u2019s own namespace', () => {
    const texts = [entry('istio-system/g', "'*'"), rule('default/r', 'foo.com', 'g')];
    expect(decides('foo.com', '/', texts)).toBeUndefined();
    expect(decides('foo.com', '/', [texts[0]!, rule('default/r', 'foo.com', 'istio-system/g')])).toBe('r');
  });

  test('so does a match: its gateways are those of the rule, by whichever name', () => {
    const texts = [
      entry('default/a', "'*'"),
      entry('default/b', "'*'"),
      rule(
        'default/r',
        'foo.com',
        'a, b',
        'match: [{ gateways: [b], uri: { prefix: /b } }, { gateways: [default/a], uri: { prefix: /a } }],',
      ),
    ];
    expect(['/a', '/b', '/c'].map((path) => decides('foo.com', path, texts))).toEqual(['r', 'r', undefined]);
  });
});

test('a Gateway without a selector runs on every gateway proxy, in whichever namespace (mergeGateways)', () => {
  const texts = [entry('default/g', "'*'", '{}'), rule('default/r', 'foo.com', 'g')];
  const edge: ProxyIdentity = { type: 'gateway', namespace: 'edge', labels: { app: 'whatever' } };
  expect(decides('foo.com', '/', texts, edge)).toBe('r');
});
