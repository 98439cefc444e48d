import { readYaml } from '../manifest/located.ts';
import { at, listAt, textAt } from './json.ts';

/** Who a pod is; "" where nothing tells. */
export interface PodIdentity {
  readonly pod: string;
  readonly namespace: string;
  /** Its Deployment, StatefulSet or DaemonSet. */
  readonly workload: string;
  /** The Service that selects it, else its canonical name, else its workload's name. */
  readonly service: string;
  readonly version: string;
  readonly node: string;
  readonly ip: string;
  /** Its proxy is a gateway's: no application behind it. */
  readonly isGateway: boolean;
}

/** What a source tells of a pod: a span's node_id, labels of a metric, the name of a log. */
export interface PodHint {
  readonly pod: string;
  readonly namespace?: string | undefined;
  readonly workload?: string | undefined;
  readonly service?: string | undefined;
  readonly version?: string | undefined;
  readonly node?: string | undefined;
  readonly ip?: string | undefined;
  readonly isGateway?: boolean | undefined;
}

/** What manifests say of a workload. */
export interface KnownWorkload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels that tell its pods from others: matchLabels of its selector. */
  readonly match: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

interface KnownService {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

type Labels = Readonly<Record<string, string>>;

/**
 * The names of one system: pods to workloads, services, versions and nodes. Sources come in any order and are asked when all are
 * in; kubectl's objects win over labels of metrics, those over what proxies say, that over what a pod's name looks like.
 */
export class Names {
  readonly #pods = new Map<string, { labels: Labels; hint: PodHint }>();
  readonly #hints = new Map<string, PodHint>();
  readonly #byIp = new Map<string, string>();
  readonly #workloads: KnownWorkload[] = [];
  readonly #services: KnownService[] = [];
  #resolved = new Map<string, PodIdentity>();

