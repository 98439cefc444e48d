import { expect, test } from 'vitest';
import { manifestWeights } from '../../../src/experiment/check/manifest-weights.ts';

const virtualService = (name: string, http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  hosts: [${name}]
  http:
${http}`;

const half = `
  - route:
    - destination: { host: reviews, subset: v1 }
      weight: 50
    - destination: { host: reviews, subset: v3 }
      weight: 50`;

const weights = (text: string, host?: string, route?: string) =>
  manifestWeights([{ file: 'a.yaml', text }], host, route);

test('a VirtualService gives the weights of its subsets', () => {
  const { services, problems, notes } = weights(virtualService('reviews', half));
  expect(problems.filter((own) => own.severity === 'error')).toEqual([]);
  expect(services).toEqual([
    {
      service: 'reviews',
      weights: { keys: ['v1', 'v3'], values: [50, 50] },
      areServices: false,
      origin: 'VirtualService reviews, route 1 of 1',
    },
  ]);
  expect(notes).toEqual([]);
});

test('of several routes the catch-all counts, unless one is named', () => {
  const text = virtualService(
    'reviews',
    `
  - name: testers
    match: [{ headers: { end-user: { exact: jason } } }]
    route: [{ destination: { host: reviews, subset: v2 } }]${half}`,
  );
  const all = weights(text);
  expect(all.services[0]!.weights.keys).toEqual(['v1', 'v3']);
  expect(all.notes[0]).toMatch(/route 2 of 2 counts; reviews has 2 routes/);
  const named = weights(text, 'reviews', 'testers');
  expect(named.services[0]!.weights).toEqual({ keys: ['v2'], values: [100] });
  expect(named.notes).toEqual([]);
});

test.each(['reviews', 'reviews.default', 'reviews.default.svc.cluster.local'])(
  '--host %s finds a short host',
  (host) => {
    expect(weights(virtualService('reviews', half), host).services).toHaveLength(1);
  },
);

test('another host finds nothing; several services are all given', () => {
  const text = `${virtualService('reviews', half)}\n---\n${virtualService('ratings', half.replaceAll('reviews', 'ratings'))}`;
  expect(weights(text, 'details').services).toEqual([]);
  expect(weights(text).services.map((own) => own.service)).toEqual(['reviews', 'ratings']);
});

test('an omitted weight among several is 0; versions may be services of their own', () => {
  const text = virtualService(
    'reviews',
    `
  - route:
    - destination: { host: reviews-v1.default.svc.cluster.local }
      weight: 100
    - destination: { host: reviews-v3 }`,
  );
  expect(weights(text).services).toEqual([
    {
      service: 'reviews',
      weights: { keys: ['reviews-v1', 'reviews-v3'], values: [100, 0] },
      areServices: true,
      origin: 'VirtualService reviews, route 1 of 1',
    },
  ]);
});

const httpRoute = (rules: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews-route }
spec:
  parentRefs: [{ group: '', kind: Service, name: reviews, port: 9080 }]
  rules: ${rules}`;

test('an HTTPRoute gives the weights of its backends, 1 where it names none', () => {
  const text = httpRoute(
    '[{ backendRefs: [{ name: reviews-v1, port: 9080, weight: 9 }, { name: reviews-v3, port: 9080 }] }]',
  );
  expect(weights(text, 'reviews').services).toEqual([
    {
      service: 'reviews',
      weights: { keys: ['reviews-v1', 'reviews-v3'], values: [9, 1] },
      areServices: true,
      origin: 'HTTPRoute reviews-route, rule 1 of 1',
    },
  ]);
});

test('an HTTPRoute that is none is a problem with its place', () => {
  expect(weights(httpRoute('[{ backendRefs: [{ port: 80, weight: 9 }] }]')).problems).toEqual([
    expect.objectContaining({
      severity: 'error',
      line: 7,
      message: 'spec.rules[0].backendRefs[0].name: Required value',
    }),
  ]);
});
