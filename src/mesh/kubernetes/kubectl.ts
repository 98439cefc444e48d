import type { Resource } from '../../manifest/resource.ts';
import { isScalable, isWorkload, writtenReplicas } from '../../manifest/scale-target.ts';
import type { ApiServer } from './api-server.ts';
import type { Autoscalers } from './autoscalers.ts';
import type { Nodes } from './nodes.ts';
import { nodeOf, topology } from './node.ts';
import {
  appliedLine,
  applyResources,
  deleteResources,
  resourceKey,
  type Registry,
  type RegistryChange,
} from './registry.ts';
import { workloadsOf } from './workload-of.ts';
import { appliedReplicas } from './workload/applied-replicas.ts';
import type { LiveWorkload } from './pod-life.ts';
import type { Workloads } from './workloads.ts';

/** What a command prints, and keys of the resources that it made, changed or took away. */
export type Done = Omit<RegistryChange, 'registry'>;

/** kubectl: each verb writes to the API server, and the controllers concerned see it at once. */
export class Kubectl {
  readonly #api: ApiServer;
  readonly #workloads: Workloads;
  readonly #autoscalers: Autoscalers;
  readonly #nodes: Nodes;
  readonly #deployedFor: (resource: Resource) => readonly Resource[];

  /** @param deployedFor what a controller in the cluster makes of a resource, and takes away with it. */
  constructor(
    api: ApiServer,
    workloads: Workloads,
    autoscalers: Autoscalers,
    nodes: Nodes,
    deployedFor: (resource: Resource) => readonly Resource[],
  ) {
    this.#api = api;
    this.#workloads = workloads;
    this.#autoscalers = autoscalers;
    this.#nodes = nodes;
    this.#deployedFor = deployedFor;
  }

