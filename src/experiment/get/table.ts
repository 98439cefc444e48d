import type { Moment } from '../run-once.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import type { Kind, PodAmount, Resource } from '../../manifest/resource.ts';
import type { RegistryEntry } from '../../mesh/kubernetes/registry.ts';
import { hpaSpecOf } from '../../mesh/kubernetes/hpa-spec-of.ts';
import { topology, type NodeSettings } from '../../mesh/kubernetes/node.ts';
import { hpaDefaults } from '../../mesh/kubernetes/hpa/spec.ts';
import { listing } from '../../report/layout.ts';
import { podCounts, podReady, podStatus, targetsText, type PodCounts } from './live.ts';

/** Columns between NAME and AGE, and what stands in them for one resource. */
interface Columns<T> {
  readonly headings: readonly string[];
  readonly cells: (resource: T, moment: Moment) => readonly string[];
}

type Of<K extends Kind> = Extract<Resource, { kind: K }>;

const quoted = (values: readonly string[]): string =>
  values.length === 0 ? '' : `[${values.map((value) => `"${value}"`).join(',')}]`;

function countsOf({ metadata }: Resource, { world }: Moment): PodCounts | undefined {
  const found = world.workloads.find(metadata.name, metadata.namespace);
  return found === undefined ? undefined : podCounts(found, world.workloads.lives, world.simulation.nowUs);
}

const counted = (counts: PodCounts | undefined, ...names: readonly (keyof PodCounts)[]): string[] =>
  names.map((name) => String(counts?.[name] ?? 0));

const amount = (own: PodAmount | undefined): string =>
  own === undefined ? 'N/A' : 'count' in own ? String(own.count) : `${own.percent}%`;

