import { amountOf, askedForBy, measured, type AskedFor } from './asked-for.ts';
import { Cursor } from './cursor.ts';
import { completed, defaultsOf } from './limit-range.ts';
import { quantityNumber } from './quantity.ts';
import type { HorizontalPodAutoscaler, PodAmount, Resource, WrittenObject } from './resource.ts';
import { isWorkload, meansKind, type Workload } from './scale-target.ts';
import { together } from './together.ts';

/** What is done to pods while a run lasts, beside the manifests that are applied. */
export interface PodChanges {
  /** The most replicas and the fewest that somebody asks for, by the name of the workload. */
  readonly scaled: ReadonlyMap<string, { readonly most: number; readonly least: number }>;
  /** Pods are deleted, moved or lost: others come in their place. */
  readonly replaces: boolean;
}

export const noPodChanges: PodChanges = { scaled: new Map(), replaces: false };

/**
 * Whether a ResourceQuota could ever keep a pod of its namespace from being made: its pods, those that an autoscaler or somebody may ask
 * for and those that still end among them, ask for more, or one does not say what it has to say (kubernetes.io, Resource Quotas;
 * pkg/quota/v1/evaluator/core/pods.go). Of a scope it is taken to be for all pods.
 *
 * @param resources of all manifests, each version of a workload among them
 * @param others objects of kinds that are not read
 */
export function quotaBinds(
  own: WrittenObject,
  resources: readonly Resource[],
  others: readonly WrittenObject[],
  changes: PodChanges,
): boolean {
  const { namespace } = own.metadata;
  const isHere = ({ metadata }: Resource | WrittenObject): boolean => metadata.namespace === namespace;
  const hard = new Cursor(own.source, [], []).at('spec', 'hard').entries;
  const workloads = resources.filter(isWorkload).filter(isHere);
  const names = JSON.stringify(workloads.map(({ source }) => source));
  const counted = hard.filter(
    ([name]) => !ofNoPods.test(name) && (names.includes('"volumeClaimTemplates"') || !ofClaims.test(name)),
  );
  if (counted.length === 0) return false;
  // How many pods these make nobody can tell.
  if (others.some((each) => isHere(each) && makers.test(each.kind))) return true;
  const defaults = defaultsOf(others, namespace);
  const pods = [...new Set(workloads.map(keyOf))].map((key) => {
    const versions = workloads.filter((each) => keyOf(each) === key);
    return {
      most: mostPods(versions, resources, changes),
      versions: versions.map((each) => askedForBy(each)?.map((asked) => completed(asked, defaults))),
    };
  });
  return counted.some(([name, { quantity }]) => isBeyond(name, quantity, pods, names));
}

/** What no request asks for. */
const ofNoPods = /^((count\/)?(configmaps|secrets|resourcequotas)|services\.(loadbalancers|nodeports))$/;

/** Claims of volumes, which StatefulSets make with their pods. */
const ofClaims =
  /^((count\/)?persistentvolumeclaims|requests\.storage|.*\.storageclass\.storage\.k8s\.io\/.*)$/;

/** Kinds that make pods, of which the model plays none, and Flagger, which copies what is there. */
const makers = /^(Job|CronJob|ReplicationController|DeploymentConfig|CloneSet|Canary|ScaledObject)$/;

interface Pods {
  readonly most: number;
  readonly versions: readonly (readonly AskedFor[] | undefined)[];
}

/** @param names the pods' sources, in which each resource stands that they ask for */
function isBeyond(name: string, quantity: string | undefined, pods: readonly Pods[], names: string): boolean {
  const written = quantity ?? '';
  if (name === 'pods' || name === 'count/pods')
    return !(pods.reduce((sum, { most }) => sum + most, 0) <= (quantityNumber(written) ?? 0));
  const [, of = 'requests', resource] = /^(?:(requests|limits)\.)?(.+)$/.exec(name)!;
  const known = measured.find((own) => own === resource);
  if (known === undefined) return /^count\//.test(name) || names.includes(JSON.stringify(resource));
  const most = pods.map(
    (own) => own.most * Math.max(...own.versions.map((each) => askedFor(each, of as 'requests', known))),
  );
  return !(most.reduce((sum, each) => sum + each, 0) <= (amountOf(known, written) ?? 0));
}

/** Endless where a container does not say: such a pod is refused. */
function askedFor(
  containers: readonly AskedFor[] | undefined,
  of: 'requests' | 'limits',
  name: 'cpu' | 'memory',
): number {
  if (containers === undefined) return Infinity;
  return together(containers.map(({ when, [of]: own }) => ({ when, amount: own[name] ?? Infinity })));
}

const keyOf = ({ kind, metadata }: Workload): string => `${kind}/${metadata.name}`;

/**
 * How many pods of a workload there may be at a time: those that are wanted, and those that still end, which count until they are gone.
 * Whoever replaces his pods may have twice as many, and what goes beyond them while he does.
 */
function mostPods(
  versions: readonly Workload[],
  resources: readonly Resource[],
  { scaled, replaces }: PodChanges,
): number {
  const [first] = versions;
  if (first!.kind === 'DaemonSet') {
    const nodes = resources.filter(({ kind }) => kind === 'Node').length;
    return (replaces || versions.length > 1 ? 2 : 1) * Math.max(1, nodes);
  }
  const { name, namespace } = first!.metadata;
  const autoscalers = resources.filter(
    (own): own is HorizontalPodAutoscaler =>
      own.kind === 'HorizontalPodAutoscaler' &&
      own.metadata.namespace === namespace &&
      own.spec.scaleTargetRef.name === name &&
      meansKind(own.spec.scaleTargetRef, first!.kind),
  );
  const wanted = [
    ...versions.map(({ spec }) => spec.replicas),
    ...autoscalers.flatMap(({ spec }) => [spec.minReplicas ?? 1, spec.maxReplicas]),
    ...[scaled.get(name)].flatMap((own) => (own === undefined ? [] : [own.most, own.least])),
  ];
  const [most, least] = [Math.max(...wanted), Math.min(...wanted)];
  const isReplaced =
    replaces ||
    first!.kind === 'Rollout' ||
    new Set(versions.map((own) => JSON.stringify(templateOf(own)))).size > 1;
  return isReplaced ? 2 * most + Math.max(...versions.map((own) => surgeOf(own, most))) : 2 * most - least;
}

const templateOf = ({ source }: Workload): unknown =>
  (source['spec'] as { readonly template?: unknown } | undefined)?.template;

/** Beyond its replicas; a Rollout may have all of both versions. */
function surgeOf(own: Workload, replicas: number): number {
  if (own.kind === 'Rollout') return replicas;
  if (own.kind !== 'Deployment' || own.spec.strategy.type === 'Recreate') return 0;
  return amountOfPods(own.spec.strategy.maxSurge, replicas);
}

const amountOfPods = (own: PodAmount, replicas: number): number =>
  'count' in own ? own.count : Math.ceil((own.percent * replicas) / 100);
