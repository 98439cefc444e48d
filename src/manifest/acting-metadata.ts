import type { Cursor } from './cursor.ts';
import { actsInProxy } from './kind/injected-proxy.ts';
import { readYaml } from './located.ts';

/**
 * Labels and annotations that would act in a cluster and do not act in the model. What they hold decides: `*` of
 * a list of what is included is what there is without it.
 *
 * @param object a document of a kind that is read
 * @param group of its apiVersion
 */
export function actingMetadata(object: Cursor, group: string): readonly string[] {
  const metadata = object.at('metadata');
  const pod = object.at('kind').text === 'Pod' ? metadata : object.at('spec', 'template', 'metadata');
  const found = [
    ...pod.at('annotations').entries.filter(([name, { text }]) => annotationActs(name, text ?? '')),
    ...pod.at('labels').entries.filter(([name, { text }]) => name === dataplaneMode && text === 'ambient'),
    ...metadata.at('labels').entries.filter(([name, { text }]) => labelActs(name, text ?? '', object, group)),
  ];
  const fields = found.flatMap(([name, { pathText, text }]) =>
    name === proxyConfig ? settingsIn(text ?? '').map((own) => `${pathText}.${own}`) : [pathText],
  );
  return [...new Set(fields)];
}

/** Settings of one proxy. */
const settingsIn = (config: string): readonly string[] =>
  Object.entries((readYaml('', config).documents[0]?.data ?? {}) as Readonly<Record<string, unknown>>)
    .filter(([name, data]) => actsInProxy(name, data))
    .map(([name]) => name);

const proxyConfig = 'proxy.istio.io/config';
const dataplaneMode = 'istio.io/dataplane-mode';

/** What of a pod's traffic comes to its proxy (pkg/kube/inject, tools/istio-iptables). */
function annotationActs(name: string, value: string): boolean {
  if (name === 'sidecar.istio.io/interceptionMode') return value === 'NONE';
  if (name === 'sidecar.istio.io/bootstrapOverride') return true;
  if (name === proxyConfig) return true;
  if (!/^traffic\.sidecar\.istio\.io\/(in|ex)clude/.test(name)) return false;
  const own = value.trim();
  if (/includeOutboundIPRanges|includeInboundPorts/.test(name)) return own !== '*';
  return own !== '';
}

/** An istiod heeds Istio's objects without a revision and those of its own (pkg/revisions, LabelsInRevision). */
function labelActs(name: string, value: string, object: Cursor, group: string): boolean {
  if (name === 'istio.io/rev') return isForIstiod(group) && value !== 'default';
  if (name === dataplaneMode) return object.at('kind').text === 'Namespace' && value === 'ambient';
  return name === 'istio.io/use-waypoint' && value !== 'none';
}

const isForIstiod = (group: string): boolean => /(^|\.)istio\.io$|^gateway\.networking\.k8s\.io$/.test(group);
