import { intervalOf, moduloTotal } from '../../mesh/envoy/weighted-cluster.ts';
import type { World } from '../../mesh/world.ts';
import type { Draw } from './desk.ts';
import { gatewayName } from './places.ts';

/** A request, as the picture tells it: from a workload's pod (a row; -1: the gateway) to a service, or to a version of the focus. */
interface Call {
  readonly fromPod: number;
  readonly to: string;
  readonly version: string;
}
/** All alike: running totals. */
interface Flow extends Call {
  requests: number;
  errors: number;
}

/**
 * Listens to every finished request of a session, in memory that does not grow with their number: flows between services, the
 * latest requests for the eye, and how the browser at the desk was served.
 */
export class Watch {
  readonly #flows = new Map<number, Flow>();
  readonly #ring: (Call & { readonly failed: boolean })[] = [];
  #next = 0;
  /** When each page of the browser was asked for -> how its last request to the focus was chosen. */
  readonly choices = new Map<number, { readonly draw: Draw | undefined; readonly pod: string }>();
  readonly #source: number;

  /** @param source the entry of the traffic that is the browser at the desk. */
  constructor(source: number) {
    this.#source = source;
  }

  readonly heard = (world: World, row: number): void => {
    const { rows } = world;
    const service = rows.service[row]!;
    if (service < 0) return;
    const status = rows.status[row]!;
    const flow = this.#flowOf(world, row, service);
    const failed = status === 0 || status >= 500;
    flow.requests += 1;
    if (failed) flow.errors += 1;
    this.#ring[this.#next] = { fromPod: flow.fromPod, to: flow.to, version: flow.version, failed };
    this.#next = (this.#next + 1) % ringLength;
    const root = rows.root[row]!;
    if (service !== world.focusRow || rows.rootGeneration[row] !== rows.generation[root]) return;
    if (rows.source[root] !== this.#source) return;
    const pod = rows.pod[row]!;
    this.choices.set(rows.startedUs[root]!, {
      draw: drawOf(world, row),
      pod: pod < 0 ? '' : world.pods[pod]!.name,
    });
  };

  /** Totals so far, each flow's in the order of its first request. */
  totals(): readonly Readonly<Flow>[] {
    return [...this.#flows.values()].map((own) => ({ ...own }));
  }

  /** The latest requests, once. */
  takeSample(): (Call & { readonly failed: boolean })[] {
    const taken = this.#ring.slice();
    this.#ring.length = 0;
    this.#next = 0;
    return taken;
  }

  #flowOf(world: World, row: number, service: number): Flow {
    const { rows } = world;
    const caller = rows.caller[row]!;
    const fromPod = caller >= 0 ? world.podOfProxy[caller]! : world.askingPod(row);
    const key = service === world.focusRow ? rows.key[row]! : -1;
    const place = ((fromPod + 1) * 4096 + service) * 4096 + key + 1;
    let flow = this.#flows.get(place);
    if (flow === undefined) {
      const to = world.services[service]!;
      const version = key < 0 ? '' : world.keys.name[key]!;
      flow = { fromPod, to, version, requests: 0, errors: 0 };
      this.#flows.set(place, flow);
    }
    return flow;
  }
}

/** Latest requests that are kept for the eye. */
const ringLength = 60;

/** What a proxy is called in the picture: the gateway, or its workload. */
export function callerName(world: World, proxy: number): string {
  const place = world.proxies.places[proxy]!;
  return place.identity.type === 'gateway' ? gatewayName : place.workload;
}

/** Asks the rule once more how it chose; undefined: no rule drew. */
function drawOf(world: World, row: number): Draw | undefined {
  const { rows } = world;
  const route = world.tables.routes[rows.route[row]!];
  if (route === undefined || route.total === 0) return undefined;
  const [high, low] = [rows.high[row]!, rows.low[row]!];
  const at = moduloTotal(high, low, route.total);
  let from = 0;
  const arcs = Array.from(route.cumulative, (to, index) => {
    const key = route.keys[index]!;
    const arc = { version: key < 0 ? '' : world.keys.name[key]!, from, to };
    from = to;
    return arc;
  });
  return {
    value: ((BigInt(high) << 32n) | BigInt(low)).toString(),
    total: route.total,
    at,
    arcs: arcs.filter((own) => own.to > own.from || arcs.indexOf(own) === intervalOf(route.cumulative, at)),
    snapshot: rows.snapshot[row]!,
  };
}