const columns: { readonly [K in Kind]: Columns<Of<K>> } = {
  VirtualService: {
    headings: ['GATEWAYS', 'HOSTS'],
    cells: ({ spec }) => [quoted(spec.gateways), quoted(spec.hosts)],
  },
  DestinationRule: { headings: ['HOST'], cells: ({ spec }) => [spec.host] },
  Gateway: { headings: [], cells: () => [] },
  KubernetesGateway: { headings: ['CLASS'], cells: ({ spec }) => [spec.gatewayClassName] },
  GRPCRoute: { headings: ['HOSTNAMES'], cells: ({ spec }) => [quoted(spec.hostnames)] },
  TCPRoute: { headings: [], cells: () => [] },
  TLSRoute: { headings: [], cells: () => [] },
  ReferenceGrant: { headings: [], cells: () => [] },
  HTTPRoute: { headings: ['HOSTNAMES'], cells: ({ spec }) => [quoted(spec.hostnames)] },
  Service: {
    headings: ['PORT(S)'],
    cells: ({ spec }) => [spec.ports.map((port) => `${port.port}/TCP`).join(',')],
  },
  Namespace: { headings: ['STATUS'], cells: () => ['Active'] },
  // Listed as the scheduler has them.
  Node: { headings: [], cells: () => [] },
  ServiceEntry: {
    headings: ['HOSTS', 'RESOLUTION'],
    cells: ({ spec }) => [quoted(spec.hosts), spec.resolution],
  },
  WorkloadEntry: { headings: ['ADDRESS'], cells: ({ spec }) => [spec.address] },
  Sidecar: { headings: [], cells: () => [] },
  MeshConfig: { headings: ['DATA'], cells: () => ['1'] },
  IstioOperator: { headings: [], cells: () => [] },
  PodDisruptionBudget: {
    headings: ['MIN AVAILABLE', 'MAX UNAVAILABLE'],
    cells: ({ spec: { minAvailable, maxUnavailable } }) => [amount(minAvailable), amount(maxUnavailable)],
  },
  Deployment: {
    headings: ['READY', 'UP-TO-DATE', 'AVAILABLE'],
    cells: (own, moment) => {
      const counts = countsOf(own, moment);
      return [
        `${counts?.ready ?? 0}/${counts?.wanted ?? own.spec.replicas}`,
        ...counted(counts, 'upToDate', 'available'),
      ];
    },
  },
  ReplicaSet: {
    headings: ['DESIRED', 'CURRENT', 'READY'],
    cells: (own, moment) => {
      const { sets } = moment.world.workloads;
      const set = sets.find((each) => each.owner.metadata.name === own.metadata.name);
      const { lives } = moment.world.workloads;
      return [
        String(set?.wanted ?? own.spec.replicas),
        String(set?.pods.length ?? 0),
        String(set?.pods.filter((row) => lives[row]!.ready).length ?? 0),
      ];
    },
  },
  StatefulSet: {
    headings: ['READY'],
    cells: (own, moment) => {
      const counts = countsOf(own, moment);
      return [`${counts?.ready ?? 0}/${counts?.wanted ?? own.spec.replicas}`];
    },
  },
  DaemonSet: {
    headings: ['DESIRED', 'CURRENT', 'READY', 'UP-TO-DATE', 'AVAILABLE'],
    cells: (own, moment) =>
      counted(countsOf(own, moment), 'wanted', 'current', 'ready', 'upToDate', 'available'),
  },
  // Listed as the pods that they are.
  BarePod: { headings: [], cells: () => [] },
  Rollout: {
    headings: ['DESIRED', 'CURRENT', 'UP-TO-DATE', 'AVAILABLE'],
    cells: (own, moment) => counted(countsOf(own, moment), 'wanted', 'current', 'upToDate', 'available'),
  },
  HorizontalPodAutoscaler: {
    headings: ['REFERENCE', 'TARGETS', 'MINPODS', 'MAXPODS', 'REPLICAS'],
    cells: (own, moment) => {
      const { scaleTargetRef: target, minReplicas = 1, maxReplicas } = own.spec;
      const { name, namespace } = own.metadata;
      const { metrics } = hpaDefaults(hpaSpecOf(own));
      const replicas = moment.world.workloads.find(target.name, namespace)?.replicas ?? 0;
      return [
        `${target.kind}/${target.name}`,
        targetsText(metrics, moment.syncs.get(`${namespace}/${name}`)),
        ...[minReplicas, maxReplicas, replicas].map(String),
      ];
    },
  },
};

/** Resources of one kind as `kubectl get` lists them. */
export function resourceTable(kind: Kind, entries: readonly RegistryEntry[], moment: Moment): string {
  const { headings, cells } = columns[kind] as Columns<Resource>;
  const { nowUs } = moment.world.simulation;
  return listing(
    ['NAME', ...headings, 'AGE'],
    entries.map(({ resource, age: { createdUs } }) => [
      resource.metadata.name,
      ...cells(resource, moment),
      ageText(nowUs - createdUs),
    ]),
  );
}

/** Nodes as `kubectl get nodes -L topology.kubernetes.io/zone` lists them, but for what the model does not know. */
export const nodeTable = (nodes: readonly NodeSettings[]): string =>
  listing(
    ['NAME', 'STATUS', 'ZONE'],
    nodes.map(({ name, labels, cordoned }) => [
      name,
      `Ready${cordoned ? ',SchedulingDisabled' : ''}`,
      labels[topology[1]] ?? '',
    ]),
  );

/** Pods as `kubectl get pods` lists them: those that are gone are not there. */
export function podTable(rows: readonly number[], { world }: Moment): string {
  const { lives } = world.workloads;
  const { nowUs } = world.simulation;
  return listing(
    ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
    rows.map((row) => {
      const life = lives[row]!;
      return [
        life.pod.name,
        podReady(life),
        podStatus(life),
        String(life.restarts),
        ageText(nowUs - Math.max(0, life.createdUs)),
      ];
    }),
  );
}

const ageText = (us: number): string => formatDuration(Math.floor(us / 1e6) * 1e6);
