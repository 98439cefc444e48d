import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { selects } from '../../manifest/labels.ts';
import { refill } from '../../kernel/copies.ts';
import type { ApiServer } from './api-server.ts';
import { Endpoints } from './endpoints.ts';
import type { Pod } from './pod.ts';
import { resourcesOf } from './registry.ts';

/** A pod that is to be named, or not any more, and the Services (`namespace/name`) whose slices say so. */
interface Change {
  readonly row: number;
  readonly isEndpoint: boolean;
  readonly services: readonly string[];
  readonly dueUs: number;
}

/**
 * The EndpointSlice controller: what a pod says of its readiness stands in the slices of its Services some time later. A
 * Service's slice is written as a whole, by one worker at a time (pkg/controller/endpointslice, endpointslice_controller.go:
 * a queue of Services, syncService reads all of its pods), so changes of one Service are written in the order in which they
 * came: a pod that leaves cannot overtake the one that came before it. What falls to one instant is one write.
 * Simplification: a pod that several Services select enters and leaves all of their slices at once.
 */
export class EndpointSlices {
  readonly #simulation: Simulation;
  readonly #api: ApiServer;
  readonly #pods: readonly Pod[];
  readonly #delay: Sampler;
  readonly #written: (services: readonly string[], nowUs: number) => void;
  readonly #write: number;
  readonly #rows: Set<number>;
  /** undefined: written. */
  readonly #changes: (Change | undefined)[] = [];
  /** When the last change of each Service that is known by now is written. */
  readonly #lastUs = new Map<string, number>();

  /** @param written is told whose slices say something new */
  constructor(
    simulation: Simulation,
    api: ApiServer,
    pods: readonly Pod[],
    delay: Distribution,
    written: (services: readonly string[], nowUs: number) => void,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#api = api;
    this.#pods = pods;
    this.#delay = sampler(delay, stream('kubernetes/endpoint'));
    this.#written = written;
    this.#rows = new Set(api.state.endpoints.ready);
    this.#write = simulation.kind('EndpointSlice is written', (change, nowUs) =>
      this.#onWrite(change, nowUs),
    );
  }

  /** A pod is Ready, or is not any more, or is deleted. */
  podChanged(row: number, isEndpoint: boolean, nowUs: number): void {
    const { namespace, labels } = this.#pods[row]!;
    const services = resourcesOf(this.#api.state.registry, 'Service')
      .filter(({ metadata, spec }) => metadata.namespace === namespace && selects(spec.selector, labels))
      .map(({ metadata }) => `${namespace}/${metadata.name}`);
    const earliestUs = Math.max(0, ...services.map((name) => this.#lastUs.get(name) ?? 0));
    const dueUs = Math.max(earliestUs, Math.round(nowUs + this.#delay()));
    for (const name of services) this.#lastUs.set(name, dueUs);
    const change = this.#changes.push({ row, isEndpoint, services, dueUs }) - 1;
    this.#simulation.schedule(dueUs, this.#write, change);
  }

  #onWrite(first: number, nowUs: number): void {
    const services = new Set<string>();
    let isNew = false;
    for (let at = first; at < this.#changes.length; at++) {
      const change = this.#changes[at];
      if (change?.dueUs !== nowUs) continue;
      this.#changes[at] = undefined;
      if (!this.#set(change)) continue;
      isNew = true;
      for (const name of change.services) services.add(name);
    }
    if (!isNew) return;
    const rows = Int32Array.from(this.#rows).sort();
    this.#api.write({ endpoints: new Endpoints(this.#pods, rows, undefined, this.#api.state.endpoints) });
    if (services.size > 0) this.#written([...services], nowUs);
  }

  /** @returns false if that is as it was. */
  #set({ row, isEndpoint }: Change): boolean {
    if (this.#rows.has(row) === isEndpoint) return false;
    if (isEndpoint) this.#rows.add(row);
    else this.#rows.delete(row);
    return true;
  }

  copyFrom(other: EndpointSlices): void {
    refill(this.#rows, other.#rows);
    refill(this.#changes, other.#changes);
    refill(this.#lastUs, other.#lastUs);
  }
}
