import { fullHost, hostsOverlap } from '../host-name.ts';
import { locateIn } from '../locate-in.ts';
import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type {
  Deployment,
  Destination,
  DestinationRule,
  Gateway,
  HorizontalPodAutoscaler,
  ReplicaSet,
  KubernetesGateway,
  KubernetesHttpRoute,
  Resource,
  Rollout,
  Service,
  VirtualService,
} from '../resource.ts';
import type { Workload } from '../scale-target.ts';

/** All resources that are looked at together. */
export interface Setting {
  readonly virtualServices: readonly VirtualService[];
  readonly destinationRules: readonly DestinationRule[];
  readonly gateways: readonly Gateway[];
  readonly services: readonly Service[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly rollouts: readonly Rollout[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  readonly kubernetesGateways: readonly KubernetesGateway[];
  readonly httpRoutes: readonly KubernetesHttpRoute[];
}

/** One question about the resources together; each answer stands at its line. */
export type Check = (setting: Setting) => readonly Problem[];

export function settingOf(resources: readonly Resource[]): Setting {
  const of = <K extends Resource['kind']>(kind: K) =>
    resources.filter((own): own is Extract<Resource, { kind: K }> => own.kind === kind);
  return {
    virtualServices: of('VirtualService'),
    destinationRules: of('DestinationRule'),
    gateways: of('Gateway'),
    services: of('Service'),
    deployments: of('Deployment'),
    replicaSets: of('ReplicaSet'),
    rollouts: of('Rollout'),
    autoscalers: of('HorizontalPodAutoscaler'),
    kubernetesGateways: of('KubernetesGateway'),
    httpRoutes: of('HTTPRoute'),
  };
}

/** A problem at a path of a resource. */
export function problemIn(
  resource: Resource,
  path: Path,
  what: 'key' | 'value',
  problem: Pick<Problem, 'severity' | 'code' | 'message'> & { readonly hint?: string | undefined },
): Problem {
  const { hint, ...rest } = problem;
  return {
    ...rest,
    ...(hint === undefined ? {} : { hint }),
    file: resource.file,
    ...locateIn(resource, path, what),
  };
}

/** Full name of the Service's host. */
const hostOf = (service: Service): string => fullHost(service.metadata.name, service.metadata.namespace);

/** The Service that a host means when a resource of this namespace names it. */
export function serviceFor(setting: Setting, host: string, namespace: string): Service | undefined {
  const full = fullHost(host, namespace);
  // `reviews.prod` and `reviews.prod.svc` reach the same Service by DNS search; Istio registers them as aliases.
  return setting.services.find((own) => {
    const [name, inNamespace] = [own.metadata.name, own.metadata.namespace];
    return full === hostOf(own) || full === `${name}.${inNamespace}` || full === `${name}.${inNamespace}.svc`;
  });
}

/** Rules for a host; a rule's wildcard covers it as well. */
export const rulesFor = (setting: Setting, host: string, namespace: string): readonly DestinationRule[] =>
  setting.destinationRules.filter((rule) =>
    hostsOverlap(fullHost(rule.spec.host, rule.metadata.namespace), fullHost(host, namespace)),
  );

export interface PlacedDestination {
  readonly destination: Destination;
  readonly path: Path;
  readonly isMirror: boolean;
}

/** Every destination of a VirtualService's HTTP rules with its place. */
export const destinationsOf = (own: VirtualService): readonly PlacedDestination[] =>
  own.spec.http.flatMap((http, rule) => [
    ...http.route.map(({ destination }, index) => ({
      destination,
      path: ['spec', 'http', rule, 'route', index, 'destination'],
      isMirror: false,
    })),
    ...http.mirrors.map(({ destination }, index) => ({
      destination,
      path: [
        'spec',
        'http',
        rule,
        ...(isSingleMirror(own, rule) ? ['mirror'] : ['mirrors', index, 'destination']),
      ],
      isMirror: true,
    })),
  ]);

/** Whether a rule says `mirror`, not `mirrors`. */
const isSingleMirror = (own: VirtualService, rule: number): boolean =>
  (own.source as { spec?: { http?: { mirror?: unknown }[] } }).spec?.http?.[rule]?.mirror !== undefined;

export const nameOf = (resource: Resource): string =>
  `${resource.metadata.namespace}/${resource.metadata.name}`;

/** Bound to sidecars: no gateways listed, or `mesh` among them. */
export const appliesToMesh = (own: VirtualService): boolean =>
  own.spec.gateways.length === 0 || own.spec.gateways.includes('mesh');

/** All that keeps pods. */
export const workloadsOf = (setting: Setting): readonly Workload[] => [
  ...setting.deployments,
  ...setting.replicaSets,
  ...setting.rollouts,
];
