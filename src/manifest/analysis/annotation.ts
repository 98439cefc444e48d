import type { Problem } from '../problem.ts';
import { quantityProblem } from '../quantity.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import type { Check } from './setting.ts';
import type { Written } from './written.ts';

/** Istio's annotations on kinds where it looks for them (analyzers/annotations/annotations.go). */
export const annotations: Check = (setting) =>
  (
    [
      ['', 'Namespace'],
      ['', 'Service'],
      ['', 'Pod'],
      ['apps', 'Deployment'],
    ] as const
  ).flatMap(([group, kind]) => setting.written(group, kind).flatMap((own) => annotationProblems(own, kind)));

function annotationProblems({ object }: Written, kind: string): readonly Problem[] {
  return Object.entries(object.metadata.annotations).flatMap(([name, value]): readonly Problem[] => {
    if (!isIstios(name) || ownedByIstiod.has(name)) return [];
    const say = (code: 'IST0107' | 'IST0108' | 'IST0125' | 'IST0135', message: string): Problem =>
      problemIn(object, ['metadata', 'annotations', name], 'key', { ...istio(code), message });
    const known = knownKinds(name);
    if (known === undefined) return [say('IST0108', `Unknown annotation: ${name}`)];
    const isReplaced = name === inject && object.metadata.labels[inject] !== undefined;
    const old =
      deprecated.has(name) && !isReplaced
        ? [
            say(
              'IST0135',
              `Annotation "${name}" has been deprecated${name === inject ? ` in favor of the "${inject}" label` : ''} and may not work in future Istio versions.`,
            ),
          ]
        : [];
    if (known.includes('Any')) return old;
    if (!known.includes(kind))
      return [
        ...old,
        say('IST0107', `Misplaced annotation: ${name} can only be applied to ${known.join(', ')}`),
      ];
    const wrong = wrongValue(name, value);
    return wrong === undefined ? old : [...old, say('IST0125', `Invalid annotation ${name}: ${wrong}`)];
  });
}

const inject = 'sidecar.istio.io/inject';

const isIstios = (name: string): boolean =>
  name === 'kubernetes.io/ingress.class' || name.split('/')[0]!.endsWith('istio.io');

/** Written by istiod itself (analyzers/maturity/maturity.go, AlwaysIgnoredAnnotations). */
const ownedByIstiod = new Set([
  'sidecar.istio.io/status',
  'gateway.istio.io/controller-version',
  'istio.io/rev',
]);

/** Kinds that may carry it (istio/api annotation/annotations.yaml); most are for pods. */
function knownKinds(name: string): readonly string[] | undefined {
  const slash = name.indexOf('/');
  const [group, own] = [name.slice(0, slash), name.slice(slash + 1)];
  const kinds = elsewhere[name];
  if (kinds !== undefined) return kinds;
  return forPods[group]?.split(' ').includes(own) === true ? ['Pod'] : undefined;
}

const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'alpha.istio.io/canonical-serviceaccounts': ['Service'],
  'alpha.istio.io/kubernetes-serviceaccounts': ['Service'],
  'ambient.istio.io/waypoint-inbound-binding': ['GatewayClass', 'Gateway'],
  'galley.istio.io/analyze-suppress': ['Any'],
  'gateway.istio.io/name-override': ['Gateway'],
  'gateway.istio.io/service-account': ['Gateway'],
  'istio.io/autoRegistrationGroup': ['WorkloadEntry'],
  'istio.io/connectedAt': ['WorkloadEntry'],
  'istio.io/disconnectedAt': ['WorkloadEntry'],
  'istio.io/workloadController': ['WorkloadEntry'],
  'istio.io/dry-run': ['AuthorizationPolicy'],
  'istio.io/use-waypoint-canary-weight': ['Service', 'ServiceEntry', 'Namespace'],
  'kubernetes.io/ingress.class': ['Ingress'],
  'networking.istio.io/exportTo': ['Service'],
  'networking.istio.io/service-type': ['Gateway'],
  'networking.istio.io/traffic-distribution': ['Namespace', 'Service', 'ServiceEntry'],
  'topology.istio.io/controlPlaneClusters': ['Namespace'],
  'traffic.istio.io/nodeSelector': ['Service'],
};

