import { expect, test } from 'vitest';
import { parseManifests } from '../../src/manifest/parse.ts';
import { isPeerAuthentication, refusesPlain } from '../../src/manifest/refuses-plain.ts';
import { rootNamespaceIn } from '../../src/manifest/root-namespace.ts';
import { isWorkload } from '../../src/manifest/scale-target.ts';

const policy = (name: string, namespace: string, spec: string): string =>
  `---\n{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: ${name}, namespace: ${namespace} }, spec: { ${spec} } }\n`;
const workload = (label = ''): string =>
  `---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web${label} } }, spec: { containers: [{ name: web, image: web }] } } } }\n`;
const settings = (rootNamespace: string): string =>
  `---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: 'rootNamespace: ${rootNamespace}' } }\n`;
const strict = 'mtls: { mode: STRICT }';
const permissive = 'mtls: { mode: PERMISSIVE }';
const web = 'selector: { matchLabels: { app: web } }';
const all = (name: string) => ({ by: `PeerAuthentication ${name}`, ports: 'all' });

// istio.io, reference/config/security/peer_authentication, and its examples.
test.each([
  { because: 'nothing says so: both are taken', texts: [], told: undefined },
  { because: 'its namespace says so', texts: [policy('a', 'shop', strict)], told: all('a.shop') },
  { because: 'the mesh says so', texts: [policy('a', 'istio-system', strict)], told: all('a.istio-system') },
  { because: 'another namespace says so', texts: [policy('a', 'office', strict)], told: undefined },
  {
    because: 'its namespace goes before the mesh',
    texts: [policy('a', 'istio-system', strict), policy('b', 'shop', permissive)],
    told: undefined,
  },
  {
    because: 'its labels go before its namespace',
    texts: [policy('a', 'shop', permissive), policy('b', 'shop', `${web}, ${strict}`)],
    told: all('b.shop'),
  },
  {
    because: 'the labels are of others',
    texts: [policy('a', 'shop', `selector: { matchLabels: { app: db } }, ${strict}`)],
    told: undefined,
  },
  {
    because: 'UNSET inherits',
    texts: [policy('a', 'istio-system', strict), policy('b', 'shop', 'mtls: { mode: UNSET }')],
    told: all('a.istio-system'),
  },
  {
    because: 'a port of it takes both',
    texts: [policy('a', 'shop', `${web}, ${strict}, portLevelMtls: { 8080: { mode: DISABLE } }`)],
    told: { by: 'PeerAuthentication a.shop', ports: 'some' },
  },
  {
    because: 'a port of it alone does',
    texts: [policy('a', 'shop', `${web}, portLevelMtls: { 8080: { mode: STRICT } }`)],
    told: { by: 'PeerAuthentication a.shop', ports: 'some' },
  },
  {
    because: 'labels in the root namespace do nothing elsewhere',
    texts: [policy('a', 'istio-system', `${web}, ${strict}`)],
    told: undefined,
  },
  {
    because: 'the settings say which namespace is for all',
    texts: [policy('a', 'mesh', strict), settings('mesh')],
    told: { by: 'PeerAuthentication a.mesh', ports: 'all' },
  },
  {
    because: 'and istio-system is one like the others then',
    texts: [policy('a', 'istio-system', strict), settings('mesh')],
    told: undefined,
  },
  {
    because: 'it has no sidecar that could refuse',
    texts: [workload(', sidecar.istio.io/inject: "false"'), policy('a', 'shop', strict)],
    told: undefined,
  },
])('plain text is refused where it is told to be: $because', ({ texts, told }) => {
  const text = [...(texts.some((own) => own.includes('Deployment')) ? [] : [workload()]), ...texts].join('');
  const { manifest } = parseManifests([{ file: 'a.yaml', text }]);
  const own = manifest.resources.find(isWorkload)!;
  expect(
    refusesPlain(own, manifest.others.filter(isPeerAuthentication), rootNamespaceIn(manifest.resources)),
  ).toEqual(told);
});
