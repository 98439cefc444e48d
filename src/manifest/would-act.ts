import type { LeftOut } from './left-out.ts';

/**
 * Of what a manifest says and the model leaves out: would it act in a cluster, on where requests go, how long they take, whether they
 * fail, or how many pods there are and where?
 *
 * Of the kinds that are read every field would that is not known to do nothing of this, so that what nobody thought of is told. Kinds
 * that are not read are without number; of these the list says which would, and any other of Istio or Gateway API does.
 */
export function wouldAct(own: LeftOut, circumstances: Circumstances): boolean {
  switch (own.about) {
    case 'kind':
      if (own.forNobody === true) return false;
      return own.kind === 'PeerAuthentication' ? circumstances.passesOn : kindWouldAct(own.kind, own.group);
    case 'field':
      return fieldWouldAct(own.kind, own.field, circumstances);
    // Envoy warms hosts up for two balancers alone.
    case 'warm-up':
      return false;
    default:
      return true;
  }
}

/** What of a run decides whether some fields have anything to act on. */
export interface Circumstances {
  /** Pods run on nodes that are known: without any, each finds room at once, wherever. */
  readonly hasNodes: boolean;
  /** Pods or nodes may be lost without a word. */
  readonly losesPods: boolean;
  /**
   * Sidecars pass calls on as they are. What else comes as plain text to who may refuse it is told by itself: callers without a
   * sidecar (`caller-without-proxy`), settings of TLS; between sidecars calls are mutual TLS, whatever a PeerAuthentication says.
   */
  readonly passesOn: boolean;
  /** Kinds of which something changes in the run, by its timeline; undefined: any may. */
  readonly changing: ReadonlySet<string> | undefined;
}

/** Whether a kind that is not read would. @param group of the API: "" for Kubernetes' own */
export const kindWouldAct = (kind: string, group: string): boolean =>
  actingKinds.test(kind) ||
  actingGroups.test(group) ||
  (kind === 'Experiment' && group === 'argoproj.io') ||
  (kind === 'Rollout' && group.startsWith('rollouts.kruise')) ||
  (kind === 'Service' && group.startsWith('serving.knative')) ||
  (ofTheMesh.test(group) && !idleKinds.test(kind));

/** Kinds that route, limit, scale, or make pods, of whatever group. */
const actingKinds =
  /^Canary$|VerticalPodAutoscaler|ScaledObject|LimitRange|ResourceQuota|MultidimPodAutoscaler|NetworkPolicy|ReplicationController|DeploymentConfig|CloneSet|ServiceImport/;

/** Groups that make pods, or faults. */
const actingGroups = /(^|\.)(apps\.kruise\.io|chaos-mesh\.org|litmuschaos\.io)$/;

const ofTheMesh =
  /^(\w+\.)?(istio\.io|gateway\.networking\.(x-)?k8s\.io|inference\.networking\.(x-)?k8s\.io)$/;

/** Of these groups what no request meets. */
const idleKinds = /^(Telemetry|WorkloadGroup|GatewayClass|XMesh|UDPRoute)$/;

function fieldWouldAct(kind: string, field: string, circumstances: Circumstances): boolean {
  const { hasNodes, losesPods, changing } = circumstances;
  if (!hasNodes && ofNodes.test(field)) return false;
  if (!losesPods && ofLoss.test(field)) return false;
  if (ofChanges.test(field) && changing?.has(kind) === false) return false;
  return !idleFields.some(({ of, path }) => (of === undefined || of.includes(kind)) && path.test(field));
}

/** Where pods may go. */
const ofNodes =
  /\bspec\.(affinity|topologySpreadConstraints|tolerations\[\]|priorityClassName|priority|preemptionPolicy|schedulerName|overhead|runtimeClassName|containers\[\]\.ports\[\]\.host(Port|IP)|\S*\.resources\.(requests|limits)\.(?!cpu|memory)\S+)$/;

/** How soon a caller finds that nobody is there, and for how long a pod stays on a node that is lost. */
const ofLoss = /\b(tcpKeepalive|http2KeepAlive|spec\.tolerations\[\])$/;

/** What a workload does with another template, or another number, and what a taint of a node does to who is there: without one nothing. */
const ofChanges =
  /^spec\.(paused|taints\[\]\.effect|updateStrategy\.rollingUpdate\.(maxSurge|maxUnavailable))$/;

