import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/manifest/analyze.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, kubernetesEntry as gateway, resources, service } from '../../support/world.ts';

const inNamespace = (text: string, namespace: string): string =>
  text.replace(/metadata: { name: (\S+) }/g, `metadata: { name: $1, namespace: ${namespace} }`);

const route = (rules: string, parent = '{ name: entry }', kind = 'HTTPRoute'): string => `
apiVersion: gateway.networking.k8s.io/${kind === 'TCPRoute' ? 'v1alpha2' : 'v1'}
kind: ${kind}
metadata: { name: own }
spec: { parentRefs: [${parent}], rules: [${rules}] }
---`;

const grant = (to: string, from = 'kind: HTTPRoute, namespace: default', namespace = 'team'): string => `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: own, namespace: ${namespace} }
spec: { from: [{ group: gateway.networking.k8s.io, ${from} }], to: [{ ${to} }] }
---`;

const services = service('web') + inNamespace(service('web'), 'team');
const both = '{ backendRefs: [{ name: web, port: 9080 }, { name: web, namespace: team, port: 9080 }] }';
const [ours, theirs] = ['default', 'team'].map((name) => `outbound|9080||web.${name}.svc.cluster.local`);

const at = (labels: Readonly<Record<string, string>>, type: 'gateway' | 'sidecar', ...texts: string[]) =>
  translate(applyResources(emptyRegistry, resources(services, ...texts), 0).registry, {
    type,
    namespace: 'default',
    labels,
  });
const atGateway = (...texts: string[]) =>
  at({ 'gateway.networking.k8s.io/gateway-name': 'entry' }, 'gateway', gateway, ...texts);

/** Clusters of all routes but those that are there without a rule. */
const clustersOf = ({ routes }: ReturnType<typeof translate>): string[] =>
  routes.flatMap(({ virtual_hosts }) =>
    virtual_hosts.flatMap((host) =>
      host.routes.flatMap(({ name, route: action }) =>
        name === 'default.own.0'
          ? (action?.weighted_clusters?.clusters.map((own) => own.name) ?? action?.cluster ?? [])
          : [],
      ),
    ),
  );

// istio/istio pilot/pkg/config/kube/gateway/testdata/reference-policy-service.yaml.golden: a backend that is not allowed stays, as
// `destination: {}` with its weight; gatewaycommon/references.go, BackendAllowed.
describe('a backend of another namespace', () => {
  test.each([
    { grants: '', to: 'UnknownService', because: 'nobody allows it' },
    { grants: grant('group: "", kind: Service'), to: theirs, because: 'all Services there are allowed' },
    { grants: grant('group: "", kind: Service, name: web'), to: theirs, because: 'this one is' },
    { grants: grant('group: "", kind: Service, name: api'), to: 'UnknownService', because: 'another one is' },
    { grants: grant('group: "", kind: Secret'), to: 'UnknownService', because: 'it is for other kinds' },
    {
      grants: grant('group: "", kind: Service', 'kind: GRPCRoute, namespace: default'),
      to: 'UnknownService',
      because: 'it is for other routes',
    },
    {
      grants: grant('group: "", kind: Service', 'kind: HTTPRoute, namespace: shop'),
      to: 'UnknownService',
      because: 'it is for routes of other namespaces',
    },
    {
      grants: grant('group: "", kind: Service', undefined, 'default'),
      to: 'UnknownService',
      because: 'only the namespace of the backend can allow it',
    },
  ])('at a gateway it is $to, as $because', ({ grants, to }) => {
    expect(clustersOf(atGateway(route(both), grants))).toEqual([ours, to]);
  });

  // route_collections.go: convertHTTPRoute(ctx, r, obj, n, !mesh).
  test('in the mesh asks for no grant', () => {
    const parent = '{ group: "", kind: Service, name: web }';
    expect(clustersOf(at({}, 'sidecar', route(both, parent)))).toEqual([ours, theirs]);
  });

  // testdata/reference-policy-tcp.yaml.golden.
  test('of connections is treated alike', () => {
    const listener = gateway.replace('protocol: HTTP', 'protocol: TCP');
    const own = (...texts: string[]) =>
      at(
        { 'gateway.networking.k8s.io/gateway-name': 'entry' },
        'gateway',
        listener,
        route('{ backendRefs: [{ name: web, namespace: team, port: 9080 }] }', undefined, 'TCPRoute'),
        ...texts,
      ).tcp_proxies.map(({ cluster }) => cluster);
    expect(own()).not.toEqual([theirs]);
    expect(own(grant('group: "", kind: Service', 'kind: TCPRoute, namespace: default'))).toEqual([theirs]);
  });

  test('is told before a run, in the words of the route’s status', () => {
    const said = analyze(resources(services, gateway, route(both)), []).map(({ code, message }) => [
      code,
      message,
    ]);
    expect(said).toEqual([
      [
        'MS1120',
        'backendRef team/web not accessible to a HTTPRoute in namespace "default" (missing a ReferenceGrant?); requests to it get 500',
      ],
    ]);
    const granted = resources(services, gateway, route(both), grant('group: "", kind: Service'));
    expect(analyze(granted, [])).toEqual([]);
  });

  test('that nobody allows fails its share of a run, and the grant is what helps', async () => {
    const scenario = await smallScenario(
      `duration: 20s
app: later-app.yaml
traffic:
  - { name: users, path: /, arrivals: constant, rps: 20 }`,
      {
        'mesh.yaml': services + gateway + route(both) + deployment('web', 'v1'),
        'later-app.yaml':
          'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }',
      },
    );
    const [first] = runOnce(scenario).record.diagnosis!.findings;
    expect(first!.code).toBe('no-such-host');
    expect(first!.sentence).toContain('to a backend that istiod refuses: they all fail.');
    expect(first!.remedies[0]!.text).toMatch(/^Write a ReferenceGrant in the namespace of the backend/);
  });
});

// conversion.go, convertHTTPRoute and buildDestination return no route for these; route_collections.go, computeRoute: "This was a
// hard error" ends the conversion of the whole object.
describe('a route with an error that ends its conversion', () => {
  const backend = '{ name: web, port: 9080 }';
  test.each([
    {
      rule: `{ filters: [{ type: ExtensionRef, extensionRef: { group: a.io, kind: B, name: c } }], backendRefs: [${backend}] }`,
      error: 'unsupported filter type "ExtensionRef"',
    },
    {
      rule: '{ backendRefs: [{ name: web, port: 9080, filters: [{ type: URLRewrite, urlRewrite: { hostname: a.org } }] }] }',
      error: 'unsupported filter type "URLRewrite"',
    },
    {
      rule: '{ backendRefs: [{ name: web.default.svc.cluster.local, port: 9080 }] }',
      error: 'service name invalid; the name of the Service must be used, not the hostname.',
    },
  ])('has none of its rules: $error', ({ rule, error }) => {
    const own = route(
      `{ backendRefs: [${backend}] }, { matches: [{ path: { value: /a } }], ${rule.slice(2)}`,
    );
    expect(clustersOf(atGateway(own))).toEqual([]);
    expect(
      analyze(resources(services, gateway, own), []).map(({ code, message }) => [code, message]),
    ).toEqual([['MS1128', `istiod makes no rule of this route, for an error in one of them: ${error}`]]);
  });

  test('but filters of headers are known of backends, too', () => {
    const rule =
      '{ backendRefs: [{ name: web, port: 9080, filters: [{ type: ResponseHeaderModifier, responseHeaderModifier: { remove: [a] } }] }] }';
    expect(clustersOf(atGateway(route(rule)))).toEqual([ours]);
  });
});
