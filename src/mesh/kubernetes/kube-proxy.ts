import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { calledService } from '../../manifest/host.ts';
import type { ApiServer } from './api-server.ts';
import type { Endpoints } from './endpoints.ts';
import { resourcesOf, type Registry } from './registry.ts';

/** Where a call goes that no sidecar takes: a Service and its endpoints, of which any is as good as another. */
export interface ServiceRoute {
  readonly service: string;
  /** Rows of pods; none: connection refused. */
  readonly pods: Int32Array;
}

/**
 * The kube-proxies of all nodes as one: they learn of endpoints some time after the EndpointSlice is written, at most once a
 * second (minSyncPeriod), and of Services at once. iptables mode: any endpoint, drawn per connection.
 * Simplification: nodes do not differ in when they learn.
 */
export class KubeProxy {
  readonly #simulation: Simulation;
  readonly #api: ApiServer;
  readonly #authorityOf: (requestClass: number) => string;
  readonly #delay: Sampler;
  readonly #chance: Stream;
  readonly #learns: number;
  #known: Endpoints;
  /** By class of request, while neither Services nor known endpoints change. */
  readonly #routes: (ServiceRoute | undefined)[] = [];
  #resolvedBy: Registry;

  constructor(
    simulation: Simulation,
    api: ApiServer,
    delay: Distribution,
    authorityOf: (requestClass: number) => string,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#api = api;
    this.#authorityOf = authorityOf;
    this.#delay = sampler(delay, stream('kube-proxy/sync'));
    this.#chance = stream('kube-proxy');
    this.#known = api.state.endpoints;
    this.#resolvedBy = api.state.registry;
    this.#learns = simulation.kind('kube-proxy syncs', () => {
      this.#known = api.state.endpoints;
      this.#routes.length = 0;
    });
  }

  /** An EndpointSlice was written. */
  endpointsChanged(nowUs: number): void {
    this.#simulation.schedule(nowUs + this.#delay(), this.#learns, 0);
  }

  routeOf(requestClass: number): ServiceRoute {
    const { registry } = this.#api.state;
    if (registry !== this.#resolvedBy) {
      this.#resolvedBy = registry;
      this.#routes.length = 0;
    }
    return (this.#routes[requestClass] ??= this.#resolve(requestClass));
  }

  /** A new connection's endpoint; `route.pods` is not empty. */
  pick({ pods }: ServiceRoute): number {
    return pods[this.#chance.below(pods.length)]!;
  }

  #resolve(requestClass: number): ServiceRoute {
    const service = calledService(this.#authorityOf(requestClass));
    const found = resourcesOf(this.#resolvedBy, 'Service').find((own) => own.metadata.name === service);
    if (found === undefined) return { service, pods: none };
    return { service, pods: this.#known.of(found.metadata.namespace, found.spec.selector) };
  }
}

const none = new Int32Array();
