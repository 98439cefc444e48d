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

/** Settings that are not read, but for those of which it is known that no request meets them. */
export const actingSettings = (mesh: Cursor): readonly Cursor[] =>
  [
    ...mesh.entries.filter(acts),
    ...mesh.at('outboundTrafficPolicy').entries.filter(([name]) => name !== 'mode'),
    ...mesh.at('defaultHttpRetryPolicy').entries.filter(actsInRetries),
    ...mesh.at('defaultConfig').entries.filter(actsForAll),
  ].map(([, own]) => own);

const meshIn = ({ documents }: ReturnType<typeof readYaml>): Cursor =>
  new Cursor(documents[0]?.data ?? {}, [], [] as Finding[]);

/** Beside BASE, which DEFAULT stands for as well. */
const otherNormalizations = ['NONE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const;

/** A setting acts that is neither read, nor idle, nor what holds without it. */
const acts = ([name, { data }]: readonly [string, Cursor]): boolean =>
  !readSettings.has(name) &&
  !idleSettings.test(name) &&
  JSON.stringify(data ?? null) !== JSON.stringify(withoutIt[name] ?? null);

/** What is told of them is told by their parts. */
const readSettings: ReadonlySet<string> = new Set([
  'outboundTrafficPolicy',
  'defaultServiceExportTo',
  'defaultVirtualServiceExportTo',
  'defaultDestinationRuleExportTo',
  'localityLbSetting',
  'zoneAwareLbSetting',
  'defaultHttpRetryPolicy',
  'defaultConfig',
  'rootNamespace',
  'ingressControllerMode',
  'ingressClass',
  'pathNormalization',
]);

/**
 * What no request meets: logs, traces and metrics; certificates, which are taken to be right; ports of the proxy itself; other
 * clusters and ztunnels; how often names are looked up that change in no scenario; which pods serve an Ingress, of which it is told
 * by itself; what former Istios knew and istiod passes over (the names that the file reserves).
 */
const idleSettings = new RegExp(
  `^(${[
    'accessLog(File|Format|Encoding)|enableEnvoyAccessLogService|disableEnvoyListenerLog|enableTracing',
    '(in|out)boundClusterStatName|enablePrometheusMerge|extensionProviders|defaultProviders',
    'trustDomain(Aliases)?|ca|caCertificates|certificates|verifyCertificateAtClient|meshMTLS|tlsDefaults',
    'proxyListenPort|proxyInboundListenPort|proxyHttpPort|ingressService|ingressSelector',
    'serviceSettings|serviceScopeConfigs|hboneIdleTimeout|dnsRefreshRate',
    'mixer\\w+|disablePolicyChecks|disableMixerHttpReports|policyCheckFailOpen|sidecarToTelemetrySessionAffinity',
    'authPolicy|rdsRefreshDelay|enableClientSidePolicyCheck|sdsUdsPath|sdsRefreshDelay|enableSdsTokenMount',
    'sdsUseK8sSaJwt|disableReportBatch|reportBatchMax(Entries|Time)',
  ].join('|')})$`,
);

/** What holds where a setting is absent, which says the same (pkg/config/mesh/mesh.go, DefaultMeshConfig). */
const withoutIt: Readonly<Record<string, unknown>> = {
  connectTimeout: '10s',
  enableAutoMtls: true,
  discoverySelectors: [],
  configSources: [],
  h2UpgradePolicy: 'DO_NOT_UPGRADE',
  inboundTrafficPolicy: { mode: 'PASSTHROUGH' },
  protocolDetectionTimeout: '0s',
};

const actsInRetries = ([name, { data }]: readonly [string, Cursor]): boolean =>
  name === 'retryRemoteLocalities' && data === true;

/** A pod's annotation is read. */
const actsForAll = ([name, { data }]: readonly [string, Cursor]): boolean =>
  name === 'holdApplicationUntilProxyStarts' ? data === true : actsInProxy(name, data);

const exported = (own: Cursor): readonly string[] => (own.texts.length === 0 ? ['*'] : own.texts);
