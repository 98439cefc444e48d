import { portNamesOf } from '../../manifest/named-port.ts';
import type { PodTemplate } from '../../manifest/resource.ts';

/** A pod as the mesh sees it. What becomes of it is told by `Workloads`. */
export interface Pod {
  readonly name: string;
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** False where the template (label or annotation) says `sidecar.istio.io/inject: "false"`, and of gateways. */
  readonly sidecar: boolean;
  /** Its only container is a proxy, which visitors or other pods come to. */
  readonly isGateway?: true;
  /** No pod at all: an endpoint that a ServiceEntry or a WorkloadEntry tells of. */
  readonly isOutside?: true;
  /** Of ports of its containers, by which Services may lead to them; absent: none has a name. */
  readonly portNames?: readonly string[];
  /** As the pod network gives them out. */
  readonly ip: string;
  /** CPU limit of its application, in millicores; Infinity: none. */
  readonly cpuLimitMilli: number;
}

/** Who makes pods: a Deployment, a Rollout, or the ReplicaSet beside it. */
export interface PodOwner {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly template: PodTemplate;
    readonly minReadySeconds: number;
  };
  /** All that its manifest says. */
  readonly source?: Readonly<Record<string, unknown>>;
  /** It stands outside the cluster, at this address. */
  readonly address?: string;
}

/**
 * The `ordinal`-th pod that a Deployment makes from its template, named as Kubernetes names them, but always alike:
 * `reviews-v1-6f8c9d7b5-x2x9k`. `revision` tells templates of one Deployment apart; '' for its first. A name or an address
 * that another pod has is not given out again: the next is tried (the API server answers 409 AlreadyExists, and the
 * ReplicaSet's controller asks for another; CNI's IPAM hands out what is free). Pods of a StatefulSet have fixed names.
 */
export function podOf(
  owner: PodOwner,
  revision: string,
  ordinal: number,
  isTaken: (nameOrIp: string) => boolean = () => false,
  fixedName?: string,
): Pod {
  const { name, namespace } = owner.metadata;
  const { template } = owner.spec;
  const { labels, injectedProxy } = template;
  const portNames = portNamesOf(template);
  const set = `${name}-${safeWord(`${name}${revision}`, 9)}`;
  const free = (offered: (attempt: string, made: number) => string): string => {
    for (let made = 0; ; made++) {
      const own = offered(made === 0 ? '' : `/${made}`, made);
      if (!isTaken(own) || made > 1000) return own;
    }
  };
  const { address } = owner;
  if (address !== undefined)
    return {
      name: free((attempt) => `${name}${attempt}`),
      workload: name,
      namespace,
      labels,
      sidecar: false,
      isOutside: true,
      ip: address,
      cpuLimitMilli: Infinity,
    };
  return {
    name: fixedName ?? free((attempt) => `${set}-${safeWord(`${name}${revision}/${ordinal}${attempt}`, 5)}`),
    workload: name,
    namespace,
    labels,
    sidecar: injectedProxy.inject !== false,
    ...(injectedProxy.isGateway === true ? { isGateway: true } : {}),
    ...(portNames.length > 0 ? { portNames } : {}),
    ip: free((attempt, made) => podIp(`${namespace}/${name}${revision}/${ordinal}${attempt}`, made)),
    cpuLimitMilli: applicationLimitMilli(template),
  };
}

/**
 * A CPU limit is a quota of the container that has it, and the application of a pod is its first container: limits of the
 * others, or that they have none, are nothing to it. A limit of the pod as a whole holds as well.
 */
function applicationLimitMilli({ resources, containers }: PodTemplate): number {
  return Math.min(resources.cpuLimitMilli ?? Infinity, containers[0]?.resources.cpuLimitMilli ?? Infinity);
}

/**
 * CPU that the scheduler sets aside for a pod, in millicores. A request of the pod as a whole is all of it; else it is what
 * its containers ask for, native sidecars and Istio's own among them.
 */
export function cpuRequestMilli({
  resources,
  containers,
  initContainers,
  injectedProxy,
}: PodTemplate): number {
  if (resources.cpuRequestMilli !== undefined) return resources.cpuRequestMilli;
  const counted = [
    ...containers,
    ...initContainers.filter((own) => own.isSidecar),
    ...(injectedProxy.inject === false ? [] : [injectedProxy]),
  ];
  return counted.reduce((sum, own) => sum + (own.resources.cpuRequestMilli ?? 0), 0);
}

/**
 * An address of 10.244.0.0/16, always the same for the same pod. After every eighth that is taken another such range is
 * tried: where one is full, nobody looks for its last address.
 */
function podIp(text: string, made: number): string {
  const hash = hashText(text);
  return `10.${(244 + (made >>> 3)) % 256}.${(hash >>> 8) & 255}.${1 + (hash % 254)}`;
}

/** Kubernetes' alphabet for generated names: no vowels, no digits that look like letters. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function safeWord(text: string, length: number): string {
  let hash = hashText(text);
  let word = '';
  for (let i = 0; i < length; i++) {
    word += alphabet[hash % alphabet.length];
    hash = hashText(`${hash}/${i}/${text}`);
  }
  return word;
}

/** 32-bit FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619) >>> 0;
  return hash;
}
