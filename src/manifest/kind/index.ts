import type { Kind } from '../resource.ts';
import { barePod } from './bare-pod.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { destinationRule } from './destination-rule.ts';
import { gateway } from './gateway.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { grpcRoute } from './gateway-api-grpc-route.ts';
import { tcpRoute, tlsRoute } from './gateway-api-l4-route.ts';
import { referenceGrant } from './gateway-api-reference-grant.ts';
import { httpRoute } from './gateway-api-http-route.ts';
import { kubernetesGateway } from './gateway-api-gateway.ts';
import { istioOperator } from './istio-operator.ts';
import type { KindReader } from './kind.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { meshConfig } from './mesh-config.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { replicaSet } from './replica-set.ts';
import { rollout } from './rollout.ts';
import { serviceEntry } from './service-entry.ts';
import { service } from './service.ts';
import { sidecar } from './sidecar.ts';
import { statefulSet } from './stateful-set.ts';
import { virtualService } from './virtual-service.ts';
import { workloadEntry } from './workload-entry.ts';

/** The kinds that the model reads. */
export const kinds: { readonly [K in Kind]: KindReader<K> } = {
  VirtualService: virtualService,
  DestinationRule: destinationRule,
  Gateway: gateway,
  Service: service,
  Deployment: deployment,
  HorizontalPodAutoscaler: horizontalPodAutoscaler,
  ReplicaSet: replicaSet,
  Rollout: rollout,
  KubernetesGateway: kubernetesGateway,
  HTTPRoute: httpRoute,
  GRPCRoute: grpcRoute,
  TCPRoute: tcpRoute,
  TLSRoute: tlsRoute,
  ReferenceGrant: referenceGrant,
  Namespace: namespace,
  Node: node,
  ServiceEntry: serviceEntry,
  WorkloadEntry: workloadEntry,
  Sidecar: sidecar,
  MeshConfig: meshConfig,
  IstioOperator: istioOperator,
  PodDisruptionBudget: podDisruptionBudget,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  BarePod: barePod,
};