/** Fields that do nothing of it. @param of by kinds; absent: of any */
const idleFields: readonly { readonly of?: readonly string[]; readonly path: RegExp }[] = [
  // What any object has, beside labels and annotations; of a proxy's own settings those that act are told by their names.
  { path: /^(spec\.template\.)?metadata\.(?!labels|annotations)/ },
  { path: /annotations\.proxy\.istio\.io\/config$/ },
  { path: /^(immutable|binaryData|stringData|type|status)\b/ },
  // Pods: who they are, what they keep, how their application is started.
  {
    path: /^(spec\.template\.)?spec\.(serviceAccount|serviceAccountName|automountServiceAccountToken|imagePullSecrets|securityContext(?!\.runAsUser)|volumes|volumeClaimTemplates|resourceClaims|os|ephemeralContainers)\b/,
  },
  {
    path: /^(spec\.template\.)?spec\.(dnsPolicy|dnsConfig|enableServiceLinks|hostname|subdomain|setHostnameAsFQDN|host(IPC|PID|Users|Network)|shareProcessNamespace|restartPolicy)\b/,
  },
  {
    path: /^(spec\.template\.)?spec\.(initC|c)ontainers\[\]\.(command|args|env|envFrom|image|imagePullPolicy|workingDir|volumeMounts|volumeDevices|securityContext(?!\.runAsUser)|stdin|stdinOnce|tty|terminationMessagePath|terminationMessagePolicy|resizePolicy)\b/,
  },
  {
    path: /^(spec\.template\.)?spec\.(\S+\.)?(lifecycle\.stopSignal|resources\.claims|resources\.(requests|limits)\.memory)$/,
  },
  { path: /^(spec\.template\.)?spec\.(initC|c)ontainers\[\]\.ports\[\]\.protocol$/ },
  // What keeps them: what is kept of former ones; a Rollout's controller is told of by itself.
  { path: /^spec\.(revisionHistoryLimit|persistentVolumeClaimRetentionPolicy|serviceName)\b/ },
  {
    of: ['Rollout'],
    path: /^spec\.(strategy|analysis|paused|restartAt|rollbackWindow|progressDeadlineAbort)\b/,
  },
  // Services: addresses that nobody asks for, and what a load balancer of the cloud is told.
  {
    of: ['Service'],
    path: /^spec\.(externalIPs|loadBalancerIP|loadBalancerClass|allocateLoadBalancerNodePorts|healthCheckNodePort|ipFamilies|ipFamilyPolicy|ports\[\]\.nodePort)\b/,
  },
  { of: ['Node'], path: /^spec\.(?!taints)/ },
  // Names, answers of browsers, certificates, which are taken to be right.
  {
    of: ['VirtualService'],
    path: /^spec\.http\[\]\.(match\[\]\.statPrefix|directResponse\.body|rewrite\.authority|mirror_percent|corsPolicy)\b/,
  },
  { of: ['VirtualService'], path: /^spec\.\S*headers\.response\b/ },
  {
    of: ['DestinationRule'],
    path: /^spec\.\S*(httpCookie\.attributes|outlierDetection\.consecutiveErrors|tls)$/,
  },
  { of: ['Gateway'], path: /^spec\.servers\[\]\.(name|defaultEndpoint|port\.targetPort|tls\.\w+)$/ },
  { of: ['Gateway'], path: /^spec\.listeners\[\]\.tls\.certificateRefs$/ },
  { of: ['Gateway'], path: /^spec\.(allowedListeners|infrastructure\.(labels|annotations))$/ },
  {
    of: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'],
    path: /^spec\.(useDefaultGateways|rules\[\]\.(name|sessionPersistence))$/,
  },
  // With such a filter istiod makes no rule, and so does the model; hosts route nobody any more, and browsers ask for no CORS here.
  {
    of: ['HTTPRoute', 'GRPCRoute'],
    path: /^spec\.\S*filters\[\]\.(cors|externalAuth|extensionRef|urlRewrite\.hostname|responseHeaderModifier\S*)$/,
  },
  {
    of: ['HTTPRoute', 'GRPCRoute'],
    path: /^spec\.\S*backendRefs\[\]\.filters\[\]\.request(Mirror|Redirect)$/,
  },
  {
    of: ['ServiceEntry', 'WorkloadEntry'],
    path: /^spec\.(location|subjectAltNames|(endpoints\[\]\.)?serviceAccount)$/,
  },
  { of: ['Sidecar'], path: /^spec\.egress\[\]\.port\.(protocol|name|targetPort)$/ },
  {
    of: ['IstioOperator'],
    path: /^spec\.(profile|hub|tag|revision|namespace|installPackagePath|addonComponents)$/,
  },
];
