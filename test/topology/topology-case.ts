import { parseAllDocuments, stringify } from 'yaml';
import type { Resource } from '../../src/manifest/resource.ts';
import type { ProxyIdentity } from '../../src/mesh/envoy/proxy-identity.ts';
import { applyResources, emptyRegistry, type Registry } from '../../src/mesh/kubernetes/registry.ts';
import { resources } from '../support/world.ts';
import sample from './sample.json' with { type: 'json' };

/** A case of sample.json; what its fields mean stands there, in `about`. */
export interface TopologyCase {
  readonly id: string;
  readonly topic: string;
  readonly because: string;
  readonly manifests: string;
  /** Where it departs from Istio's default MeshConfig. */
  readonly mesh?: Readonly<Record<string, unknown>>;
  readonly pods?: readonly CasePod[];
  readonly proxy: CasePlace & { readonly type: string; readonly name?: string };
  readonly question: Question;
  readonly expect: Readonly<Record<string, unknown>>;
}

interface CasePlace {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** "region/zone/sub-zone" */
  readonly locality?: string;
  readonly node?: string;
  readonly network?: string;
  readonly cluster?: string;
}

export interface CasePod extends CasePlace {
  readonly name: string;
  readonly ip: string;
  readonly ready?: boolean;
}

export interface Question {
  readonly ask: string;
  readonly [detail: string]: unknown;
}

export const cases = sample.cases as unknown as readonly TopologyCase[];

/** What is asked: a mesh, a proxy in it, and the pods that there are. */
export interface Asked {
  readonly registry: Registry;
  readonly manifests: readonly Resource[];
  readonly proxy: ProxyIdentity;
  readonly pods: readonly CasePod[];
}

export function askedOf({ manifests, mesh, proxy, pods = [] }: TopologyCase): Asked {
  const texts = [...dated(manifests), ...(mesh === undefined ? [] : [meshConfig(mesh)])];
  const all = resources(...texts);
  const { registry } = applyResources(emptyRegistry, all, 0);
  if (proxy.type !== 'sidecar' && proxy.type !== 'gateway') throw new Error(`no such proxy: ${proxy.type}`);
  return {
    registry,
    manifests: all,
    proxy: { type: proxy.type, namespace: proxy.namespace, labels: topologyLabels(proxy) },
    pods: pods.map((pod) => ({ ...pod, labels: topologyLabels(pod) })),
  };
}

/** The order of documents is that of their creation, a second apart. */
function dated(manifests: string): string[] {
  return parseAllDocuments(manifests).map((document, place) => {
    const second = String(place).padStart(2, '0');
    document.setIn(['metadata', 'creationTimestamp'], `2026-01-01T00:00:${second}Z`);
    return document.toString();
  });
}

/** Istio reads its MeshConfig from a ConfigMap. */
const meshConfig = (mesh: Readonly<Record<string, unknown>>): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: stringify(spelled(mesh)) },
  });

/** The policy is an object with a mode there. */
const spelled = ({ outboundTrafficPolicy: policy, ...mesh }: Readonly<Record<string, unknown>>) => ({
  ...mesh,
  ...(policy === undefined
    ? {}
    : { outboundTrafficPolicy: typeof policy === 'string' ? { mode: policy } : policy }),
});

/** Labels that follow from where something runs. */
function topologyLabels({
  labels = {},
  locality = '',
  node,
  network,
  cluster,
}: CasePlace): Record<string, string> {
  const [region, zone, subZone] = locality.split('/');
  return {
    ...labels,
    ...(region ? { 'topology.kubernetes.io/region': region } : {}),
    ...(zone ? { 'topology.kubernetes.io/zone': zone } : {}),
    ...(subZone ? { 'topology.istio.io/subzone': subZone } : {}),
    ...(node === undefined ? {} : { 'kubernetes.io/hostname': node }),
    ...(network === undefined ? {} : { 'topology.istio.io/network': network }),
    ...(cluster === undefined ? {} : { 'topology.istio.io/cluster': cluster }),
  };
}
