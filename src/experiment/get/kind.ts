import type { Kind } from '../../manifest/resource.ts';

/** Names that kubectl takes for each kind. */
const aliases: Readonly<Record<string, Kind | 'Pod'>> = {
  virtualservice: 'VirtualService',
  virtualservices: 'VirtualService',
  vs: 'VirtualService',
  destinationrule: 'DestinationRule',
  destinationrules: 'DestinationRule',
  dr: 'DestinationRule',
  gateway: 'Gateway',
  gateways: 'Gateway',
  gw: 'Gateway',
  gtw: 'KubernetesGateway',
  httproute: 'HTTPRoute',
  httproutes: 'HTTPRoute',
  service: 'Service',
  services: 'Service',
  svc: 'Service',
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  hpa: 'HorizontalPodAutoscaler',
  replicaset: 'ReplicaSet',
  replicasets: 'ReplicaSet',
  rs: 'ReplicaSet',
  rollout: 'Rollout',
  rollouts: 'Rollout',
  ro: 'Rollout',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  ds: 'DaemonSet',
  node: 'Node',
  nodes: 'Node',
  no: 'Node',
  namespace: 'Namespace',
  namespaces: 'Namespace',
  ns: 'Namespace',
  referencegrant: 'ReferenceGrant',
  referencegrants: 'ReferenceGrant',
  refgrant: 'ReferenceGrant',
  istiooperator: 'IstioOperator',
  istiooperators: 'IstioOperator',
  iop: 'IstioOperator',
  poddisruptionbudget: 'PodDisruptionBudget',
  poddisruptionbudgets: 'PodDisruptionBudget',
  pdb: 'PodDisruptionBudget',
  pod: 'Pod',
  pods: 'Pod',
  po: 'Pod',
};

/** All of them, for a hint. */
export const kindNames = Object.keys(aliases);

/**
 * The kind of a name as kubectl takes it, in any case; undefined: none. The two kinds called Gateway are told apart by their
 * group, as kubectl does: `gateway.gateway.networking.k8s.io`.
 */
export function kindOf(written: string): Kind | 'Pod' | undefined {
  const [name = '', ...group] = written.toLowerCase().split('.');
  const kind = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  return kind === 'Gateway' && group.join('.').endsWith('gateway.networking.k8s.io')
    ? 'KubernetesGateway'
    : kind;
}
