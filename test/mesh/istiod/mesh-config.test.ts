import { expect, test } from 'vitest';
import { notModelled } from '../../../src/manifest/not-modelled.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import { meshConfigOf } from '../../../src/mesh/istiod/mesh-config.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const configMap = (settings: string): string =>
  `{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: ${JSON.stringify(settings)} } }`;
const operator = (settings: string, rest = ''): string =>
  `{ apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, spec: { profile: default, meshConfig: ${settings}${rest} } }`;

const settingsOf = (...texts: string[]) =>
  meshConfigOf(applyResources(emptyRegistry, resources(...texts), 0).registry);

// istio.io, Customizing the installation configuration: spec.meshConfig becomes the ConfigMap `istio`.
test.each([
  {
    settings: '{ outboundTrafficPolicy: { mode: REGISTRY_ONLY } }',
    read: { outboundTrafficPolicy: 'REGISTRY_ONLY' },
  },
  { settings: '{ defaultHttpRetryPolicy: { attempts: 0 } }', read: { defaultHttpRetry: { attempts: 0 } } },
  { settings: '{ defaultVirtualServiceExportTo: ["."] }', read: { defaultVirtualServiceExportTo: ['.'] } },
  { settings: '{ pathNormalization: { normalization: NONE } }', read: { pathNormalization: 'NONE' } },
])('an IstioOperator says of the mesh what its ConfigMap says: $settings', ({ settings, read }) => {
  expect(settingsOf(operator(settings))).toMatchObject(read);
  expect(settingsOf(operator(settings))).toEqual(settingsOf(configMap(settings)));
});

test('what came of the installation goes before what it was to be', () => {
  const [all, known] = ['ALLOW_ANY', 'REGISTRY_ONLY'].map(
    (mode) => `{ outboundTrafficPolicy: { mode: ${mode} } }`,
  );
  expect(settingsOf(operator(all!), configMap(known!)).outboundTrafficPolicy).toBe('REGISTRY_ONLY');
});

test('of an IstioOperator, too, settings that would act and are not read are told', () => {
  const text = operator('{ connectTimeout: 1s, accessLogFile: /dev/stdout }', ', values: { pilot: {} }');
  const { manifest, problems } = parseManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  expect(notModelled([manifest])).toEqual([
    { about: 'field', kind: 'IstioOperator', field: 'spec.values' },
    { about: 'field', kind: 'IstioOperator', field: 'spec.meshConfig.connectTimeout' },
  ]);
});
