import type { Connections } from '../app/connections.ts';
import { doorState } from '../app/stations.ts';
import type { Endpoints } from '../kubernetes/endpoints.ts';
import type { EntranceOfTraffic, Surroundings } from './surroundings.ts';

/** In place of a proxy's row: nobody takes the connection, or nobody answers it. */
export const noEntry = { refused: -1, inVain: -2 } as const;

/**
 * A visitor's connection to a gateway: each new one gets a replica, drawn as kube-proxies and a cloud's balancer draw, among
 * the endpoints that they know of; a kept one stays where it is, until its replica begins to drain (Envoy then closes it with
 * the next answer).
 *
 * Simplification: a draining replica's kept connections go on elsewhere with their next request, and that request is none
 * of its own.
 */
export class Enter {
  readonly #around: Surroundings;
  /** Pods that an entry's visitors may get, asked once for each state of the endpoints. */
  readonly #asked: ({ readonly endpoints: Endpoints; readonly pods: Int32Array } | undefined)[] = [];

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
    const { proxies, podOfProxy, proxyOfPod, stations } = this.#around;
    const held = kept === undefined ? -1 : kept.held(client, nowUs);
    if (held >= 0) {
      const proxy = Math.floor(held / proxies.settings.concurrency);
      const door = stations.door[podOfProxy[proxy]!];
      if (door === doorState.open) return proxy;
      if (door === doorState.silent) return noEntry.inVain;
      kept!.close(client);
    }
    const pods = this.#podsFor(source, entrance);
    if (pods.length === 0) return noEntry.refused;
    const pod = pods.length === 1 ? pods[0]! : pods[entrance.chance.below(pods.length)]!;
    const door = stations.door[pod];
    if (door === doorState.silent) return noEntry.inVain;
    return door === doorState.closed ? noEntry.refused : proxyOfPod[pod]!;
  }

  #podsFor(source: number, { namespace, labels }: EntranceOfTraffic): Int32Array {
    const endpoints = this.#around.kubeProxy.known;
    let asked = this.#asked[source];
    if (asked?.endpoints !== endpoints)
      this.#asked[source] = asked = { endpoints, pods: endpoints.of(namespace, labels) };
    return asked.pods;
  }
}