const forPods: Readonly<Record<string, string>> = {
  'ambient.istio.io': 'bypass-inbound-capture dns-capture redirection',
  'inject.istio.io': 'templates',
  'istio.io': 'reroute-virtual-interfaces',
  'prometheus.istio.io': 'merge-metrics',
  'proxy.istio.io': 'config overrides',
  'readiness.status.sidecar.istio.io': 'applicationPorts failureThreshold initialDelaySeconds periodSeconds',
  'sidecar.istio.io':
    'agentLogLevel bootstrapOverride componentLogLevel discoveryAddress extraStatTags inject interceptionMode logLevel nativeSidecar proxyCPU proxyCPULimit proxyImage proxyImageType proxyMemory proxyMemoryLimit rewriteAppHTTPProbers statsCompression statsEvictionInterval statsFlushInterval statsHistogramBins statsHistogramBuckets statsInclusionPrefixes statsInclusionRegexps statsInclusionSuffixes userVolume userVolumeMount',
  'status.sidecar.istio.io': 'port',
  'traffic.sidecar.istio.io':
    'excludeInboundPorts excludeInterfaces excludeOutboundIPRanges excludeOutboundPorts includeInboundPorts includeOutboundIPRanges includeOutboundPorts kubevirtInterfaces',
};

const deprecated = new Set([
  'alpha.istio.io/canonical-serviceaccounts',
  'alpha.istio.io/kubernetes-serviceaccounts',
  'sidecar.istio.io/discoveryAddress',
  'sidecar.istio.io/extraStatTags',
  inject,
  'sidecar.istio.io/statsCompression',
  'sidecar.istio.io/statsInclusionPrefixes',
  'sidecar.istio.io/statsInclusionRegexps',
  'sidecar.istio.io/statsInclusionSuffixes',
  'traffic.sidecar.istio.io/kubevirtInterfaces',
]);

/** What is wrong with a value (pkg/kube/inject/validate.go); of most any text is taken. */
function wrongValue(name: string, value: string): string | undefined {
  switch (name) {
    case 'sidecar.istio.io/interceptionMode':
      return ['REDIRECT', 'TPROXY', 'NONE'].includes(value)
        ? undefined
        : `interceptionMode invalid, use REDIRECT,TPROXY,NONE: ${value}`;
    case 'readiness.status.sidecar.istio.io/initialDelaySeconds':
    case 'readiness.status.sidecar.istio.io/periodSeconds':
    case 'readiness.status.sidecar.istio.io/failureThreshold':
      return /^\d+$/.test(value) && Number(value) <= 4294967295
        ? undefined
        : `"${value}" is no whole number of seconds or probes`;
    case 'status.sidecar.istio.io/port':
      return isPort(value) ? undefined : `failed parsing port '${value}'`;
    case 'prometheus.istio.io/merge-metrics':
      return /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/.test(value)
        ? undefined
        : `"${value}" is neither true nor false`;
    case 'traffic.sidecar.istio.io/includeInboundPorts':
    case 'traffic.sidecar.istio.io/excludeInboundPorts':
    case 'traffic.sidecar.istio.io/excludeOutboundPorts': {
      if (value.trim() === '' || (value === '*' && name.includes('include'))) return undefined;
      const wrong = value.split(',').find((one) => !isPort(one.trim()));
      return wrong === undefined ? undefined : `failed parsing port '${wrong}'`;
    }
    case 'traffic.sidecar.istio.io/includeOutboundIPRanges':
    case 'traffic.sidecar.istio.io/excludeOutboundIPRanges': {
      if (value === '' || (value === '*' && name.includes('include'))) return undefined;
      const wrong = value.split(',').find((one) => !/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(one));
      return wrong === undefined ? undefined : `failed parsing cidr '${wrong}'`;
    }
    case 'sidecar.istio.io/proxyCPU':
    case 'sidecar.istio.io/proxyCPULimit':
    case 'sidecar.istio.io/proxyMemory':
    case 'sidecar.istio.io/proxyMemoryLimit':
      return quantityProblem(value);
    default:
      return undefined;
  }
}

const isPort = (value: string): boolean => /^\d+$/.test(value) && Number(value) <= 65535;
