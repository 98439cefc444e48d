import { describe, expect, test } from 'vitest';
import type { ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { resources } from '../../support/world.ts';

const known = `
apiVersion: v1
kind: Service
metadata: { name: known, namespace: default }
spec: { selector: { app: known }, ports: [{ port: 80, name: http }, { port: 9000, name: tcp }] }
---`;
const rule = (place: string, spec: string, to = place.split('/')[1]!): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${place.split('/')[1]}, namespace: ${place.split('/')[0]} }
spec: { ${spec}, http: [{ route: [{ destination: { host: ${to}.example.com } }] }], tcp: [{ route: [{ destination: { host: ${to}.example.com } }] }] }
---`;
const full = 'hosts: [known.default.svc.cluster.local]';

function configured(
  namespace: string,
  labels: ProxyIdentity['labels'],
  texts: string[],
  type: ProxyIdentity['type'] = 'sidecar',
) {
  let { registry } = applyResources(emptyRegistry, resources(known), 0);
  texts.forEach((text, second) => {
    registry = applyResources(registry, resources(text), (second + 1) * 1e6).registry;
  });
  return translate(registry, { type, namespace, labels });
}

/** The cluster that requests to the Service go to: its own, or that of the rule that decides. */
const decides = (namespace: string, ...texts: string[]): string => {
  const [host] = configured(namespace, {}, texts).routes.find(({ name }) => name === '80')!.virtual_hosts;
  return host!.routes[0]!.route!.cluster!.split('|')[3]!.split('.')[0]!;
};

describe('which VirtualService decides for sidecars (virtualservice.go, SelectVirtualServices)', () => {
  const producer = rule('default/producer', full);

  test('one that is private to the caller\u2019s namespace comes before every public one, however old', () => {
    const mine = rule('not-default/mine', `${full}, exportTo: ['.']`);
    expect(decides('not-default', producer, mine)).toBe('mine');
    expect(decides('default', producer, mine)).toBe('producer');
  });

  test('then what another namespace exports to it by name, then public ones', () => {
    const told = rule('third/told', `${full}, exportTo: [not-default]`);
    const own = rule('not-default/own', `${full}, exportTo: [not-default]`);
    expect(decides('not-default', producer, told)).toBe('told');
    expect(decides('not-default', producer, told, own)).toBe('own');
    expect(decides('elsewhere', producer, told, own)).toBe('producer');
  });

  test('what is private to another namespace does not act', () => {
    expect(decides('not-default', rule('default/hidden', `${full}, exportTo: ['.']`))).toBe('known');
  });

  test('the exact host before an older pattern, and of patterns the most specific (computeWildcardHostVirtualServiceIndex)', () => {
    const wild = rule('default/wild', "hosts: ['*.cluster.local']");
    const nearer = rule('default/nearer', "hosts: ['*.default.svc.cluster.local']");
    const explicit = rule('default/explicit', full);
    expect(decides('default', wild, explicit)).toBe('explicit');
    expect(decides('default', wild, nearer)).toBe('nearer');
    expect(decides('default', wild)).toBe('wild');
  });

  test('a rule that has no route for the caller leaves the host to the next one (buildSidecarVirtualHostsForVirtualService)', () => {
    const canary = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: canary, namespace: default }
spec: { hosts: [known], http: [{ match: [{ sourceLabels: { app: tester } }], route: [{ destination: { host: canary.example.com } }] }] }
---`;
    expect(decides('default', canary, rule('default/all', full))).toBe('all');
  });

  test('connections go by the first rule that names the host at all, be it by a pattern (getConfigsForHost)', () => {
    const wild = rule('default/wild', "hosts: ['*.cluster.local']");
    const explicit = rule('default/explicit', full);
    const { tcp_proxies } = configured('default', {}, [wild, explicit]);
    expect(tcp_proxies[0]!.cluster).toContain('wild.example.com');
  });
});

describe('which VirtualService a gateway sees (push_context.go, VirtualServicesForGateway)', () => {
  const entry = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: entry, namespace: default }
spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
---`;
  const bound = 'hosts: [shop.example.com], gateways: [default/entry]';
  const routesFor = (...texts: string[]) =>
    configured(
      'istio-system',
      { istio: 'ingressgateway' },
      [entry, ...texts],
      'gateway',
    ).routes[0]!.virtual_hosts.flatMap(({ routes }) =>
      routes.map(({ route }) => route!.cluster!.split('|')[3]!.split('.')[0]!),
    );

  test('not one that is private to the namespace of an application', () => {
    expect(routesFor(rule('default/hidden', `${bound}, exportTo: ['.']`))).toEqual([]);
    expect(routesFor(rule('default/seen', `${bound}, exportTo: [istio-system]`))).toEqual(['seen']);
  });

  test('what is exported to its namespace by name comes before what is public', () => {
    const open = rule('default/open', bound);
    const told = rule('default/told', `${bound}, exportTo: [istio-system]`);
    expect(routesFor(open, told)[0]).toBe('told');
  });
});
