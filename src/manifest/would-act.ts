/**
 * Of what a manifest says and the model leaves out: would it act in a cluster, on where requests go, how long they take, whether they
 * fail, or how many pods there are and where?
 *
 * Of the kinds that are read every field would that is not known to do nothing of this, so that what nobody thought of is told. Kinds
 * that are not read are without number; of these the list says which would, and any other of Istio or Gateway API does.
 *
 * @param leftOut as `notModelled` tells it: "Kind.group (2) in file", "Deployment spec.paused"
 */
export function wouldAct(leftOut: string, { hasNodes, losesPods }: Circumstances): boolean {
  if (isKind.test(leftOut))
    return actingKinds.test(leftOut) || (ofTheMesh.test(leftOut) && !idle.test(leftOut));
  if (!hasNodes && ofNodes.test(leftOut)) return false;
  if (!losesPods && ofLoss.test(leftOut)) return false;
  return !without.some((pattern) => pattern.test(leftOut));
}

/** Whether a kind that is not read would, as `wouldAct` has it. */
export const kindWouldAct = (kind: string, group: string): boolean =>
  wouldAct(`${group === '' ? kind : `${kind}.${group}`} (1) in `, { hasNodes: true, losesPods: true });

/** What of a run decides whether some fields have anything to act on. */
export interface Circumstances {
  /** Pods run on nodes that are known: without any, each finds room at once, wherever. */
  readonly hasNodes: boolean;
  /** Pods or nodes may be lost without a word. */
  readonly losesPods: boolean;
}

const isKind = / \(\d+\) in /;

/** Kinds that route, limit, scale, fail, or make pods. */
const actingKinds = new RegExp(
  [
    /\bCanary\b|^Rollout\.rollouts\.kruise|\.apps\.kruise\.io|^Gateway\S* of class |^Ingress\S* of class |^Endpoint\w+ by hand\b/,
    /VerticalPodAutoscaler|ScaledObject|LimitRange|ResourceQuota|MultidimPodAutoscaler/,
    /NetworkPolicy|ReplicationController|DeploymentConfig|CloneSet|Service\.serving\.knative/,
    /chaos-mesh\.org|litmuschaos\.io|ServiceImport/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

const ofTheMesh =
  /^\w+\.(\w+\.)?(istio\.io|gateway\.networking\.(x-)?k8s\.io|inference\.networking\.(x-)?k8s\.io) /;

/** Of these groups what no request meets. */
const idle = /^(Telemetry|WorkloadGroup|GatewayClass|XMesh|UDPRoute)\./;

/** Where pods may go. */
const ofNodes =
  /\bspec\.(affinity|topologySpreadConstraints|tolerations|priorityClassName|priority|preemptionPolicy|schedulerName|overhead|runtimeClassName|containers\[\]\.ports\[\]\.host(Port|IP)|\S*\.resources\.(requests|limits)\.(?!cpu|memory)\S+)$/;

/** How soon a caller finds that nobody is there. */
const ofLoss = /\b(tcpKeepalive|http2KeepAlive)$/;

/** Fields that do nothing of it, by kind. */
const without: readonly RegExp[] = [
  // What any object has, beside labels and annotations; of a proxy's own settings those that act are told by their names.
  /^\w+ (spec\.template\.)?metadata\.(?!labels|annotations)/,
  /^\w+ \S*annotations\.proxy\.istio\.io\/config$/,
  /^\w+ (immutable|binaryData|stringData|type|status)\b/,
  // Pods: who they are, what they keep, how their application is started.
  /^\w+ (spec\.template\.)?spec\.(serviceAccount|serviceAccountName|automountServiceAccountToken|imagePullSecrets|securityContext|volumes|volumeClaimTemplates|resourceClaims|os|ephemeralContainers)\b/,
  /^\w+ (spec\.template\.)?spec\.(dnsPolicy|dnsConfig|enableServiceLinks|hostname|subdomain|setHostnameAsFQDN|host(IPC|PID|Users|Network)|shareProcessNamespace|restartPolicy)\b/,
  /^\w+ (spec\.template\.)?spec\.(initC|c)ontainers\[\]\.(command|args|env|envFrom|image|imagePullPolicy|workingDir|volumeMounts|volumeDevices|securityContext|stdin|stdinOnce|tty|terminationMessagePath|terminationMessagePolicy|resizePolicy)\b/,
  /^\w+ (spec\.template\.)?spec\.(\S+\.)?(lifecycle\.stopSignal|resources\.claims|resources\.(requests|limits)\.memory)$/,
  /^\w+ (spec\.template\.)?spec\.(initC|c)ontainers\[\]\.ports\[\]\.protocol$/,
  // What keeps them: what is kept of former ones; a Rollout's controller is told of by itself.
  /^\w+ spec\.(revisionHistoryLimit|persistentVolumeClaimRetentionPolicy|serviceName)\b/,
  /^Rollout spec\.(strategy|analysis|paused|restartAt|rollbackWindow|progressDeadlineAbort)\b/,
  // Services: addresses that nobody asks for, and what a load balancer of the cloud is told.
  /^Service spec\.(externalIPs|loadBalancerIP|loadBalancerClass|allocateLoadBalancerNodePorts|healthCheckNodePort|ipFamilies|ipFamilyPolicy|ports\[\]\.nodePort)\b/,
  /^Node spec\.(?!taints)/,
  // Envoy warms hosts up for two balancers alone.
  /^DestinationRule warmup beside /,
  // Names, answers of browsers, certificates, which are taken to be right.
  /^VirtualService spec\.http\[\]\.(match\[\]\.statPrefix|directResponse\.body|rewrite\.authority|mirror_percent|corsPolicy)\b/,
  /^VirtualService spec\.\S*headers\.response\b/,
  /^DestinationRule spec\.\S*(httpCookie\.attributes|outlierDetection\.consecutiveErrors|tls)$/,
  /^Gateway spec\.servers\[\]\.(name|defaultEndpoint|port\.targetPort|tls\.\w+)$/,
  /^Gateway spec\.listeners\[\]\.tls\.certificateRefs$/,
  /^Gateway spec\.(allowedListeners|infrastructure\.(labels|annotations))$/,
  /^(HTTP|GRPC|TCP|TLS)Route spec\.(useDefaultGateways|rules\[\]\.(name|sessionPersistence))$/,
  // With such a filter istiod makes no rule, and so does the model; hosts route nobody any more, and browsers ask for no CORS here.
  /^(HTTP|GRPC)Route spec\.\S*filters\[\]\.(cors|externalAuth|extensionRef|urlRewrite\.hostname|responseHeaderModifier\S*)$/,
  /^(HTTP|GRPC)Route spec\.\S*backendRefs\[\]\.filters\[\]\.request(Mirror|Redirect)$/,
  /^(ServiceEntry|WorkloadEntry) spec\.(location|subjectAltNames|(endpoints\[\]\.)?serviceAccount)$/,
  /^Sidecar spec\.egress\[\]\.port\.(protocol|name|targetPort)$/,
  /^IstioOperator spec\.(profile|hub|tag|revision|namespace|installPackagePath|addonComponents)$/,
];
