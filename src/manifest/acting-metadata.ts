import type { Cursor } from './cursor.ts';
import { actsInProxy } from './kind/injected-proxy.ts';
import { readYaml } from './located.ts';

/**
 * Labels and annotations, and the user of a pod's containers, that would act in a cluster and do not act in the model. What they hold decides: `*` of
 * a list of what is included is what there is without it.
 *
 * @param object a document of a kind that is read
 * @param group of its apiVersion
 */
export function actingMetadata(object: Cursor, group: string): readonly string[] {
  const metadata = object.at('metadata');
  const isPod = object.at('kind').text === 'Pod';
  const pod = isPod ? metadata : object.at('spec', 'template', 'metadata');
  const found = [
    ...pod.at('annotations').entries.filter(([name, { text }]) => annotationActs(name, text ?? '')),
    ...pod.at('labels').entries.filter(([name, { text }]) => name === dataplaneMode && text === 'ambient'),
    ...metadata.at('labels').entries.filter(([name, { text }]) => labelActs(name, text ?? '', object, group)),
  ];
  const fields = found.flatMap(([name, { pathText, text }]) =>
    name === proxyConfig ? settingsIn(text ?? '').map((own) => `${pathText}.${own}`) : [pathText],
  );
  return [
    ...new Set([...fields, ...proxyUsers(isPod ? object.at('spec') : object.at('spec', 'template', 'spec'))]),
  ];
}

/** Settings of one proxy. */
const settingsIn = (config: string): readonly string[] =>
  Object.entries((readYaml('', config).documents[0]?.data ?? {}) as Readonly<Record<string, unknown>>)
    .filter(([name, data]) => actsInProxy(name, data))
    .map(([name]) => name);

const proxyConfig = 'proxy.istio.io/config';
const dataplaneMode = 'istio.io/dataplane-mode';

/**
 * Of the annotations of Istio's groups (istio/api annotation/annotations.yaml) a pod's act that are neither read nor known to be idle:
 * those that say what of its traffic comes to its proxy, which proxy that is, and when it ends (pkg/kube/inject, tools/istio-iptables).
 */
function annotationActs(name: string, value: string): boolean {
  if (name === proxyConfig) return true;
  if (!/(^|\.)istio\.io\//.test(name) || idleAnnotations.test(name)) return false;
  const own = value.trim();
  switch (name) {
    case 'sidecar.istio.io/interceptionMode':
      return own === 'NONE';
    case 'sidecar.istio.io/nativeSidecar':
    case probersRewritten:
      return own === 'false';
    case 'inject.istio.io/templates':
      return own.split(',').some((each) => !['sidecar', 'gateway'].includes(each.trim()));
    case 'readiness.status.sidecar.istio.io/initialDelaySeconds':
      return own !== '0';
    case 'traffic.sidecar.istio.io/includeOutboundIPRanges':
    case 'traffic.sidecar.istio.io/includeInboundPorts':
      return own !== '*';
    default:
      return own !== '' || name === 'sidecar.istio.io/bootstrapOverride';
  }
}

/** Without it probes of HTTP come to the proxy as they are, which takes them unless it asks for mutual TLS. */
export const probersRewritten = 'sidecar.istio.io/rewriteAppHTTPProbers';

/** What is read, what istiod writes itself, and logs, metrics, images and volumes of the proxy, ztunnel's part, and where it is asked for its state. */
const idleAnnotations = new RegExp(
  `^(${[
    'sidecar\\.istio\\.io/(inject|status|proxy(CPU|CPULimit|Memory|MemoryLimit|Image|ImageType)|userVolume|userVolumeMount)',
    'sidecar\\.istio\\.io/(agentLogLevel|componentLogLevel|logLevel|discoveryAddress|extraStatTags|stats\\w+)',
    '(ambient|prometheus|galley|topology|service|security|operator)\\.istio\\.io/.+|status\\.sidecar\\.istio\\.io/port',
    'readiness\\.status\\.sidecar\\.istio\\.io/(applicationPorts|failureThreshold|periodSeconds)',
    'proxy\\.istio\\.io/overrides|istio\\.io/rev',
  ].join('|')})$`,
);

/** Of the proxy's own user nothing is caught: such calls follow no rule (tools/istio-iptables, proxy-uid). */
function proxyUsers(spec: Cursor): readonly string[] {
  const containers = spec.at('containers').items.filter((own) => own.at('name').text !== 'istio-proxy');
  if (containers.length === 0) return [];
  return [spec, ...containers]
    .map((own) => own.at('securityContext', 'runAsUser'))
    .filter((own) => own.number === 1337)
    .map((own) => own.pathText.replace(/\[\d+\]/g, '[]'));
}

/** An istiod heeds Istio's objects without a revision and those of its own (pkg/revisions, LabelsInRevision). */
function labelActs(name: string, value: string, object: Cursor, group: string): boolean {
  if (name === 'istio.io/rev') return isForIstiod(group) && value !== 'default';
  if (name === dataplaneMode) return object.at('kind').text === 'Namespace' && value === 'ambient';
  return name === 'istio.io/use-waypoint' && value !== 'none';
}

const isForIstiod = (group: string): boolean => /(^|\.)istio\.io$|^gateway\.networking\.k8s\.io$/.test(group);
