import { Cursor } from '../cursor.ts';
import type { Finding } from '../finding.ts';
import { readYaml } from '../located.ts';
import type { MeshConfig } from '../resource.ts';
import { defaultRootNamespace } from '../root-namespace.ts';
import { map, text } from '../schema.ts';
import { readHttpRetry } from './http-retry.ts';
import { actsInProxy } from './injected-proxy.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { present } from './present.ts';
import { readLocality } from './traffic-policy.ts';

/**
 * Istio's MeshConfig as an installation keeps it: the text `mesh` of the ConfigMap `istio` (or `istio-REVISION`) in the root
 * namespace (istio/api mesh/v1alpha1/config.proto).
 */
export const meshConfig: KindReader<'MeshConfig'> = {
  kind: 'MeshConfig',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  // Other settings of Istio lie in ConfigMaps of such names, too.
  concerns: ({ name, namespace, keys }) =>
    namespace === 'istio-system' && /^istio(-|$)/.test(name) && (name === 'istio' || keys.includes('mesh')),
  part: 'data',
  fields: objectFields(map(text), 'data'),
  checkName: checkSubdomain,
  leftOut(object) {
    const { text = '' } = object.at('data', 'mesh');
    return actingSettings(meshIn(readYaml('mesh', text))).map((own) => `data.mesh.${own.pathText}`);
  },
  read(data) {
    const written = data.at('mesh');
    const yaml = readYaml('mesh', written.text ?? '');
    if (yaml.problems.length > 0) written.invalid(`the text is no YAML: ${yaml.problems[0]!.message}`);
    return readMesh(meshIn(yaml));
  },
};

/** What the model reads of mesh/v1alpha1/config.proto. */
export function readMesh(mesh: Cursor): MeshConfig['spec'] {
  const mode = mesh.at('outboundTrafficPolicy', 'mode').text;
  const [locality, zoneAware] = [mesh.at('localityLbSetting'), mesh.at('zoneAwareLbSetting')];
  const retries = mesh.at('defaultHttpRetryPolicy');
  const normalization = mesh.at('pathNormalization', 'normalization').text;
  return {
    outboundTrafficPolicy: mode === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
    defaultServiceExportTo: exported(mesh.at('defaultServiceExportTo')),
    defaultVirtualServiceExportTo: exported(mesh.at('defaultVirtualServiceExportTo')),
    defaultDestinationRuleExportTo: exported(mesh.at('defaultDestinationRuleExportTo')),
    loadBalancer: {
      ...(locality.isSet ? { locality: readLocality(locality) } : {}),
      ...(zoneAware.isSet ? { zoneAware: readLocality(zoneAware) } : {}),
    },
    ...(retries.isSet ? { defaultHttpRetry: readHttpRetry(retries) } : {}),
    rootNamespace: mesh.at('rootNamespace').text ?? defaultRootNamespace,
    ...present({ ingress: readIngress(mesh) }),
    ...present({ pathNormalization: otherNormalizations.find((own) => own === normalization) }),
  };
}

/** Of which Ingresses istiod makes rules; undefined: of class istio. */
function readIngress(mesh: Cursor): MeshConfig['spec']['ingress'] {
  const [mode, className] = [mesh.at('ingressControllerMode').text, mesh.at('ingressClass').text];
  return mode === undefined && className === undefined ? undefined : present({ mode, className });
}

/** Settings that would act and are not read. */
export const actingSettings = (mesh: Cursor): readonly Cursor[] =>
  [
    ...mesh.entries.filter(acts),
    ...mesh.at('defaultHttpRetryPolicy').entries.filter(actsInRetries),
    ...mesh.at('defaultConfig').entries.filter(actsForAll),
  ].map(([, own]) => own);

const meshIn = ({ documents }: ReturnType<typeof readYaml>): Cursor =>
  new Cursor(documents[0]?.data ?? {}, [], [] as Finding[]);

/** Beside BASE, which DEFAULT stands for as well. */
const otherNormalizations = ['NONE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const;

/** Settings that change what a proxy does with requests, unless they say what holds without them. */
function acts([name, { data }]: readonly [string, Cursor]): boolean {
  switch (name) {
    case 'connectTimeout':
      return data !== '10s';
    case 'enableAutoMtls':
      return data === false;
    case 'discoverySelectors':
      return !Array.isArray(data) || data.length > 0;
    case 'h2UpgradePolicy':
      return data !== 'DO_NOT_UPGRADE';
    case 'configSources':
    case 'inboundTrafficPolicy':
    case 'protocolDetectionTimeout':
    case 'serviceSettings':
    case 'tcpKeepalive':
      return true;
    default:
      return false;
  }
}

const actsInRetries = ([name, { data }]: readonly [string, Cursor]): boolean =>
  name === 'retryRemoteLocalities' && data === true;

/** A pod's annotation is read. */
const actsForAll = ([name, { data }]: readonly [string, Cursor]): boolean =>
  name === 'holdApplicationUntilProxyStarts' ? data === true : actsInProxy(name, data);

const exported = (own: Cursor): readonly string[] => (own.texts.length === 0 ? ['*'] : own.texts);
