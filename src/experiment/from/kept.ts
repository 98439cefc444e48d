import { kindWouldAct } from '../../manifest/would-act.ts';
import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { selects } from '../../manifest/labels.ts';
import type { Exported } from './exported.ts';
import { isWatcher, isWatcherName } from './role.ts';

/** What of an export a scenario takes, and what it does not, with the reason. */
export interface Kept {
  readonly objects: readonly Exported[];
  /** "CronJob nightly: not modelled" */
  readonly leftOut: readonly string[];
  /** What had to be written otherwise than it was exported. */
  readonly changed: readonly string[];
}

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Pod'];

const groupsOf: Readonly<Record<string, readonly string[]>> = {
  '': ['Service', 'Pod', 'Namespace', 'Node'],
  apps: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  extensions: ['Deployment', 'DaemonSet', 'ReplicaSet'],
  'argoproj.io': ['Rollout'],
  autoscaling: ['HorizontalPodAutoscaler'],
  policy: ['PodDisruptionBudget'],
  'networking.istio.io': [
    'VirtualService',
    'DestinationRule',
    'Gateway',
    'ServiceEntry',
    'WorkloadEntry',
    'Sidecar',
  ],
  'gateway.networking.k8s.io': [
    'Gateway',
    'HTTPRoute',
    'GRPCRoute',
    'TCPRoute',
    'TLSRoute',
    'ReferenceGrant',
  ],
};

/** Namespaces whose pods are the cluster's own, not the application's. */
const ownNamespaces =
  /^(kube-.*|local-path-storage|istio-operator|cert-manager|argocd|argo-rollouts|metallb-system|gke-.*|calico-.*|tigera-operator|openshift.*|cattle-.*|linkerd.*)$/;

/** Chooses what a run can use, in the order of the export, and brings old API versions up to those that are read. */
export function keep(exported: readonly Exported[]): Kept {
  const objects: Exported[] = [];
  const changed: string[] = [];
  const left = new Map<string, { readonly kind: string; readonly why: string; readonly names: string[] }>();
  const leave = (why: string, { kind, name }: Exported): void => {
    const key = JSON.stringify([kind, why]);
    const known = left.get(key) ?? { kind, why, names: [] };
    known.names.push(name);
    left.set(key, known);
  };
  for (const own of exported) {
    const why = reasonToLeave(own, exported);
    if (why !== undefined) leave(why, own);
    else objects.push(current(own, exported, changed));
  }
  return {
    objects,
    changed,
    leftOut: [...left.values()].map(({ kind, why, names }) => {
      const shown =
        names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
      return `${kind} ${shown}: ${why}`;
    }),
  };
}

function reasonToLeave(own: Exported, all: readonly Exported[]): string | undefined {
  const { group, kind, name, namespace, source } = own;
  if (groupsOf[group]?.includes(kind) !== true && !isSetting(own) && !isActing(own))
    return readAllTheSame.get(kind) ?? 'this kind is not modelled';
  const isPlaced = kind !== 'Namespace' && kind !== 'Node';
  if (isPlaced && ownNamespaces.test(namespace)) return `namespace ${namespace} is the cluster's own`;
  if (kind === 'Namespace' && ownNamespaces.test(name)) return "it is the cluster's own";
  if (kind !== 'Namespace' && watches(own, all)) return 'it watches the mesh, and serves no page';
  if (kind === 'Service' && namespace === 'default' && name === 'kubernetes')
    return "it is the cluster's own API";
  const [owner] = listOf(mapOf(source['metadata'])['ownerReferences']);
  if (owner !== undefined && workloads.includes(kind)) {
    const keeper = String(owner['kind']);
    // Argo takes ReplicaSets over, and they say so; what a Rollout needs of them is in the Rollout.
    const isThere = all.some(
      (other) => other.kind === keeper && other.name === owner['name'] && other.namespace === namespace,
    );
    if (keeper === 'Job') return 'it belongs to a Job, which serves no page';
    if (isThere || keeper === 'Node') return `it belongs to a ${keeper}`;
    if (kind === 'Pod' && keeper === 'ReplicaSet')
      return 'it belongs to a ReplicaSet; export the Deployment instead';
  }
  if (kind === 'ReplicaSet' && mapOf(source['spec'])['replicas'] === 0) return 'it has no pods';
  if (kind === 'Deployment' && isTemplateOfRollout(own, all)) return 'a Rollout runs its pods';
  return undefined;
}