  apply(resources: readonly Resource[], nowUs: number): Done {
    const before = this.#api.state.registry;
    const change = applyResources(before, resources, nowUs);
    const deployed = resources.flatMap(this.#deployedFor);
    const made = applyResources(change.registry, deployed, nowUs);
    this.#api.write({ registry: made.registry });
    const scaled = this.#withReplicas(made.registry, [...resources, ...deployed], before);
    const changed = new Set([...change.changed, ...made.changed, ...scaled.changed]);
    for (const workload of workloadsOf(scaled.resources)) {
      if (changed.has(`${workload.kind}/${workload.namespace}/${workload.name}`))
        this.#workloads.apply(workload, nowUs);
    }
    for (const own of resources) {
      if (own.kind === 'HorizontalPodAutoscaler') this.#autoscalers.apply(own, nowUs);
      else if (own.kind === 'Node') this.#nodes.apply(nodeOf(own), nowUs);
    }
    // A manifest that is the same again, but whose number somebody had changed.
    const isScaled = (key: string): boolean => scaled.changed.includes(key) && !change.changed.includes(key);
    const lines = change.lines.map((line, i) =>
      isScaled(resourceKey(resources[i]!)) ? appliedLine(resources[i]!, 'configured') : line,
    );
    return { lines, changed: [...changed] };
  }

  delete(resources: readonly Resource[], nowUs: number): Done {
    const { registry, ...done } = deleteResources(this.#api.state.registry, resources);
    const deployed = resources.flatMap(this.#deployedFor);
    this.#api.write({ registry: deleteResources(registry, deployed).registry });
    for (const own of [...resources, ...deployed]) {
      const { name, namespace } = own.metadata;
      if (own.kind === 'HorizontalPodAutoscaler') this.#autoscalers.remove(name, namespace);
      else if (isWorkload(own)) this.#workloads.remove(name, namespace, own.kind, nowUs);
    }
    return done;
  }

  scale(name: string, replicas: number, nowUs: number): Done {
    return this.#on(name, (workload) => {
      if (!isScalable(workload.kind))
        return 'Error from server (NotFound): the server could not find the requested resource';
      this.#workloads.scale(workload, replicas, nowUs);
      return `${workload.kind.toLowerCase()}.apps/${workload.name} scaled to ${replicas}`;
    });
  }

  /** kubectl rollout restart. */
  restart(name: string, nowUs: number): Done {
    return this.#on(name, (workload) => {
      if (workload.kind === 'BarePod') return `error: pods "${name}" restarting is not supported`;
      const resource = `${workload.kind.toLowerCase()}.apps`;
      return this.#workloads.restart(workload, nowUs)
        ? `${resource}/${name} restarted`
        : `error: ${workload.kind.toLowerCase()}s.apps "${name}" restarting is not supported`;
    });
  }

  /** So many pods are gone at once: `kubectl delete pod --force --grace-period=0`; silently: their nodes are lost. */
  kill(name: string, pods: number, silently: boolean, nowUs: number): Done {
    return this.#on(name, (workload) => {
      const count = this.#workloads.kill(workload, pods, silently, nowUs);
      return `${count} of the pods of ${name} ${silently ? 'lost without a word' : 'killed'}`;
    });
  }

  /** The application's container dies in so many pods. */
  crash(name: string, pods: number, silently: boolean, nowUs: number): Done {
    return this.#on(name, (workload) => {
      const count = this.#workloads.crash(workload, pods, silently, nowUs);
      return `${count} of the pods of ${name} crashed${silently ? ' without a word' : ''}`;
    });
  }

  /** Nodes, or all of a zone, are gone with what runs on them, and nobody is told. */
  loseNodes(
    where: { readonly node?: string | undefined; readonly zone?: string | undefined },
    nowUs: number,
  ): Done {
    const count = this.#nodes.lose(
      ({ name, labels }) =>
        where.node === undefined ? labels[topology[1]] === where.zone : name === where.node,
      nowUs,
    );
    const what = where.node === undefined ? `zone ${where.zone!}` : `node ${where.node}`;
    return { lines: [`${what} lost without a word, with ${count} pods`], changed: [] };
  }

  /** kubectl drain --ignore-daemonsets --delete-emptydir-data. */
  drain(node: string, nowUs: number): Done {
    return { lines: this.#nodes.drain(node, nowUs), changed: [] };
  }

  /** One node takes new pods no more, or again. */
  cordonNode(node: string, on: boolean, nowUs: number): Done {
    const isThere = this.#nodes.cordon(node, on, nowUs);
    const line = isThere
      ? `node/${node} ${on ? 'cordoned' : 'uncordoned'}`
      : `Error from server (NotFound): nodes "${node}" not found`;
    return { lines: [line], changed: [] };
  }

  /** No node takes new pods any more, or all do again. */
  cordon(on: boolean, nowUs: number): Done {
    this.#nodes.cordonAll(on, nowUs);
    return { lines: [on ? 'no room for new pods' : 'room for new pods'], changed: [] };
  }

  /** One line about a workload that is there; no manifest changes. */
  #on(name: string, act: (workload: LiveWorkload) => string): Done {
    const workload = this.#workloads.all.find((own) => own.name === name);
    if (workload === undefined) throw new RangeError(`no workload is called "${name}"`);
    const line = workload.isDeleted ? `Error from server (NotFound): "${name}" not found` : act(workload);
    return { lines: [line], changed: [] };
  }

  /** All resources with spec.replicas as `kubectl apply` leaves it, and keys of those whose number that changes. */
  #withReplicas(
    registry: Registry,
    applied: readonly Resource[],
    before: Registry,
  ): { readonly resources: readonly Resource[]; readonly changed: readonly string[] } {
    const keys = new Set(applied.map(resourceKey));
    const changed: string[] = [];
    const resources = [...registry.entries].map(([key, { resource }]): Resource => {
      if (!isWorkload(resource)) return resource;
      const { name, namespace } = resource.metadata;
      const live = this.#workloads.find(name, namespace, resource.kind)?.replicas;
      const last = before.entries.get(key)?.resource;
      const replicas = keys.has(key)
        ? appliedReplicas({
            written: writtenReplicas(resource),
            writtenBefore: last !== undefined && isWorkload(last) ? writtenReplicas(last) : undefined,
            live,
          })
        : (live ?? resource.spec.replicas);
      if (keys.has(key) && live !== undefined && live !== replicas) changed.push(key);
      return { ...resource, spec: { ...resource.spec, replicas } } as Resource;
    });
    return { resources, changed };
  }
}