  /** Objects as kubectl prints them (`kubernetesObjects`): Pods, what keeps pods, Services. Others say nothing. */
  readObjects(objects: Iterable<unknown>): void {
    this.#resolved.clear();
    for (const object of objects) {
      const kind = textAt(object, 'kind') ?? '';
      const metadata = at(object, 'metadata');
      const name = textAt(metadata, 'name');
      if (name === undefined) continue;
      const namespace = textAt(metadata, 'namespace') ?? 'default';
      const spec = at(object, 'spec');
      if (kind === 'Pod') this.#readPod(name, namespace, metadata, spec, at(object, 'status'));
      else if (kind === 'Service')
        this.#services.push({
          name,
          namespace,
          selector: labelsAt(spec, 'selector'),
          ports: listAt(spec, 'ports').flatMap((port) => {
            const number = at(port, 'port');
            return typeof number === 'number' ? [number] : [];
          }),
        });
      else if (podKeepers.includes(kind)) {
        const labels = labelsAt(at(at(spec, 'template'), 'metadata'), 'labels');
        const selector = labelsAt(at(spec, 'selector'), 'matchLabels');
        const match = Object.keys(selector).length > 0 ? selector : labels;
        this.#workloads.push({ kind, name, namespace, match, labels });
      }
    }
  }

  /** A later hint fills in what the earlier ones left open. */
  see(hint: PodHint): void {
    const before = this.#hints.get(hint.pod);
    if (before === undefined) this.#hints.set(hint.pod, hint);
    else {
      const known = Object.entries(hint).filter(
        ([key, value]) => value !== undefined && value !== '' && isUnknown(before[key as keyof PodHint]),
      );
      if (known.length === 0) return;
      this.#hints.set(hint.pod, { ...before, ...(Object.fromEntries(known) as Partial<PodHint>) });
    }
    this.#resolved.clear();
    if (hint.ip !== undefined && hint.ip !== '' && !this.#byIp.has(hint.ip))
      this.#byIp.set(hint.ip, hint.pod);
  }

  /** A series of kube_pod_info, by its labels. */
  readPodInfo(labels: Labels): void {
    const pod = labels['pod'];
    if (pod === undefined) return;
    const owner = labels['created_by_name'];
    this.see({
      pod,
      namespace: labels['namespace'],
      node: labels['node'],
      ip: labels['pod_ip'],
      workload: owner === undefined ? undefined : keeperOf(labels['created_by_kind'] ?? '', owner, undefined),
    });
  }

  /** Any name gets an answer; what nothing tells is "". */
  pod(name: string): PodIdentity {
    let found = this.#resolved.get(name);
    if (found === undefined) {
      found = this.#resolve(name);
      this.#resolved.set(name, found);
    }
    return found;
  }

  podAt(ip: string): string | undefined {
    return this.#byIp.get(ip);
  }

  /** All pods that a source has told of, in the order of their names. */
  pods(): readonly PodIdentity[] {
    const all = new Set([...this.#pods.keys(), ...this.#hints.keys()]);
    return [...all].sort().map((name) => this.pod(name));
  }

  /** What manifests say of a workload; undefined where they do not know it. */
  workload(name: string): KnownWorkload | undefined {
    return this.#workloads.find((own) => own.name === name);
  }

  workloads(): readonly KnownWorkload[] {
    return this.#workloads;
  }

  /** Ports of the Service; empty where no manifest tells. */
  portsOf(service: string): readonly number[] {
    return this.#services.find((own) => own.name === service)?.ports ?? [];
  }

  #readPod(name: string, namespace: string, metadata: unknown, spec: unknown, status: unknown): void {
    const labels = labelsAt(metadata, 'labels');
    const owner = listAt(metadata, 'ownerReferences')[0];
    const ip = textAt(status, 'podIP');
    const ownerName = textAt(owner, 'name');
    this.#pods.set(name, {
      labels,
      hint: {
        pod: name,
        namespace,
        ip,
        node: textAt(spec, 'nodeName'),
        workload:
          ownerName === undefined
            ? undefined
            : keeperOf(textAt(owner, 'kind') ?? '', ownerName, labels['pod-template-hash']),
        version: versionLabel(labels),
        isGateway: isOfGateway(labels) ? true : undefined,
      },
    });
    if (ip !== undefined) this.#byIp.set(ip, name);
  }

  #resolve(name: string): PodIdentity {
    const written = this.#pods.get(name);
    const hint = this.#hints.get(name);
    const first = (key: keyof PodHint): string => {
      const value = written?.hint[key] ?? hint?.[key];
      return typeof value === 'string' ? value : '';
    };
    const namespace = first('namespace');
    const told = first('workload') || (isAddress(name) ? this.#workloadAt(name, hint) : '');
    const workload = this.#workloadOf(name, namespace, written?.labels, told);
    const known = this.#workloads.find((own) => own.name === workload);
    const labels = written?.labels ?? known?.labels ?? {};
    const service =
      this.#selecting(labels, namespace || known?.namespace || '') ||
      (labels['service.istio.io/canonical-name'] ?? '') ||
      (hint?.service ?? '') ||
      (labels['app.kubernetes.io/name'] ?? labels['app'] ?? '') ||
      workload;
    const seen = first('version') || versionLabel(labels) || '';
    const byName = workload.startsWith(`${service}-`) ? workload.slice(service.length + 1) : '';
    return {
      pod: name,
      namespace: namespace || (known?.namespace ?? ''),
      workload,
      service,
      // Istio says `latest` where no label tells the version (istio.io, "canonical service").
      version: seen !== '' && seen !== 'latest' ? seen : /^v\d/.test(byName) ? byName : '',
      node: first('node'),
      ip: first('ip'),
      isGateway: written?.hint.isGateway ?? hint?.isGateway ?? false,
    };
  }

  /** Of a pod that is known by its address alone: whose Service's callers ask it for; of a gateway the one that there is. */
  #workloadAt(address: string, { service = '', version = '', isGateway }: Partial<PodHint> = {}): string {
    if (isGateway === true) {
      const [only, ...others] = this.#workloads.filter(({ labels }) => isOfGateway(labels));
      if (only !== undefined && others.length === 0) return only.name;
    }
    if (service === '')
      return `${isGateway === true ? 'gateway' : 'pod'}-${address.replace(/[^0-9a-f]+/gi, '-')}`;
    const selector = this.#services.find(({ name }) => name === service)?.selector ?? {};
    const found = this.#workloads.filter(
      ({ labels }) =>
        Object.keys(selector).length > 0 &&
        includes(labels, selector) &&
        (version === '' || versionLabel(labels) === version),
    );
    if (found.length === 1) return found[0]!.name;
    return version === '' ? service : `${service}-${version}`;
  }

  #workloadOf(pod: string, namespace: string, labels: Labels | undefined, told: string): string {
    if (told !== '') return told;
    const here = this.#workloads.filter((own) => namespace === '' || own.namespace === namespace);
    const selecting = labels === undefined ? [] : here.filter(({ match }) => includes(labels, match));
    const named = (selecting.length > 0 ? selecting : here)
      .filter((own) => pod.startsWith(`${own.name}-`))
      .sort((one, other) => other.name.length - one.name.length)[0];
    return named?.name ?? selecting[0]?.name ?? workloadOfPodName(pod);
  }

  /** Of several Services that select a pod, that of its app's name, else the one with the fewest labels: it takes all versions. */
  #selecting(labels: Labels, namespace: string): string {
    const found = this.#services.filter(
      (own) =>
        (namespace === '' || own.namespace === namespace) &&
        Object.keys(own.selector).length > 0 &&
        includes(labels, own.selector),
    );
    const app = labels['service.istio.io/canonical-name'] ?? labels['app'];
    const best =
      found.find(({ name }) => name === app) ??
      found.sort((one, other) => Object.keys(one.selector).length - Object.keys(other.selector).length)[0];
    return best?.name ?? '';
  }
}

