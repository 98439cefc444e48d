import { refill, type Copies } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { hostCovers } from '../../manifest/host.ts';
import type { Service } from '../../manifest/resource.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import type { ApiServer } from './api-server.ts';
import type { Endpoints } from './endpoints.ts';
import { outsideLabel } from './outside.ts';
import { hostname, topology } from './node.ts';
import type { Pod } from './pod.ts';
import { lacksPort } from '../../manifest/service-address.ts';
import { resourcesOf, type Registry } from './registry.ts';
import { nearEndpoints, type Nearness, type NodePlace } from './workload/near-endpoints.ts';

/** Where a call goes that no sidecar takes: a Service and its endpoints, of which any is as good as another. */
export interface ServiceRoute {
  readonly service: string;
  /** Rows of pods; none: connection refused. */
  readonly pods: Int32Array;
  /** The Service has no such port: no rule is for it at its address, and nobody answers (kubernetes/kubernetes#22952). */
  readonly isUnanswered: boolean;
}

/**
 * The kube-proxies of all nodes as one: they learn of endpoints some time after the EndpointSlice is written, at most once a
 * second (minSyncPeriod), and of Services at once. iptables mode: any endpoint, drawn per connection, of those that are near
 * enough (`nearEndpoints`); nftables mode would refuse at once what asks for a port that a Service does not have.
 * Simplification: nodes do not differ in when they learn.
 */
export class KubeProxy {
  readonly #simulation: Simulation;
  readonly #api: ApiServer;
  readonly #names: ServiceNames;
  readonly #pods: readonly Pod[];
  readonly #authorityOf: (requestClass: number) => string;
  readonly #portOf: (requestClass: number) => number;
  readonly #delay: Sampler;
  readonly #chance: Stream;
  readonly #learns: number;
  #known: Endpoints;
  /** By where who asks is, and class of request, while neither Services nor known endpoints change. */
  readonly #routes: (ServiceRoute | undefined)[][] = [];
  readonly #callers: CallerPlace[] = [];
  /** Place in `#callers` of each pod's own. */
  readonly #callerOf: number[] = [];
  #resolvedBy: Registry;

  constructor(
    simulation: Simulation,
    api: ApiServer,
    delay: Distribution,
    names: ServiceNames,
    pods: readonly Pod[],
    authorityOf: (requestClass: number) => string,
    portOf: (requestClass: number) => number,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#api = api;
    this.#names = names;
    this.#pods = pods;
    this.#authorityOf = authorityOf;
    this.#portOf = portOf;
    this.#delay = sampler(delay, stream('kube-proxy/sync'));
    this.#chance = stream('kube-proxy');
    this.#known = api.state.endpoints;
    this.#resolvedBy = api.state.registry;
    this.#learns = simulation.kind('kube-proxy syncs', () => {
      this.#known = api.state.endpoints;
      this.#routes.length = 0;
    });
  }

  /** The endpoints that they know of. */
  get known(): Endpoints {
    return this.#known;
  }

  /** An EndpointSlice was written. */
  endpointsChanged(nowUs: number): void {
    this.#simulation.schedule(nowUs + this.#delay(), this.#learns, 0);
  }

  /** Where a pod's call of this class goes. */
  routeOf(requestClass: number, pod: number): ServiceRoute {
    const { registry } = this.#api.state;
    if (registry !== this.#resolvedBy) {
      this.#resolvedBy = registry;
      this.#routes.length = 0;
    }
    const caller = (this.#callerOf[pod] ??= this.#callerRow(this.#pods[pod]!));
    const routes = (this.#routes[caller] ??= []);
    return (routes[requestClass] ??= this.#resolve(requestClass, this.#callers[caller]!));
  }

  #callerRow(pod: Pod): number {
    const own = { namespace: pod.namespace, ...placeOf(pod) };
    const known = this.#callers.findIndex(
      ({ namespace, node, zone }) => namespace === own.namespace && node === own.node && zone === own.zone,
    );
    return known >= 0 ? known : this.#callers.push(own) - 1;
  }

  /** A new connection's endpoint; `route.pods` is not empty. */
  pick({ pods }: ServiceRoute): number {
    return pods[this.#chance.below(pods.length)]!;
  }

  #resolve(requestClass: number, caller: CallerPlace): ServiceRoute {
    const host = this.#names.called(this.#authorityOf(requestClass), caller.namespace);
    const service = this.#names.of(host);
    const found = resourcesOf(this.#resolvedBy, 'Service').find(
      ({ metadata }) => metadata.name === host.service?.name && metadata.namespace === host.service.namespace,
    );
    if (found === undefined) return { service, pods: this.#outside(host.name), isUnanswered: false };
    const number = this.#portOf(requestClass);
    if (lacksPort(found, number)) return { service, pods: none, isUnanswered: true };
    const port = found.spec.ports.find((own) => own.port === number);
    const portName =
      found.spec.isHeadless !== true && typeof port?.targetPort === 'string' ? port.targetPort : undefined;
    const pods = this.#known.of(found.metadata.namespace, found.spec.selector, portName);
    const places = Array.from(pods, (row) => placeOf(this.#pods[row]!));
    const near = nearEndpoints(caller, places, nearnessOf(found));
    return {
      service,
      pods: near === undefined ? pods : Int32Array.from(near, (index) => pods[index]!),
      isUnanswered: false,
    };
  }

  /** What stands outside under a name that no Service has. */
  #outside(host: string): Int32Array {
    const found = this.#pods.find(
      ({ isOutside, labels }) => isOutside === true && hostCovers(labels[outsideLabel] ?? '', host),
    );
    return found === undefined
      ? none
      : this.#known.of(found.namespace, { [outsideLabel]: found.labels[outsideLabel]! });
  }

  copyFrom(other: KubeProxy, copies: Copies): void {
    this.#known = copies.once(other.#known, (own) => own.copy(copies));
    this.#resolvedBy = other.#resolvedBy;
    refill(
      this.#routes,
      other.#routes.map((routes) => routes.slice()),
    );
    refill(this.#callers, other.#callers);
    refill(this.#callerOf, other.#callerOf);
  }
}

const none = new Int32Array();

interface CallerPlace extends NodePlace {
  readonly namespace: string;
}

const placeOf = ({ labels }: Pod): NodePlace => ({
  node: labels[hostname] ?? '',
  zone: labels[topology[1]] ?? '',
});

/** As the Service itself says it: Istio's annotations are nothing to kube-proxy. */
function nearnessOf({ spec, source }: Service): Nearness {
  if (spec.internalTrafficPolicy === 'Local') return 'Local';
  const { trafficDistribution: own } = (source['spec'] ?? {}) as { readonly trafficDistribution?: unknown };
  return own === undefined || spec.trafficDistribution === 'Any' ? undefined : spec.trafficDistribution;
}
