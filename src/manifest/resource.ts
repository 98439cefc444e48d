/**
 * The resources that the model reads, after checking: plain readonly objects with Istio's and Kubernetes' own
 * field names, defaults of the API not yet applied (an omitted weight stays undefined), durations parsed to
 * microseconds. Everything the text said, modelled or not, stays in `source` for `meshshift get`. One file, as a dictionary is: what
 * the kinds share and how they refer to each other is seen at once.
 */
import type { LabelExpression, LabelSelector } from './labels.ts';
import type { LeftOut } from './left-out.ts';
import type { LoadBalancer, TrafficPolicy } from './kind/traffic-policy.ts';

export interface ResourceMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface ResourceBase {
  readonly apiVersion: string;
  readonly metadata: ResourceMeta;
  /** The whole document as plain data, in the order it was written. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Where the document begins. */
  readonly file: string;
  readonly line: number;
}

/**
 * A document as it was written: one that is read, one of a kind that is not (Pod, Secret, EnvoyFilter), or one that was refused.
 * What it says is known all the same, to whoever asks what others refer to.
 */
export interface WrittenObject extends ResourceBase {
  readonly kind: string;
}

/** Exactly one of the fields is set; `{}` on a header means "present" (Istio's rule). */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface HttpMatch {
  readonly name?: string;
  readonly uri?: StringMatch;
  readonly ignoreUriCase?: boolean;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly queryParams?: Readonly<Record<string, StringMatch>>;
  readonly port?: number;
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
}

export interface Destination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: number;
}

export interface RouteDestination {
  readonly destination: Destination;
  /** As written; undefined where omitted (Istio: 0 among several destinations, irrelevant for one). */
  readonly weight?: number;
  /** Of requests that go there, and of their answers. */
  readonly headers?: Headers;
}

/** What a rule does to headers; names as they are written. */
export interface Headers {
  readonly request?: HeaderEdits;
  readonly response?: HeaderEdits;
}