/** Kinds that are not written, and looked into all the same. */
const readAllTheSame: ReadonlyMap<string, string> = new Map([
  ['ConfigMap', 'read for the names of hosts, and not written'],
  ['Ingress', 'read for where pages come in, and not played'],
]);

/** What the model does not have and would change what a run shows: a run that has it among its manifests says so. */
export const isActing = ({ group, kind }: Exported): boolean =>
  groupsOf[group]?.includes(kind) !== true && kindWouldAct(kind, group);

/** The settings of the mesh, and what says which class a Gateway is of. */
const isSetting = ({ group, kind, name, namespace }: Exported): boolean =>
  (kind === 'ConfigMap' && group === '' && namespace === 'istio-system' && /^istio(-|$)/.test(name)) ||
  (kind === 'IstioOperator' && group === 'install.istio.io') ||
  (kind === 'GatewayClass' && group === 'gateway.networking.k8s.io');

/** By its name, by what its pods run, or, of a Service, by the pods that it selects. */
function watches(own: Exported, all: readonly Exported[]): boolean {
  if (isWatcherName(own.name)) return true;
  if (isWorkloadKind(own.kind)) return isWatcher({ name: own.name, template: templateOf(own) });
  if (own.kind !== 'Service') return false;
  const selector = Object.fromEntries(
    Object.entries(mapOf(mapOf(own.source['spec'])['selector'])).map(([key, value]) => [key, String(value)]),
  );
  const behind = all.filter(
    (other) =>
      isWorkloadKind(other.kind) && other.namespace === own.namespace && selects(selector, labelsOf(other)),
  );
  return (
    behind.length > 0 && behind.every((each) => isWatcher({ name: each.name, template: templateOf(each) }))
  );
}

const rolloutsOn = ({ name, namespace }: Exported, all: readonly Exported[]): Exported[] =>
  all.filter((other) => {
    const reference = mapOf(mapOf(other.source['spec'])['workloadRef']);
    return other.kind === 'Rollout' && other.namespace === namespace && reference['name'] === name;
  });

const isTemplateOfRollout = (own: Exported, all: readonly Exported[]): boolean =>
  rolloutsOn(own, all).length > 0;

/** The same object in the version that is read, with what it takes from others written out. */
function current(own: Exported, all: readonly Exported[], changed: string[]): Exported {
  const source = structuredClone(own.source);
  delete mapOf(source['metadata'])['ownerReferences'];
  const spec = mapOf(source['spec']);
  let group = own.group;
  const say = (what: string): void => void changed.push(`${own.kind} ${own.name}: ${what}`);
  if (group === 'extensions') {
    source['apiVersion'] = 'apps/v1';
    group = 'apps';
    if (spec['selector'] === undefined)
      spec['selector'] = { matchLabels: mapOf(mapOf(spec['template'])['metadata'])['labels'] };
    say('written as apps/v1');
  }
  if (own.kind === 'HorizontalPodAutoscaler') {
    const percent = spec['targetCPUUtilizationPercentage'];
    if (source['apiVersion'] !== 'autoscaling/v2') say('written as autoscaling/v2');
    source['apiVersion'] = 'autoscaling/v2';
    delete spec['targetCPUUtilizationPercentage'];
    if (typeof percent === 'number' && spec['metrics'] === undefined)
      spec['metrics'] = [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
        },
      ];
  }
  if (own.kind === 'Rollout' && spec['workloadRef'] !== undefined) {
    const reference = mapOf(spec['workloadRef']);
    const template = all.find(
      (other) =>
        other.kind === 'Deployment' && other.namespace === own.namespace && other.name === reference['name'],
    );
    if (template !== undefined) {
      const { selector, template: pods } = mapOf(template.source['spec']);
      delete spec['workloadRef'];
      spec['selector'] ??= selector;
      spec['template'] = pods;
      say(`its template is that of Deployment ${template.name}`);
    }
  }
  return { ...own, group, source };
}

export const isWorkloadKind = (kind: string): boolean => workloads.includes(kind);

/** The template of a workload's pods: metadata and spec. A Pod is its own. */
export const templateOf = ({ kind, source }: Exported): Data =>
  kind === 'Pod' ? source : mapOf(mapOf(source['spec'])['template']);

export const labelsOf = (own: Exported): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(mapOf(mapOf(templateOf(own)['metadata'])['labels'])).map(([key, value]) => [
      key,
      String(value),
    ]),
  );
