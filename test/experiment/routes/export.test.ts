import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configurationFor } from '../../../src/experiment/routes/configuration.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import { toEnvoy } from '../../../src/mesh/istiod/view/to-envoy.ts';

/** What `kubectl get -o yaml` writes beside what somebody applied. */
const exported = (
  kind: string,
  name: string,
  apiVersion: string,
  spec: object,
  second: number,
  namespace = 'shop',
) => ({
  apiVersion,
  kind,
  metadata: {
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"old":true}}' },
    creationTimestamp: `2024-05-01T10:00:0${second}Z`,
    generation: 3,
    managedFields: [
      {
        apiVersion,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { '.': {} } },
        manager: 'kubectl',
        operation: 'Update',
        time: '2024-05-01T10:00:00Z',
      },
    ],
    name,
    namespace,
    resourceVersion: '123456',
    uid: '8a1f2c5e-0000-4000-8000-000000000000',
  },
  spec,
  status: {},
});

const istio = 'networking.istio.io/v1';
const to = (subset: string, weight = 100) => ({ destination: { host: 'reviews', subset }, weight });
const service = (name: string, second: number) =>
  exported(
    'Service',
    name,
    'v1',
    {
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'http', port: 9080, protocol: 'TCP', targetPort: 9080 }],
      selector: { app: name },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    second,
  );

/** Several rules of one host, equal ages and all, names and patterns, a Gateway, kinds that nobody reads. */
const objects: readonly object[] = [
  service('reviews', 1),
  service('ratings', 1),
  service('details', 0),
  exported(
    'DestinationRule',
    'b',
    istio,
    { host: 'reviews', subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
    2,
  ),
  exported(
    'DestinationRule',
    'a',
    istio,
    {
      host: 'reviews',
      subsets: [{ name: 'v2', labels: { version: 'v2' } }],
      trafficPolicy: { loadBalancer: { simple: 'RANDOM' } },
    },
    2,
  ),
  exported('VirtualService', 'second', istio, { hosts: ['reviews'], http: [{ route: [to('v2')] }] }, 4),
  exported(
    'VirtualService',
    'first',
    istio,
    { hosts: ['reviews'], http: [{ route: [to('v1', 90), to('v2', 10)] }] },
    4,
  ),
  exported('VirtualService', 'wide', istio, { hosts: ['*.local'], http: [{ route: [to('v2')] }] }, 0),
  exported(
    'VirtualService',
    'entry',
    istio,
    { hosts: ['*'], gateways: ['door'], http: [{ match: [{ uri: { prefix: '/a' } }], route: [to('v1')] }] },
    5,
  ),
  exported(
    'VirtualService',
    'other-entry',
    istio,
    { hosts: ['*'], gateways: ['door'], http: [{ route: [to('v2')] }] },
    5,
  ),
  exported(
    'Gateway',
    'door',
    istio,
    {
      selector: { istio: 'ingressgateway' },
      servers: [{ hosts: ['*'], port: { name: 'http', number: 80, protocol: 'HTTP' } }],
    },
    3,
  ),
  exported('AuthorizationPolicy', 'deny', 'security.istio.io/v1', {}, 3),
  { ...exported('ConfigMap', 'words', 'v1', {}, 3), data: { a: 'b' } },
];

const asList = (items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } });

function envoyOf(files: readonly (readonly object[])[], type: 'sidecar' | 'gateway') {
  const { manifest, problems } = parseManifests(
    files.flatMap((items, index) =>
      items.length === 0 ? [] : [{ file: `${index}.json`, text: asList(items) }],
    ),
  );
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const wanted = { type, namespace: type === 'sidecar' ? 'shop' : undefined, labels: undefined };
  const { configuration, standings } = configurationFor(manifest.resources, wanted);
  return JSON.stringify([toEnvoy(configuration), standings]);
}

// pilot/pkg/model/config.go, sortConfigByCreationTime: the order of files and documents is never the order of rules.
test.each(['sidecar', 'gateway'] as const)(
  'an export gives a %s the same routes whatever the order of its Lists, and however many there are',
  (type) => {
    const expected = envoyOf([objects], type);
    expect(expected).toContain(type === 'sidecar' ? '"weight":90' : '"prefix":"/a"');
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...objects], { minLength: objects.length }),
        fc.array(fc.integer({ min: 0, max: objects.length }), { maxLength: 3 }),
        (shuffled, cuts) => {
          const places = [0, ...cuts.sort((a, b) => a - b), objects.length];
          const files = places.slice(1).map((end, index) => shuffled.slice(places[index], end));
          expect(envoyOf(files, type)).toBe(expected);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  },
);