export interface HeaderEdits {
  /** In place of what is there. */
  readonly set: Readonly<Record<string, string>>;
  /** Beside what is there. */
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface HttpFault {
  readonly delay?: { readonly percent: number; readonly fixedDelayUs: number };
  readonly abort?: { readonly percent: number } & (
    { readonly httpStatus: number } | { readonly grpcStatus: GrpcStatus }
  );
}

/** The number that goes with the word (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md). */
export type GrpcStatus = number;

/** What a browser of another origin may ask; the filter that answers it is not modelled. */
export interface CorsPolicy {
  readonly allowOrigins: readonly StringMatch[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly allowCredentials?: boolean;
  /** False: a preflight that fits no origin is answered by the proxy. */
  readonly forwardsUnmatched: boolean;
}

export interface HttpRetry {
  readonly attempts: number;
  readonly perTryTimeoutUs?: number;
  readonly retryOn?: string;
  readonly backoffUs?: number;
  /** undefined: as Istio's default, true. False: a retry may go to an endpoint that was tried. */
  readonly ignorePreviousHosts?: boolean;
}

export interface HttpMirror {
  readonly destination: Destination;
  readonly percent: number;
  /** By the deprecated mirrorPercent, which istiod sends as parts of a hundred, not of a million. */
  readonly whole?: true;
}

export interface HttpRedirect {
  readonly uri?: string;
  /** `prefixRewrite`, Gateway API's ReplacePrefixMatch: only the matched prefix of the path is replaced. */
  readonly prefix?: string;
  readonly authority?: string;
  readonly scheme?: string;
  /** A number, or the one by which the request came in; undefined: what belongs to the scheme. */
  readonly port?: number | 'FROM_REQUEST_PORT';
  readonly redirectCode?: number;
}

export interface HttpRoute {
  readonly name?: string;
  /** Empty: a catch-all. */
  readonly match: readonly HttpMatch[];
  /** Empty where the rule redirects or answers directly. */
  readonly route: readonly RouteDestination[];
  readonly redirect?: HttpRedirect;
  readonly directResponse?: { readonly status: number };
  readonly timeoutUs?: number;
  readonly retries?: HttpRetry;
  readonly fault?: HttpFault;
  readonly mirrors: readonly HttpMirror[];
  readonly rewrite?: {
    readonly uri?: string;
    readonly authority?: string;
    /** The part of the path that matches is replaced; `\\1` is what its first group held. */
    readonly regex?: { readonly match: string; readonly rewrite: string };
  };
  readonly headers?: Headers;
  readonly cors?: CorsPolicy;
  /** Another VirtualService has the rules; only in a root. */
  readonly delegate?: { readonly name: string; readonly namespace?: string };
}

export interface TcpMatch {
  readonly port?: number;
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
}

export interface TcpRoute {
  /** Empty: a catch-all. */
  readonly match: readonly TcpMatch[];
  readonly route: readonly RouteDestination[];
}

export interface TlsMatch extends TcpMatch {
  /** Names and patterns that the first message of a connection may ask for. */
  readonly sniHosts: readonly string[];
}

export interface TlsRoute {
  readonly match: readonly TlsMatch[];
  readonly route: readonly RouteDestination[];
}

export interface VirtualService extends ResourceBase {
  readonly kind: 'VirtualService';
  readonly spec: {
    readonly hosts: readonly string[];
    /** As written; empty means ["mesh"]. */
    readonly gateways: readonly string[];
    readonly http: readonly HttpRoute[];
    readonly tcp: readonly TcpRoute[];
    readonly tls: readonly TlsRoute[];
    /** Namespaces that see it, as written: ".", "*", names; empty means ["*"]. */
    readonly exportTo: readonly string[];
  };
}

export interface Subset {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly trafficPolicy?: TrafficPolicy;
}

export interface DestinationRule extends ResourceBase {
  readonly kind: 'DestinationRule';
  readonly spec: {
    readonly host: string;
    readonly trafficPolicy?: TrafficPolicy;
    readonly subsets: readonly Subset[];
    /** Namespaces that see it, as written: ".", "*", names; empty means ["*"]. */
    readonly exportTo: readonly string[];
    /** Labels of the workloads of its namespace whose calls it is for; absent: for all. */
    readonly workloadSelector?: Readonly<Record<string, string>>;
  };
}

export interface Gateway extends ResourceBase {
  readonly kind: 'Gateway';
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly {
      readonly port: { readonly number: number; readonly name: string; readonly protocol: string };
      readonly hosts: readonly string[];
      /** Plain HTTP is answered with a redirect (301) to HTTPS. */
      readonly httpsRedirect?: true;
      /** As written, or PASSTHROUGH, the default; absent: the server has no settings for TLS. */
      readonly tlsMode?: string;
    }[];
  };
}

export interface ServicePort {
  readonly name?: string;
  readonly appProtocol?: string;
  /** undefined: TCP. */
  readonly transport?: 'UDP' | 'SCTP';
  readonly port: number;
  /** A number, or the name of a container port; undefined means the same as `port`. */
  readonly targetPort?: number | string;
}

export interface Service extends ResourceBase {
  readonly kind: 'Service';
  readonly spec: {
    /** Empty: the service selects no pods. */
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly ServicePort[];
    /** Cluster IPs, where they are written: an exported Service has them. */
    readonly addresses?: readonly string[];
    /** clusterIP: None. Its name stands for the addresses of its pods, of which a caller takes one. */
    readonly isHeadless?: boolean;
    /** Pods near to the caller first; 'Any': it says so; undefined: what its namespace says, or anywhere. */
    readonly trafficDistribution?: TrafficDistribution | 'Any';
    /** Local: pods of the caller's node alone. */
    readonly internalTrafficPolicy?: 'Local';
    /** Local: a connection from outside stays on the node that it comes to, which has a pod. */
    readonly externalTrafficPolicy?: 'Local';
    /** type ExternalName: another name of that host. */
    readonly externalName?: string;
    /** sessionAffinity ClientIP: kube-proxy sends a client to the same pod for so long after its last connection; default 10800. */
    readonly clientIpAffinitySeconds?: number;
    /** publishNotReadyAddresses: its pods are endpoints from their start to their end. Not modelled. */
    readonly publishesUnready?: true;
  };
}

/** What is said for everything in it stands in its annotations. */
export interface Namespace extends ResourceBase {
  readonly kind: 'Namespace';
  readonly spec: Readonly<Record<string, never>>;
}

export interface Node extends ResourceBase {
  readonly kind: 'Node';
  readonly spec: {
    /** Region, zone and the like, and whatever else pods may choose it by. */
    readonly labels: Readonly<Record<string, string>>;
    /** What it has for pods; undefined: always enough. */
    readonly cpuMilli?: number;
    readonly memoryBytes?: number;
    /** So many pods it takes (kubelet, --max-pods: 110 unless somebody says otherwise). */
    readonly podsMax?: number;
    /** Cordoned. */
    readonly unschedulable?: true;
    /** Without that of a cordon. */
    readonly taints?: readonly Taint[];
  };
}

/** Who does not put up with it is not to come, or if there is another way. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule';
}

/** Taints that a pod puts up with: undefined are all keys, values or effects. */
export interface Toleration {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** How many pods may be asked to leave at a time. */
export interface PodDisruptionBudget extends ResourceBase {
  readonly kind: 'PodDisruptionBudget';
  readonly spec: {
    /** Empty: all pods of its namespace; absent: none. */
    readonly selector?: Readonly<Record<string, string>>;
    /** matchExpressions of the same, where there are any. */
    readonly expressions?: readonly LabelExpression[];
    readonly minAvailable?: PodAmount;
    readonly maxUnavailable?: PodAmount;
    /** Of a pod that is not ready; absent: IfHealthyBudget. */
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
  };
}

/** PreferClose is an older name of the first. */
export type TrafficDistribution = 'PreferSameZone' | 'PreferSameNode';
/** An address that is no pod's, as a ServiceEntry lists it or a WorkloadEntry of its own says it. */
export interface WorkloadEntrySpec {
  /** An IP address, or a name to be looked up. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  /** "region/zone/sub-zone" */
  readonly locality?: string;
  /** Among the endpoints of its host; 1 where nothing, or 0, is written. */
  readonly weight?: number;
}

export interface WorkloadEntry extends ResourceBase {
  readonly kind: 'WorkloadEntry';
  readonly spec: WorkloadEntrySpec;
}

/** Hosts that the mesh knows beside its Services. */
export interface ServiceEntry extends ResourceBase {
  readonly kind: 'ServiceEntry';
  readonly spec: {
    readonly hosts: readonly string[];
    readonly addresses: readonly string[];
    /** What `protocol` says stands as the port's appProtocol. */
    readonly ports: readonly ServicePort[];
    readonly resolution: 'NONE' | 'STATIC' | 'DNS' | 'DNS_ROUND_ROBIN' | 'DYNAMIC_DNS';
    readonly endpoints: readonly WorkloadEntrySpec[];
    /** Labels of the pods and WorkloadEntries of its namespace that are its endpoints. */
    readonly workloadSelector?: Readonly<Record<string, string>>;
    /** As of VirtualServices; "~" is nobody. */
    readonly exportTo: readonly string[];
  };
}

/** What the sidecars of some workloads, of a namespace or of the mesh need to know of the rest. */
export interface Sidecar extends ResourceBase {
  readonly kind: 'Sidecar';
  readonly spec: {
    /** Absent: all workloads of the namespace. */
    readonly workloadSelector?: Readonly<Record<string, string>>;
    /** "namespace/host"; without a port the last listener takes what the others leave. Empty: everything. */
    readonly egress: readonly { readonly port?: number; readonly hosts: readonly string[] }[];
    /** Absent: the mesh's. */
    readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
  };
}

/** What becomes of calls to hosts that a proxy does not know: passed on as they are, or refused. */
export type OutboundTrafficPolicy = 'ALLOW_ANY' | 'REGISTRY_ONLY';

/** Istio's settings for a whole mesh, with their defaults. */
export interface MeshConfig extends ResourceBase {
  readonly kind: 'MeshConfig';
  readonly spec: {
    readonly outboundTrafficPolicy: OutboundTrafficPolicy;
    readonly defaultServiceExportTo: readonly string[];
    readonly defaultVirtualServiceExportTo: readonly string[];
    readonly defaultDestinationRuleExportTo: readonly string[];
    /** Where nothing else says it; empty: locality is on, without settings of its own. */
    readonly loadBalancer: Pick<LoadBalancer, 'locality' | 'zoneAware'>;
    /** Of routes whose rule says nothing of retries, and of those that no rule made; undefined: Istio's own. */
    readonly defaultHttpRetry?: HttpRetry;
    /** What all proxies make of paths before they match them; undefined: BASE. */
    readonly pathNormalization?: 'NONE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';
    /** Which Ingresses are istiod's; undefined: those of class istio. */
    readonly ingress?: { readonly mode?: string; readonly className?: string };
    /** Where rules for the whole mesh live. */
    readonly rootNamespace: string;
  };
}

/** install.istio.io IstioOperator: how the mesh was installed. */
export interface IstioOperator extends ResourceBase {
  readonly kind: 'IstioOperator';
  readonly spec: MeshConfig['spec'];
}

export interface Deployment extends ResourceBase {
  readonly kind: 'Deployment';
  readonly spec: WorkloadSpec & {
    readonly strategy: DeploymentStrategy;
    /** Default 600. */
    readonly progressDeadlineSeconds: number;
  };
}

/** What all that keeps a number of like pods has in common. */
export interface WorkloadSpec {
  /** Default 1. */
  readonly replicas: number;
  /** matchLabels alone. */
  readonly selector: Readonly<Record<string, string>>;
  readonly template: PodTemplate;
  /** Default 0. */
  readonly minReadySeconds: number;
}

/** A number of pods, or a share of spec.replicas in whole percent (maxSurge rounds up, maxUnavailable down). */
export type PodAmount = { readonly count: number } | { readonly percent: number };

/** Defaults applied: RollingUpdate, 25 % and 25 %. */
export type DeploymentStrategy =
  | { readonly type: 'Recreate' }
  | { readonly type: 'RollingUpdate'; readonly maxSurge: PodAmount; readonly maxUnavailable: PodAmount };

/** A pod as its template describes it; the API's defaults are applied. */
export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Without a container `istio-proxy` that only adjusts the injected one. */
  readonly containers: readonly Container[];
  /** In the order of their start. */
  readonly initContainers: readonly InitContainer[];
  /** Of the pod as a whole (spec.resources): where set, they stand above what its containers say. */
  readonly resources: CpuResources;
  readonly memoryRequests: MemoryRequests;
  /** Default 30. */
  readonly terminationGracePeriodSeconds: number;
  readonly injectedProxy: InjectedProxy;
  /** Labels that a node needs to have, and the node's name where it is set. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeName?: string;
  readonly tolerations?: readonly Toleration[];
}

/** What is set aside for a pod, in bytes: nothing here runs out of memory. */
export interface MemoryRequests {
  /** Without the injected sidecar, unless the pod asks as a whole. */
  readonly ownBytes: number;
  readonly sidecarBytes: number;
}

/** Millicores. A limit without a request is a request as well, as Kubernetes has it. */
export interface CpuResources {
  readonly cpuRequestMilli?: number;
  readonly cpuLimitMilli?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources: CpuResources;
  readonly ports: readonly ContainerPort[];
  readonly startupProbe?: ContainerProbe;
  readonly readinessProbe?: ContainerProbe;
  readonly livenessProbe?: ContainerProbe;
  /** sleepSeconds is undefined for a hook that is no plain sleep: nobody can tell how long it takes. */
  readonly preStop?: { readonly sleepSeconds?: number };
}

export interface ContainerPort {
  readonly name?: string;
  /** undefined: TCP. */
  readonly transport?: 'UDP' | 'SCTP';
  readonly containerPort: number;
}

export interface InitContainer extends Container {
  /** True (restartPolicy Always): a native sidecar, which runs beside the containers and ends after them. */
  readonly isSidecar: boolean;
}

/** Defaults applied: 0, 10, 1, 1 and 3; a zero means the default, too. */
export interface ContainerProbe {
  /** A port; one by a name that the container does not have, which never passes; or a command in the container. */
  readonly asks: 'port' | 'no port' | 'command';
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What labels, annotations and a container `istio-proxy` say about the sidecar that Istio would add. */
export interface InjectedProxy {
  /** undefined: neither label nor annotation says; the namespace decides. */
  readonly inject?: boolean;
  /** Istio's defaults, 100m and 2 cores, where no annotation sets any resource of the proxy. */
  readonly resources: CpuResources;
  readonly holdApplicationUntilProxyStarts?: boolean;
  /** The pod is a gateway: its container `istio-proxy` is all of it, and no sidecar is added. */
  readonly isGateway?: true;
}

export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

/** autoscaling/v2, into which v1 is converted. As written: what is left out is undefined, or an empty list. */
export interface HorizontalPodAutoscaler extends ResourceBase {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly spec: {
    readonly scaleTargetRef: ObjectReference;
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    /** Empty: Kubernetes takes 80 % of the CPU request. */
    readonly metrics: readonly AutoscalerMetric[];
    readonly behavior?: { readonly scaleUp?: AutoscalerScaling; readonly scaleDown?: AutoscalerScaling };
  };
}

/** Which number of a metric is compared with which target. */
export type AutoscalerMetric =
  | { readonly type: 'Resource'; readonly name: string; readonly target: UtilizationTarget | AverageTarget }
  | {
      readonly type: 'ContainerResource';
      readonly name: string;
      readonly container: string;
      readonly target: UtilizationTarget | AverageTarget;
    }
  | { readonly type: 'Pods'; readonly metric: string; readonly target: AverageTarget }
  | {
      readonly type: 'Object';
      readonly metric: string;
      readonly describedObject: ObjectReference;
      readonly target: AverageTarget | ValueTarget;
    }
  | { readonly type: 'External'; readonly metric: string; readonly target: AverageTarget | ValueTarget };

/** Percent of the request. */
export interface UtilizationTarget {
  readonly type: 'Utilization';
  readonly averageUtilization: number;
}

/** Per pod, in thousandths of the metric's unit (millicores for CPU). */
export interface AverageTarget {
  readonly type: 'AverageValue';
  readonly averageValueMilli: number;
}

/** Of the whole, in thousandths of the metric's unit. */
export interface ValueTarget {
  readonly type: 'Value';
  readonly valueMilli: number;
}

export interface AutoscalerScaling {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled';
  readonly policies?: readonly {
    readonly type: 'Pods' | 'Percent';
    readonly value: number;
    readonly periodSeconds: number;
  }[];
  /** A share of the target: 0.1 is 10 %. */
  readonly tolerance?: number;
}

/** apps/v1. Beside a Rollout it is the version that was there before. */
export interface ReplicaSet extends ResourceBase {
  readonly kind: 'ReplicaSet';
  readonly spec: WorkloadSpec;
}

/** apps/v1: pods with a name and a place in an order each. */
export interface StatefulSet extends ResourceBase {
  readonly kind: 'StatefulSet';
  readonly spec: WorkloadSpec & StatefulPace;
}

export interface StatefulPace {
  /** podManagementPolicy Parallel: nobody waits for the one before. */
  readonly parallel: boolean;
  /** Pods of an old template stay until somebody deletes them. */
  readonly onDelete: boolean;
  /** Pods with a lower number keep the old template. */
  readonly partition: number;
  /** Number of the first. */
  readonly start: number;
}

/** apps/v1: a pod per node; its `replicas` is 1, as no node is known yet. */
export interface DaemonSet extends ResourceBase {
  readonly kind: 'DaemonSet';
  readonly spec: WorkloadSpec & DaemonPace;
}

export interface DaemonPace {
  readonly onDelete: boolean;
  readonly maxUnavailable: PodAmount;
}

/** core/v1 Pod without a controller: if it is gone, it is gone. */
export interface BarePod extends ResourceBase {
  readonly kind: 'BarePod';
  readonly spec: WorkloadSpec;
}

/**
 * argoproj.io/v1alpha1, as far as a scale target with several ReplicaSets goes: one selector, one number of replicas,
 * the new version's template here, the stable one's in a ReplicaSet whose pods the selector finds (`replicaSetsOf`).
 */
export interface Rollout extends ResourceBase {
  readonly kind: 'Rollout';
  readonly spec: WorkloadSpec & {
    readonly strategy: CanaryStrategy | BlueGreenStrategy;
    /** Pods that are older are to be replaced; as written. */
    readonly restartAt?: string;
    /** Somebody has stopped it: none of its steps goes on. */
    readonly paused?: true;
  };
}

/** As written. */
export interface CanaryStrategy {
  readonly type: 'Canary';
  readonly stableService?: string;
  readonly canaryService?: string;
  readonly steps: readonly CanaryStep[];
  readonly maxSurge?: PodAmount;
  readonly maxUnavailable?: PodAmount;
  /** Set where the mesh splits traffic; without it the pods' numbers are the split. */
  readonly istio?: {
    readonly virtualServices: readonly { readonly name: string; readonly routes: readonly string[] }[];
    readonly destinationRule?: {
      readonly name: string;
      readonly stableSubsetName?: string;
      readonly canarySubsetName?: string;
    };
  };
  /** Those that its plugin for Gateway API moves the weights of. */
  readonly routes?: readonly {
    readonly kind: 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute' | 'TLSRoute';
    readonly name: string;
  }[];
  /** With traffic routing: the stable ReplicaSet shrinks as the canary's weight grows. Default false. */
  readonly dynamicStableScale: boolean;
  readonly scaleDownDelaySeconds?: number;
}

/** A pause without a length waits for a person; a step of another kind takes no time here. */
export type CanaryStep =
  | { readonly type: 'setWeight'; readonly percent: number }
  | { readonly type: 'pause'; readonly durationSeconds?: number }
  | {
      readonly type: 'setCanaryScale';
      readonly replicas?: number;
      readonly weightPercent?: number;
      readonly matchTrafficWeight?: boolean;
    }
  | { readonly type: 'other' };

/** As written. */
export interface BlueGreenStrategy {
  readonly type: 'BlueGreen';
  readonly activeService: string;
  readonly previewService?: string;
  readonly previewReplicaCount?: number;
  readonly autoPromotionEnabled?: boolean;
  readonly autoPromotionSeconds?: number;
  readonly scaleDownDelaySeconds?: number;
}

/** gateway.networking.k8s.io Gateway. Istio's own Gateway has the plain name, hence this one the name that Istio's code gives it. */
export interface KubernetesGateway extends ResourceBase {
  readonly kind: 'KubernetesGateway';
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly GatewayListener[];
  };
}

export interface GatewayListener {
  readonly name: string;
  /** undefined: every host. */
  readonly hostname?: string;
  readonly port: number;
  /** HTTP, HTTPS, TLS, TCP, UDP, or a domain-prefixed one. */
  readonly protocol: string;
  /** As written. */
  readonly tlsMode?: 'Terminate' | 'Passthrough';
  /** Namespaces whose routes may attach. */
  readonly routesFrom: 'All' | 'Same' | 'None' | LabelSelector;
  /** Kinds of routes that may attach; undefined: those of its protocol. */
  readonly kinds?: readonly { readonly group: string; readonly kind: string }[];
}

/** gateway.networking.k8s.io HTTPRoute, with the defaults of its CRD applied except for the weight. */
export interface KubernetesHttpRoute extends ResourceBase {
  readonly kind: 'HTTPRoute';
  readonly spec: {
    readonly parentRefs: readonly ParentRef[];
    /** Empty: every host of the listener. Of no effect where the parent is a Service. */
    readonly hostnames: readonly string[];
    readonly rules: readonly HttpRouteRule[];
  };
}

/** gateway.networking.k8s.io GRPCRoute: its matches as HTTP has them. */
export interface KubernetesGrpcRoute extends ResourceBase {
  readonly kind: 'GRPCRoute';
  readonly spec: KubernetesHttpRoute['spec'];
}

/** gateway.networking.k8s.io TCPRoute and TLSRoute: connections, in the latter by the names that they ask for. */
export interface KubernetesL4Route extends ResourceBase {
  readonly kind: 'TCPRoute' | 'TLSRoute';
  readonly spec: {
    readonly parentRefs: readonly ParentRef[];
    /** Empty: any name, and in a TCPRoute always. */
    readonly hostnames: readonly string[];
    readonly rules: readonly { readonly backendRefs: readonly BackendRef[] }[];
  };
}

/** gateway.networking.k8s.io ReferenceGrant: whose references into its own namespace are allowed. */
export interface ReferenceGrant extends ResourceBase {
  readonly kind: 'ReferenceGrant';
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    /** Without a name: all of that kind. */
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

/** What a route attaches to: a listener of a Gateway, or a Service, whose callers' sidecars then follow the route (GAMMA). */
export interface ParentRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface HttpRouteRule {
  readonly name?: string;
  /** Each is enough. Empty only where an empty list was written: a catch-all. */
  readonly matches: readonly HttpRouteMatch[];
  readonly backendRefs: readonly HttpBackendRef[];
  readonly headers?: Headers;
  readonly redirect?: {
    readonly scheme?: string;
    readonly hostname?: string;
    readonly port?: number;
    readonly path?: PathModifier;
    readonly statusCode: number;
  };
  readonly rewrite?: { readonly hostname?: string; readonly path?: PathModifier };
  readonly mirrors: readonly { readonly backendRef: BackendRef; readonly percent: number }[];
  /** Type of a filter, of the rule or of a backend, that istiod does not know there. */
  readonly unsupportedFilter?: string;
  readonly retry?: {
    readonly codes: readonly number[];
    /** undefined: Istio's 2. */
    readonly attempts?: number;
    readonly backoffUs?: number;
  };
  /** 0 turns a timeout off. */
  readonly timeouts?: { readonly requestUs?: number; readonly backendRequestUs?: number };
}

export interface HttpRouteMatch {
  readonly path: { readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value: string };
  readonly headers: readonly NamedValueMatch[];
  readonly queryParams: readonly NamedValueMatch[];
  readonly method?: string;
}

export interface NamedValueMatch {
  readonly type: 'Exact' | 'RegularExpression';
  readonly name: string;
  readonly value: string;
}

export type PathModifier =
  | { readonly type: 'ReplaceFullPath'; readonly replaceFullPath: string }
  | { readonly type: 'ReplacePrefixMatch'; readonly replacePrefixMatch: string };

/** A backend with the filters of its own. */
export interface HttpBackendRef extends BackendRef {
  readonly headers?: Headers;
}

export interface BackendRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port?: number;
  /** As written; undefined where omitted (Gateway API: 1). */
  readonly weight?: number;
}

export type Resource =
  | VirtualService
  | DestinationRule
  | Gateway
  | Service
  | Deployment
  | HorizontalPodAutoscaler
  | ReplicaSet
  | Rollout
  | KubernetesGateway
  | KubernetesHttpRoute
  | Namespace
  | Node
  | KubernetesGrpcRoute
  | (KubernetesL4Route & { readonly kind: 'TCPRoute' })
  | (KubernetesL4Route & { readonly kind: 'TLSRoute' })
  | ReferenceGrant
  | ServiceEntry
  | WorkloadEntry
  | Sidecar
  | MeshConfig
  | IstioOperator
  | PodDisruptionBudget
  | StatefulSet
  | DaemonSet
  | BarePod;
export type Kind = Resource['kind'];

/** The kind as a manifest writes it. */
export const writtenKind = (kind: Kind): string =>
  kind === 'KubernetesGateway'
    ? 'Gateway'
    : kind === 'MeshConfig'
      ? 'ConfigMap'
      : kind === 'BarePod'
        ? 'Pod'
        : kind;

/** What a set of manifest texts came to. */
export interface Manifest {
  readonly resources: readonly Resource[];
  /** Documents of kinds that we do not model, and those that were refused. */
  readonly others: readonly WrittenObject[];
  /** Kinds that we do not model, and objects of others that are of another controller: once each of a file, with how many. */
  readonly ignoredKinds: readonly LeftOutObjects[];
  /** Known fields of modelled kinds that the model does not read: `VirtualService spec.http[].corsPolicy`, once each. */
  readonly ignoredFields: readonly {
    readonly kind: string;
    readonly field: string;
    readonly file: string;
  }[];
}

/** Objects that the model leaves out as a whole. */
export type LeftOutObjects = Extract<LeftOut, { readonly about: 'kind' | 'class' | 'by-hand' }>;
