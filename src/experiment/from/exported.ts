import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { readYaml } from '../../manifest/located.ts';
import type { Problem } from '../../manifest/problem.ts';

/** An object as `kubectl get -o yaml` printed it, without what the cluster added. */
export interface Exported {
  readonly kind: string;
  /** `apps` of `apps/v1`; "" of the core. */
  readonly group: string;
  readonly name: string;
  readonly namespace: string;
  /** What one would apply. */
  readonly source: Data;
}

/**
 * All objects of some texts, in their order: documents, and items of Lists at any depth. The later of two that are the same object
 * stays, as `kubectl apply` would have it, unless it is a part of one (a patch of kustomize).
 */
export function readExported(texts: readonly { readonly file: string; readonly text: string }[]): {
  readonly objects: readonly Exported[];
  readonly problems: readonly Problem[];
  /** "Deployment web": it was there in part, too. */
  readonly merges: readonly string[];
} {
  const problems: Problem[] = [];
  const documents = texts.flatMap(({ file, text }) => {
    const { documents: all, problems: own } = readYaml(file, text);
    problems.push(...(own.length > 0 && helmTemplate.test(text) ? [templateProblem(file)] : own));
    return all.map(({ data }) => data);
  });
  return { ...exportedOf(documents), problems };
}

/** The same of documents, or of objects one by one, that are read already. */
export function exportedOf(documents: readonly unknown[]): {
  readonly objects: readonly Exported[];
  readonly merges: readonly string[];
} {
  const merges: string[] = [];
  const found = new Map<string, Exported>();
  const read = (data: unknown): void => {
    const object = mapOf(data);
    const { kind, apiVersion, items } = object;
    if (Array.isArray(items) && (kind === undefined || String(kind).endsWith('List'))) {
      for (const item of items) read(inList(item, String(kind), apiVersion));
      return;
    }
    const { name, namespace } = mapOf(object['metadata']);
    if (typeof kind !== 'string' || typeof apiVersion !== 'string' || typeof name !== 'string') return;
    const own: Exported = {
      kind,
      group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
      name,
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
      source: applied(object),
    };
    const key = [own.group, kind, own.namespace, name].join('/');
    const before = found.get(key);
    if (before !== undefined && !isWhole(own) && isWhole(before)) {
      merges.push(`${kind} ${name}`);
      return;
    }
    if (before !== undefined && isWhole(own) && !isWhole(before)) merges.push(`${kind} ${name}`);
    found.delete(key);
    found.set(key, own);
  };
  for (const data of documents) read(data);
  return { objects: [...found.values()], merges };
}

/** What Kubernetes takes by itself: a workload with a template. */
const isWhole = ({ kind, source }: Exported): boolean => {
  const { template, selector } = mapOf(source['spec']);
  return (
    !['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) ||
    (template !== undefined && selector !== undefined)
  );
};

const helmTemplate = /\{\{-?\s*(\.|\$|include\b|template\b|if\b|with\b|range\b|define\b|toYaml\b|end\b)/;

const templateProblem = (file: string): Problem => ({
  severity: 'warning',
  code: 'MS2024',
  message: `${file} is a template of Helm: it says nothing until it is rendered`,
  file,
  hint: 'helm template NAME CHART | meshshift new my --from -',
});

/** Items of a list that is no `List` (a client's DeploymentList) leave out what their list says. */
function inList(item: unknown, listKind: string, apiVersion: unknown): unknown {
  if (listKind === 'List' || listKind === 'undefined') return item;
  return { apiVersion, kind: listKind.replace(/List$/, ''), ...mapOf(item) };
}

const addedToMetadata = [
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
  'finalizers',
  'ownerReferences',
  'generateName',
];

/** Annotations that controllers and kubectl write for themselves. */
const addedAnnotations =
  /^(kubectl\.kubernetes\.io\/|deployment\.kubernetes\.io\/|autoscaling\.alpha\.kubernetes\.io\/|rollout\.argoproj\.io\/revision|meta\.helm\.sh\/|control-plane\.alpha\.kubernetes\.io\/|field\.cattle\.io\/|pv\.kubernetes\.io\/)/;

/** A Service gets these from the cluster that it is in; a headless one says None itself. */
const addedToService = [
  'allocateLoadBalancerNodePorts',
  'clusterIPs',
  'ipFamilies',
  'ipFamilyPolicy',
  'healthCheckNodePort',
  'loadBalancerIP',
];

/** What the API server fills in where nothing is written, of parts that a run does not ask for. */
const defaultedInWorkload = ['revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'];
const defaultedInPod = [
  'dnsPolicy',
  'schedulerName',
  'serviceAccount',
  'enableServiceLinks',
  'preemptionPolicy',
];
const defaultedInContainer = ['imagePullPolicy', 'terminationMessagePath', 'terminationMessagePolicy'];

function withoutDefaults(pod: Data): void {
  for (const field of defaultedInPod) delete pod[field];
  if (Object.keys(mapOf(pod['securityContext'])).length === 0) delete pod['securityContext'];
  for (const own of [...listOf(pod['containers']), ...listOf(pod['initContainers'])])
    for (const field of defaultedInContainer) delete own[field];
}

/** An object without its life in a cluster: status, book-keeping, and addresses that were given to it. */
function applied(object: Data): Data {
  const own = structuredClone(object);
  delete own['status'];
  const metadata = mapOf(own['metadata']);
  // Whose it is, is asked before it is forgotten.
  const [owner] = listOf(metadata['ownerReferences']);
  for (const field of addedToMetadata) delete metadata[field];
  if (owner !== undefined) metadata['ownerReferences'] = [owner];
  const annotations = mapOf(metadata['annotations']);
  for (const name of Object.keys(annotations)) if (addedAnnotations.test(name)) delete annotations[name];
  if (Object.keys(annotations).length === 0) delete metadata['annotations'];
  const spec = mapOf(own['spec']);
  const template = mapOf(spec['template']);
  delete mapOf(template['metadata'])['creationTimestamp'];
  withoutDefaults(own['kind'] === 'Pod' ? spec : mapOf(template['spec']));
  if (own['kind'] !== 'Service') for (const field of defaultedInWorkload) delete spec[field];
  for (const claim of listOf(spec['volumeClaimTemplates'])) {
    delete claim['status'];
    delete mapOf(claim['metadata'])['creationTimestamp'];
  }
  if (own['kind'] === 'Service') {
    for (const field of addedToService) delete spec[field];
    delete mapOf(spec['selector'])['rollouts-pod-template-hash'];
    if (spec['clusterIP'] !== 'None') delete spec['clusterIP'];
    for (const port of listOf(spec['ports'])) delete port['nodePort'];
  }
  return own;
}