/** As Istio's charts label a gateway's pods: `istio: ingressgateway`. */
const isOfGateway = (labels: Labels): boolean => /gateway/.test(labels['istio'] ?? '');

/** What `kubectl get ... -o yaml` or `-o json` printed -> its objects, those of Lists one by one. Unreadable text has none. */
export function kubernetesObjects(file: string, text: string): unknown[] {
  const documents = /^\s*[[{]/.test(text)
    ? jsonDocument(text)
    : readYaml(file, text).documents.map((document) => document.data);
  return documents.flatMap(itemsOf);
}

function jsonDocument(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

const itemsOf = (object: unknown): unknown[] => {
  const items = at(object, 'items');
  return Array.isArray(items) ? items.flatMap(itemsOf) : [object];
};

const podKeepers = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'];

/**
 * `sidecar~10.244.1.12~web-7d9c6b5f4d-4hk2m.shop~shop.svc.cluster.local`, as Istio's proxies call themselves, -> the pod
 * (istio/istio, pilot/pkg/model/context.go, ServiceNode); undefined for other text.
 */
export function podOfNodeId(nodeId: string): PodHint | undefined {
  const [kind, ip, id, ...rest] = nodeId.split('~');
  if (kind === undefined || ip === undefined || id === undefined || rest.length !== 1) return undefined;
  const dot = id.lastIndexOf('.');
  if (dot <= 0) return undefined;
  return { pod: id.slice(0, dot), namespace: id.slice(dot + 1), ip, isGateway: kind === 'router' };
}

/**
 * The pod whose log a file is called for: `cart-6b8f9d5c7-kj4lp.log.gz`, with `_istio-proxy` or `-istio-proxy` behind it, a
 * kubelet's `POD_NAMESPACE_CONTAINER-ID.log` or `NAMESPACE_POD_UID/istio-proxy/0.log`; undefined where no part looks like a pod.
 */
export function podOfFileName(path: string): string | undefined {
  const parts = path.split('/').reverse();
  for (const part of parts) {
    const bare = part.replace(/(\.(gz|log|txt|json|jsonl|ndjson|out|\d+))+$/i, '');
    for (const word of bare.split(/[_:]/)) {
      const name = word.replace(/[-.](istio-proxy|envoy|proxy)$/, '');
      if (ofDeployment.test(name) || (ofStatefulSet.test(name) && !ofFiles.test(name))) return name;
    }
  }
  return undefined;
}

/** Letters of Kubernetes' random names (apimachinery, util/rand): no vowels, no 0, 1 and 3. */
const letter = '[bcdfghjklmnpqrstvwxz2456789]';
/**
 * A Deployment's pod: name, hash of the template, five letters. Hashes of Kubernetes may have no digit; of other letters one with a
 * digit is taken for a hash.
 */
const ofDeployment = new RegExp(
  `^([a-z0-9][a-z0-9.-]*)-(?:${letter}{6,10}-${letter}{5}|(?=[a-z0-9]*\\d)[a-z0-9]{6,10}-[a-z0-9]{5})$`,
);
/** A StatefulSet's: name and number. */
const ofStatefulSet = /^([a-z][a-z0-9-]*)-\d{1,3}$/;
/** Whoever numbers files calls them so. */
const ofFiles =
  /^(access|access-?logs?|logs?|lines|requests|proxy|envoy|istio|istio-proxy|sidecar|pods?|files?|out|output|part|chunk|nodes?|hosts?|server|dump|export|data|capture)-\d+$/;

/** Of a pod, where nothing tells its name. */
export const isAddress = (text: string): boolean => /^[\d.]+$/.test(text) || text.includes(':');

function workloadOfPodName(pod: string): string {
  return (
    ofDeployment.exec(pod)?.[1] ??
    /^(.+)-\d{1,3}$/.exec(pod)?.[1] ??
    new RegExp(`^(.+)-${letter}{5}$`).exec(pod)?.[1] ??
    pod
  );
}

/** A ReplicaSet is called after its Deployment and the hash of the template. */
function keeperOf(kind: string, name: string, hash: string | undefined): string {
  if (kind !== 'ReplicaSet') return name;
  if (hash !== undefined && name.endsWith(`-${hash}`)) return name.slice(0, -hash.length - 1);
  return /^(.+)-[a-z0-9]{6,10}$/.exec(name)?.[1] ?? name;
}

const versionLabel = (labels: Labels): string | undefined =>
  labels['service.istio.io/canonical-revision'] ?? labels['version'] ?? labels['app.kubernetes.io/version'];

const includes = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

const isUnknown = (value: unknown): boolean => value === undefined || value === '' || value === 'latest';

const labelsAt = (object: unknown, key: string): Labels => {
  const value = at(object, key);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
};
