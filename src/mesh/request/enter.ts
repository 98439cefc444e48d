import type { Connections } from '../app/connections.ts';
import { doorState } from '../app/stations.ts';
import type { Endpoints } from '../kubernetes/endpoints.ts';
import { hostname } from '../kubernetes/node.ts';
import { byNode } from '../kubernetes/workload/by-node.ts';
import type { EntranceOfTraffic, Surroundings } from './surroundings.ts';

/** In place of a proxy's row: nobody takes the connection, or nobody answers it. */
export const noEntry = { refused: -1, inVain: -2 } as const;

/**
 * A visitor's connection to a gateway: each new one gets a replica, drawn as kube-proxies and a cloud's balancer draw, among
 * the endpoints that they know of, or a node first where the Service says so; a kept one stays where it is, until its replica begins to drain (Envoy then closes it with
 * the next answer).
 *
 * Simplification: a draining replica's kept connections go on elsewhere with their next request, and that request is none
 * of its own.
 */
export class Enter {
  readonly #around: Surroundings;
  /** Asked once for each state of the endpoints. */
  readonly #asked: (Offered | undefined)[] = [];

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Row of the replica's proxy, or one of `noEntry`. */
  proxyFor(
    source: number,
    entrance: EntranceOfTraffic,
    kept: Connections | undefined,
    client: number,
    nowUs: number,
  ): number {
    if (entrance.assumed >= 0) return entrance.assumed;
    if (entrance.closed) return noEntry.refused;
    const { proxies, podOfProxy, proxyOfPod, stations } = this.#around;
    const held = kept === undefined ? -1 : kept.held(client, nowUs);
    if (held >= 0) {
      const proxy = Math.floor(held / proxies.settings.concurrency);
      const door = stations.door(podOfProxy[proxy]!);
      if (door === doorState.open) return proxy;
      if (door === doorState.silent) return noEntry.inVain;
      kept!.close(client);
    }
    const { nodes } = this.#offeredTo(source, entrance);
    if (nodes.length === 0) return noEntry.refused;
    const pods = nodes.length === 1 ? nodes[0]! : nodes[entrance.chance.below(nodes.length)]!;
    const pod = pods.length === 1 ? pods[0]! : pods[entrance.chance.below(pods.length)]!;
    const door = stations.door(pod);
    if (door === doorState.silent) return noEntry.inVain;
    return door === doorState.closed ? noEntry.refused : proxyOfPod[pod]!;
  }

  #offeredTo(source: number, { namespace, labels, byNode: isByNode }: EntranceOfTraffic): Offered {
    const endpoints = this.#around.kubeProxy.known;
    const asked = this.#asked[source];
    if (asked?.endpoints === endpoints) return asked;
    const pods = endpoints.of(namespace, labels);
    const nodes = isByNode
      ? byNode(Array.from(pods, (row) => this.#around.pods[row]!.labels[hostname] ?? '')).map((own) =>
          Int32Array.from(own, (index) => pods[index]!),
        )
      : pods.length === 0
        ? []
        : [pods];
    return (this.#asked[source] = { endpoints, nodes });
  }
}

/** Pods that an entry's visitors may get, by node where that is drawn first, else all in one. */
interface Offered {
  readonly endpoints: Endpoints;
  readonly nodes: readonly Int32Array[];
}
