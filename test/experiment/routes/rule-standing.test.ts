import { describe, expect, test } from 'vitest';
import { configurationFor } from '../../../src/experiment/routes/configuration.ts';
import { entryFor, kubernetesEntry, resources, service } from '../../support/world.ts';

/** A rule for reviews; `spec` beside its http part. */
const rule = (name: string, spec = 'hosts: [reviews]', metadata = '', match = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}${metadata} }
spec: { ${spec}, http: [{ ${match}route: [{ destination: { host: reviews.default.svc.cluster.local } }] }] }
---`;

const sidecar = { type: 'sidecar', namespace: undefined, labels: undefined } as const;
const ingress = { ...sidecar, type: 'gateway' } as const;

function standingOf(name: string, wanted: Parameters<typeof configurationFor>[1], ...texts: string[]) {
  const { standings } = configurationFor(resources(...texts), wanted);
  const { isFor, actsOn, because } = standings.find((own) => own.rule.startsWith(`VirtualService ${name}.`))!;
  return { isFor, actsOn, because };
}

describe('for whom a rule is, and why it does not act at a proxy', () => {
  const reviews = service('reviews');
  const older = rule('older', undefined, ', creationTimestamp: "2024-01-01T00:00:00Z"');
  const everybody = 'sidecars of every namespace';
  test.each([
    { because: undefined, isFor: everybody, texts: [rule('own')], why: 'nothing stands in its way' },
    {
      because: 'VirtualService older.default is for the same host and older',
      isFor: everybody,
      texts: [rule('own'), older],
      why: 'model/config.go, sortConfigByCreationTime',
    },
    {
      because: 'VirtualService a.default is for the same host, of the same age, and its name comes first',
      isFor: everybody,
      texts: [rule('own'), rule('a')],
      why: 'model/config.go, sortConfigByCreationTime: what is of one second goes by name',
    },
    {
      because: 'VirtualService older.default names reviews.default more closely (reviews.default)',
      isFor: everybody,
      texts: [rule('own', 'hosts: ["*.local"]', ', creationTimestamp: "2020-01-01T00:00:00Z"'), older],
      why: 'sidecar.go, computeWildcardHostVirtualServiceIndex: the pattern is older, and that does not help',
    },
    {
      because: 'not exported to namespace default',
      isFor: 'sidecars of namespace other',
      texts: [
        rule('own', 'hosts: [reviews.default.svc.cluster.local], exportTo: ["."]', ', namespace: other'),
      ],
      why: 'push_context.go, initVirtualServices',
    },
    {
      because:
        'VirtualService private.default is for the same host, and one that few namespaces see goes first',
      isFor: everybody,
      texts: [
        rule('own', undefined, ', creationTimestamp: "2020-01-01T00:00:00Z"'),
        rule('private', 'hosts: [reviews], exportTo: ["."]'),
      ],
      why: 'push_context.go, VirtualServicesForGateway: private, exported, public',
    },
    {
      because: 'bound to a Gateway, not to sidecars (mesh)',
      isFor: 'Gateway entry',
      texts: [rule('own', 'hosts: [a.org], gateways: [entry]'), entryFor('a.org')],
      why: 'a VirtualService without mesh among its gateways',
    },
    {
      because: 'port mysql of db.default carries TCP: http rules are not asked',
      isFor: everybody,
      texts: [
        rule('own', 'hosts: [db]'),
        service('db').replace('name: http, port: 9080', 'name: mysql, port: 3306'),
      ],
      why: 'listener.go: the protocol is that of the port’s name',
    },
    {
      because: 'its matches are for other ports, labels, namespaces or gateways',
      isFor: everybody,
      texts: [rule('own', undefined, '', 'match: [{ sourceLabels: { app: b } }], ')],
      why: 'route.go, sourceMatchHTTP',
    },
    {
      because: 'its matches are for other ports, labels, namespaces or gateways',
      isFor: everybody,
      texts: [
        rule('own', 'hosts: [db]').replace('http: [{ ', 'tcp: [{ match: [{ sourceLabels: { app: b } }], '),
        service('db').replace('name: http, port: 9080', 'name: mysql, port: 3306'),
      ],
      why: 'a tcp rule is asked on a port of TCP',
    },
    {
      because: 'no Service that this proxy knows is called nobody.default',
      isFor: everybody,
      texts: [rule('own', 'hosts: [nobody]', '', 'match: [{ port: 9080 }], ')],
      why: 'a name outside has routes on port 80 alone, and the match is for another',
    },
  ])('at a sidecar: $because ($why)', ({ because, isFor, texts }) => {
    const own = standingOf('own', sidecar, reviews, ...texts);
    expect(own).toMatchObject({ because, isFor });
    expect(own.actsOn).toEqual(because === undefined ? ['reviews.default:9080'] : []);
  });

  // model/virtualservice.go, mergeVirtualServicesIfNeeded: the routes are the delegate's, the hosts are the root's.
  test('a root acts where its delegate does, and on its own hosts alone', () => {
    const root = (name: string): string =>
      rule(name, `hosts: [${name}]`).replace(/route: .*}\] }\] }/, 'delegate: { name: shared } }] }');
    const shared = rule('shared', '').replace('spec: { ,', 'spec: {');
    const texts = [reviews, service('ratings'), root('reviews'), root('ratings'), shared];
    expect(standingOf('reviews', sidecar, ...texts)).toMatchObject({
      because: undefined,
      actsOn: ['reviews.default:9080'],
    });
    expect(standingOf('shared', sidecar, ...texts)).toMatchObject({
      isFor: 'VirtualServices that delegate to it',
      actsOn: ['ratings.default:9080', 'reviews.default:9080'],
    });
  });

  test.each([
    { because: undefined, texts: [rule('own', 'hosts: [a.org], gateways: [entry]'), entryFor()] },
    { because: 'bound to sidecars, not to a Gateway', texts: [rule('own'), entryFor()] },
    {
      because: 'the Gateway serves b.org, and no host of the rule is among them',
      texts: [rule('own', 'hosts: [a.org], gateways: [entry]'), entryFor('b.org')],
    },
    {
      because: 'bound to Gateway default/other, which this proxy does not run',
      texts: [rule('own', 'hosts: [a.org], gateways: [other]'), entryFor()],
    },
  ])('at a gateway: $because', ({ because, texts }) => {
    const own = standingOf('own', ingress, reviews, ...texts);
    expect(own.because).toBe(because);
    expect(own.actsOn).toEqual(because === undefined ? ['a.org:80'] : []);
  });
});

// Gateway API, GEP-1294: a route is for whom its parents are: a Gateway's visitors, or the callers of a Service.
describe('an HTTPRoute is for its parents', () => {
  const route = (parent: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: own }
spec: { parentRefs: [${parent}], hostnames: [a.org], rules: [{ backendRefs: [{ name: reviews, port: 9080 }] }] }
---`;
  test.each([
    { parent: '{ name: entry }', at: sidecar, because: 'bound to a Gateway, not to sidecars (mesh)' },
    {
      parent: '{ group: "", kind: Service, name: reviews }',
      at: ingress,
      because: 'bound to a Service, for sidecars, not to a Gateway',
    },
  ])('$parent: $because', ({ parent, at, because }) => {
    const { standings } = configurationFor(resources(service('reviews'), kubernetesEntry, route(parent)), at);
    expect(standings.find((own) => own.rule.startsWith('HTTPRoute own.'))!.because).toBe(because);
  });

  // Gateway API, GEP-1426: of a Service's namespace for all of its callers, of another one for the callers there, who ask it first.
  test.each([
    {
      callers: 'default',
      consumer: 'its parent is a Service of another namespace, so it is for callers in namespace team alone',
      producer: undefined,
    },
    {
      callers: 'team',
      consumer: undefined,
      producer: 'HTTPRoute consumer.team is for the same host, and goes first in its namespace',
    },
  ])('to callers in namespace $callers', ({ callers, consumer, producer }) => {
    const parent = '{ group: "", kind: Service, name: reviews, namespace: default }';
    const backend = '{ name: reviews, port: 9080 }';
    const texts = [
      route(parent).replace('{ name: own }', '{ name: producer }'),
      route(parent)
        .replace('{ name: own }', '{ name: consumer, namespace: team }')
        .replace(backend, '{ name: reviews, namespace: default, port: 9080 }'),
    ];
    const at = { ...sidecar, namespace: callers };
    const { standings } = configurationFor(resources(service('reviews'), ...texts), at);
    const because = Object.fromEntries(standings.map((own) => [own.rule, own.because]));
    expect(because).toEqual({ 'HTTPRoute consumer.team': consumer, 'HTTPRoute producer.default': producer });
  });
});
