import type { Cursor } from '../cursor.ts';
import type { Labels } from '../labels.ts';
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
  ReferenceGrant,
  Resource,
  Rollout,
  Service,
  VirtualService,
  WrittenObject,
} from '../resource.ts';
import { isWorkload, type Workload } from '../scale-target.ts';
import { hostTable, type HostTable } from './host-table.ts';
import { podFinder, podsOf, type Pod } from './pod.ts';
import { writtenIn, type Written } from './written.ts';

/** All resources that are looked at together. */
export interface Setting {
  readonly virtualServices: readonly VirtualService[];
  readonly destinationRules: readonly DestinationRule[];
  readonly gateways: readonly Gateway[];
  readonly services: readonly Service[];
  readonly deployments: readonly Deployment[];
  /** All that has pods. */
  readonly workloads: readonly Workload[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly rollouts: readonly Rollout[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  readonly kubernetesGateways: readonly KubernetesGateway[];
  readonly httpRoutes: readonly KubernetesHttpRoute[];
  readonly referenceGrants: readonly ReferenceGrant[];
  /** Documents of a kind as they stand, those that were refused and those of kinds that are not read among them. */
  written(group: string, kind: string): readonly Written[];
  /** What hosts of Services and ServiceEntries there are, and who sees them. */
  readonly hosts: HostTable;
  /** Pods, and those that a template would make. */
  readonly pods: readonly Pod[];
  /** Those that have all of some labels. */
  podsWith(selector: Labels): readonly Pod[];
  /** No host, or no pod, is elsewhere: what is named and is not here is nowhere. */
  readonly whole: Whole;
}

export interface Whole {
  readonly hosts: boolean;
  readonly pods: boolean;
}

/** One question about the resources together; each answer stands at its line. */
export type Check = (setting: Setting) => readonly Problem[];

/** @param whole if it is not said: of what there is one of its kind, all is here. */
export function settingOf(
  resources: readonly Resource[],
  others: readonly WrittenObject[],
  whole?: Whole,
): Setting {
  const written = writtenIn([...resources, ...others]);
  const [hosts, pods] = [hostTable(written), podsOf(written)];
  const of = <K extends Resource['kind']>(kind: K) =>
    resources.filter((own): own is Extract<Resource, { kind: K }> => own.kind === kind);
  return {
    virtualServices: of('VirtualService'),
    destinationRules: of('DestinationRule'),
    gateways: of('Gateway'),
    services: of('Service'),
    deployments: of('Deployment'),
    workloads: resources.filter(isWorkload),
    replicaSets: of('ReplicaSet'),
    rollouts: of('Rollout'),
    autoscalers: of('HorizontalPodAutoscaler'),
    kubernetesGateways: of('KubernetesGateway'),
    httpRoutes: of('HTTPRoute'),
    referenceGrants: of('ReferenceGrant'),
    written,
    hosts,
    pods,
    podsWith: podFinder(pods),
    whole: whole ?? { hosts: hosts.names.length > 0, pods: pods.length > 0 },
  };
}

/** Every destination of a VirtualService with its place. */
export interface PlacedDestination {
  readonly destination: Destination;
  readonly path: Path;
  readonly isMirror: boolean;
}

export const destinationsOf = (own: Written): readonly PlacedDestination[] =>
  (['http', 'tls', 'tcp'] as const).flatMap((protocol) =>
    own.spec
      .at(protocol)
      .items.flatMap((rule) => [
        ...rule.at('route').items.map((item) => destinationAt(item.at('destination'), false)),
        ...(rule.at('mirror').isSet ? [destinationAt(rule.at('mirror'), true)] : []),
        ...rule.at('mirrors').items.map((item) => destinationAt(item.at('destination'), true)),
      ]),
  );

function destinationAt(own: Cursor, isMirror: boolean): PlacedDestination {
  const [subset, port] = [own.at('subset').text, own.at('port', 'number').number];
  const destination = {
    host: own.at('host').text ?? '',
    ...(subset === undefined || subset === '' ? {} : { subset }),
    ...(port === undefined ? {} : { port }),
  };
  return { destination, path: own.path, isMirror };
}

export const nameOf = (resource: WrittenObject): string =>
  `${resource.metadata.namespace}/${resource.metadata.name}`;

/** Bound to sidecars: no gateways listed, or `mesh` among them. */
export const appliesToMesh = (gateways: readonly string[]): boolean =>
  gateways.length === 0 || gateways.includes('mesh');
