import { expect, test } from 'vitest';
import { isExportedTo } from '../../../src/manifest/export.ts';
import { meshConfigOf } from '../../../src/mesh/istiod/mesh-config.ts';
import { chosenOf, servicesOf } from '../../../src/mesh/istiod/mesh-service.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const entry = (name: string, port: number, namespace = 'default', more = 'resolution: DNS'): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [api.example.com], ports: [{ number: ${port}, name: http-${port}, protocol: HTTP }], ${more} }
---`;

// pilot/pkg/model/sidecar.go, canMergeServices.
test.each([
  { other: entry('b', 8080), ports: [80, 8080], because: 'they differ in their ports alone' },
  { other: entry('b', 8080, 'other'), ports: [80], because: 'one is of another namespace' },
  {
    other: entry('b', 8080, 'default', 'resolution: NONE'),
    ports: [80],
    because: 'their endpoints are found in other ways',
  },
  {
    other: entry('b', 8080, 'default', 'resolution: DNS, exportTo: ["."]'),
    ports: [80],
    because: 'others may see the second',
  },
])('of two ServiceEntries for one host a caller sees the ports $ports: $because', ({ other, ports }) => {
  const { registry } = applyResources(emptyRegistry, resources(entry('a', 80) + other), 0);
  const [seen, ...more] = chosenOf(servicesOf(registry, meshConfigOf(registry)), 'default');
  expect(more).toEqual([]);
  expect(seen!.ports.map(({ port }) => port)).toEqual(ports);
});

// pilot/pkg/serviceregistry/kube/conversion.go: networking.istio.io/exportTo of a Service, in place of the mesh's default.
test.each([
  { annotation: '"."', seenBy: ['default'] },
  { annotation: '"third,other"', seenBy: ['other', 'third'] },
  { annotation: '"~"', seenBy: [] },
  { annotation: undefined, seenBy: ['default', 'other', 'third'] },
])('a Service annotated with exportTo $annotation is seen from $seenBy', ({ annotation, seenBy }) => {
  const annotations =
    annotation === undefined ? '' : `, annotations: { networking.istio.io/exportTo: ${annotation} }`;
  const { registry } = applyResources(
    emptyRegistry,
    resources(`
apiVersion: v1
kind: Service
metadata: { name: back, namespace: default${annotations} }
spec: { selector: { app: back }, ports: [{ name: http, port: 80 }] }
---`),
    0,
  );
  const services = servicesOf(registry, meshConfigOf(registry));
  const sees = (namespace: string): boolean =>
    chosenOf(services, namespace).some(
      ({ host, exportTo, namespace: own }) =>
        host === 'back.default.svc.cluster.local' && isExportedTo(exportTo, own, namespace),
    );
  expect(['default', 'other', 'third'].filter(sees)).toEqual(seenBy);
});

// kube/conversion.go, ConvertService; core/cluster.go, convertResolution.
test.each([
  { spec: '', resolution: 'EDS', because: 'its endpoints come from istiod' },
  { spec: 'clusterIP: 10.0.0.1, ', resolution: 'EDS', because: 'an address changes nothing' },
  {
    spec: 'clusterIP: None, ',
    resolution: 'ORIGINAL_DST',
    because: 'it has no address: the caller’s DNS has chosen',
  },
  {
    spec: 'type: ExternalName, externalName: example.com, ',
    resolution: 'ALIAS',
    because: 'it is another name',
  },
])('a Service of { $spec} is reached by $resolution: $because', ({ spec, resolution }) => {
  const web = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ${spec}selector: { app: web }, ports: [{ name: http, port: 80 }] }
---`;
  const { registry } = applyResources(emptyRegistry, resources(web), 0);
  const own = servicesOf(registry, meshConfigOf(registry)).find(({ host }) => host.startsWith('web.'));
  expect(own!.resolution).toBe(resolution);
});
