import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { plural } from '../../words/number.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** What is read, would act in a cluster, and does not act in the model. */
export const leftOut: FindingKind = {
  code: 'left-out',
  seenIn(record) {
    const acting = record.ignored.filter((own) => acts.some((pattern) => pattern.test(own)));
    const found: FindingRecord[] = [];
    const rollouts = new Map(
      record.mesh.flatMap((step) => step.rollouts.map((own) => [own.name, own] as const)),
    );
    for (const { name, steps, manages } of rollouts.values()) {
      found.push({
        ...told,
        sentence: `The ${plural(steps, 'step')} of Rollout ${name} ${steps === 1 ? 'does' : 'do'} nothing in this run: no controller moves the weights${manages === '' ? '' : ` of ${manages}`}, writes the versions into its subsets, or shrinks the old one. What the run shows of ${name} is a mesh without that controller.`,
        evidence: [],
        remedies: rolloutRemedies,
      });
    }
    if (acting.length > 0) {
      found.push({
        ...told,
        sentence: `${listed(acting.slice(0, 3))}${acting.length > 3 ? ` and ${acting.length - 3} more` : ''} ${acting.length === 1 ? 'is' : 'are'} read and would act in a cluster, but not in this run: its numbers are those of a mesh without ${acting.length === 1 ? 'it' : 'them'}.`,
        evidence: acting,
        remedies: [
          byHand(
            'Do by hand in the timeline what it would do, or judge the run without it: no manifest makes the model do it.',
          ),
        ],
      });
    }
    return found;
  },
};

/** What a controller would do, somebody has to. */
export const rolloutRemedies: readonly Remedy[] = [
  byHand('Play each step by hand in the timeline: apply the weights, scale the versions.'),
];

const told = {
  code: 'left-out',
  level: 'harms',
  harm: noHarm,
  why: 'The model has no such thing yet. A run that leaves it out can be right by accident alone.',
  look: 'ignored',
  trace: null,
} as const;

/** Kinds and fields that route, limit, or scale. */
const acts: readonly RegExp[] = [
  /\bCanary\b/,
  /\bheaders\.request\b|requestHeaderModifier/,
  /EnvoyFilter|AuthorizationPolicy|PeerAuthentication|WasmPlugin/,
  /(ServiceEntry|WorkloadEntry) spec\.(endpoints\[\]\.)?(ports|network)\b/,
  /Sidecar spec\.(ingress|inboundConnectionPool|egress\[\]\.(bind|captureMode)|outboundTrafficPolicy\.egressProxy)/,
  /VirtualService spec\.(tcp|tls)\[\]\.match\[\]\.(destinationSubnets|sourceSubnet)/,
  /VerticalPodAutoscaler|ScaledObject|LimitRange|ResourceQuota/,
  /NetworkPolicy|BackendTLSPolicy|XBackendTrafficPolicy|ListenerSet|ReplicationController|DeploymentConfig|CloneSet|Service\.serving\.knative/,
  /DestinationRule spec\.\S*(tunnel|proxyProtocol|outlierDetectionHttpErrorCodes|backendUtilization)\b/,
  /DestinationRule \S+ tls of mode |Service \S+ publishNotReadyAddresses/,
  /^ConfigMap data\.mesh\.|^IstioOperator spec\.meshConfig\.|^Namespace \S+ labels for |^\w+ \S+ probe of a port |^Gateway\S* of class /,
  /traffic\.sidecar\.istio\.io|interceptionMode|bootstrapOverride|gatewayTopology/,
  /metadata\.labels\.\W*istio\.io\/(rev|dataplane-mode|use-waypoint)/,
];
