import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/manifest/analyze.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import type { KubernetesGateway, KubernetesHttpRoute } from '../../../src/manifest/resource.ts';
import { rulesOfHttpRoutes } from '../../../src/mesh/istiod/http-route.ts';

const gateway = (allowed: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP${allowed === '' ? '' : `, allowedRoutes: { ${allowed} }`} }]
---`;
const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ name: edge, namespace: infra }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---`;
const namespace = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
---`;
const from = (selector: string): string => `namespaces: { from: Selector, selector: { ${selector} } }`;

// Gateway API, AllowedRoutes: Same by default; istio pilot/pkg/config/kube/gateway/conversion.go, namespacesFromSelector (labels of the
// namespace, and its name as one) and referenceAllowed (kinds).
describe('whether a listener takes a route of another namespace', () => {
  test.each([
    { allowed: '', takes: false, because: 'it takes those of its own' },
    { allowed: 'namespaces: { from: All }', takes: true, because: 'it takes all' },
    {
      allowed: from('matchLabels: { team: web }'),
      has: 'team: web',
      takes: true,
      because: 'its label is asked for',
    },
    {
      allowed: from('matchLabels: { team: web }'),
      has: 'team: db',
      takes: false,
      because: 'it has another one',
    },
    {
      allowed: from('matchLabels: { team: web }'),
      takes: false,
      because: 'nobody says that it has the label',
      hint: /add Namespace shop/,
    },
    {
      allowed: from('matchLabels: { kubernetes.io/metadata.name: shop }'),
      takes: true,
      because: 'every namespace has its name',
    },
    {
      allowed: from(
        'matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [shop, cart] }]',
      ),
      takes: true,
      because: 'it is in the list',
    },
    {
      allowed: from('matchExpressions: [{ key: closed, operator: DoesNotExist }]'),
      has: 'a: b',
      takes: true,
      because: 'it lacks what it must',
    },
    {
      allowed: 'namespaces: { from: All }, kinds: [{ kind: HTTPRoute }]',
      takes: true,
      because: 'its kind is allowed',
    },
    {
      allowed: 'namespaces: { from: All }, kinds: [{ kind: GRPCRoute }]',
      takes: false,
      because: 'only calls of gRPC are',
      says: /kind HTTPRoute is not allowed/,
    },
    {
      allowed: 'namespaces: { from: All }, kinds: [{ group: example.com, kind: HTTPRoute }]',
      takes: false,
      because: 'it is a kind of another group',
      says: /kind HTTPRoute/,
    },
  ])('$allowed: $takes, as $because', ({ allowed, has, takes, says, hint }) => {
    const text = gateway(allowed) + route + (has === undefined ? '' : namespace(has));
    const { manifest, problems } = parseManifests([{ file: 'own.yaml', text }]);
    expect(problems).toEqual([]);
    expect(manifest.ignoredFields).toEqual([]);
    const of = <T>(kind: string): T[] => manifest.resources.filter((own) => own.kind === kind) as T[];
    const labels = new Map(
      manifest.resources.flatMap(({ kind, metadata }) =>
        kind === 'Namespace' ? [[metadata.name, metadata.labels] as const] : [],
      ),
    );
    const routes = of<KubernetesHttpRoute>('HTTPRoute').map((resource) => ({
      resource,
      age: { createdUs: 0, name: 'web', namespace: 'shop' },
    }));
    const gateways = of<KubernetesGateway>('KubernetesGateway');
    expect(rulesOfHttpRoutes(routes as never, [], gateways, [], [], labels)).toHaveLength(takes ? 1 : 0);
    const told = analyze(manifest.resources, manifest.others).filter(({ code }) => code === 'MS1121');
    expect(told).toHaveLength(takes ? 0 : 1);
    if (!takes) {
      expect(told[0]!.message).toMatch(says ?? /namespace "shop" is not allowed by the parent/);
      if (hint !== undefined) expect(told[0]!.hint).toMatch(hint);
    }
  });
});
