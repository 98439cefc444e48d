import { expect, test } from 'vitest';
import { ServiceNames } from '../../../src/manifest/service-names.ts';
import { SplitKeys, versionsOf } from '../../../src/mesh/telemetry/split-key.ts';
import { podOf } from '../../../src/mesh/kubernetes/pod.ts';
import { deployment, resources, service, subsets } from '../../support/world.ts';

const selecting = (name: string, selector: string): string =>
  service(name).replace(`{ app: ${name} }`, `{ ${selector} }`);
const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews }
spec:
  parentRefs: [{ group: '', kind: Service, name: reviews }]
  rules: [{ backendRefs: [{ name: reviews-v1, port: 9080 }, { name: canary, port: 9080 }] }]
---`;
const versions = [
  service('reviews'),
  selecting('reviews-v1', 'app: reviews, version: v1'),
  selecting('reviews-v2', 'app: reviews, version: v2'),
  selecting('canary', 'app: canary'),
];

/** By which name a request that reached a pod of this app and version counts among those to reviews. */
function nameOf(app: string, version: string, ...texts: string[]): string {
  const all = resources(deployment(app, version), ...texts);
  const names = new ServiceNames(all.filter((own) => own.kind === 'Service').map((own) => own.metadata));
  const keys = new SplitKeys(names, versionsOf(all, names));
  const [own] = all.flatMap((one) => (one.kind === 'Deployment' ? podOf(one, '', 0) : []));
  return keys.name[keys.ofPod('reviews', own!)]!;
}

test.each([
  { app: 'reviews', version: 'v1', name: 'reviews-v1', because: 'the Service that the route sends to' },
  { app: 'canary', version: 'v9', name: 'canary', because: 'also where it has other labels altogether' },
  {
    app: 'reviews',
    version: 'v2',
    name: 'reviews-v2',
    because: 'and any other Service of a part of the pods',
  },
  { app: 'reviews', version: 'v3', name: 'v3', because: 'without one, the label of the pod' },
])('$app $version counts as $name: $because', ({ app, version, name }) => {
  expect(nameOf(app, version, ...versions, route)).toBe(name);
});

test('without an HTTPRoute that splits, Services of versions name nothing; subsets do, and go first', () => {
  expect(nameOf('reviews', 'v1', ...versions)).toBe('v1');
  expect(nameOf('reviews', 'v1', ...versions, subsets('reviews', 'v1'), route)).toBe('v1');
});

test('a destination is told by its subset, by another Service, or, as -1, only by the pod', () => {
  const all = resources(...versions);
  const names = new ServiceNames(all.flatMap((own) => (own.kind === 'Service' ? [own.metadata] : [])));
  const keys = new SplitKeys(names, versionsOf(all, names));
  const keyOf = (cluster: string): string | number => {
    const key = keys.ofCluster('reviews', { name: `outbound|9080|${cluster}.default.svc.cluster.local` });
    return key < 0 ? key : keys.name[key]!;
  };
  expect([keyOf('v1|reviews'), keyOf('|canary'), keyOf('|reviews')]).toEqual(['v1', 'canary', -1]);
});

// A Service selects pods of its own namespace alone.
test('a Service of another namespace names no version, whatever its labels', () => {
  const theirs = selecting('theirs', 'app: reviews, version: v3').replace(
    'name: theirs }',
    'name: theirs, namespace: other }',
  );
  expect(theirs).toContain('namespace: other');
  expect(nameOf('reviews', 'v3', ...versions, theirs, route)).toBe('v3');
});
