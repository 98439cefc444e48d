import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { selects } from '../../manifest/labels.ts';
import { refill } from '../../kernel/copies.ts';
import type { ApiServer } from './api-server.ts';
import { Endpoints } from './endpoints.ts';
import type { Pod } from './pod.ts';
import { resourcesOf } from './registry.ts';

/** How a slice names a pod. */
export type EndpointState = 'ready' | 'not ready' | 'absent';

/** A pod that is to be named, or not any more, and the Services (`namespace/name`) whose slices say so. */
interface Change {
  readonly row: number;
  readonly state: EndpointState;
  readonly services: readonly string[];
  readonly dueUs: number;
}

/**
 * The EndpointSlice controller: what a pod says of its readiness stands in the slices of its Services some time later. A
 * Service's slice is written as a whole, by one worker at a time (pkg/controller/endpointslice, endpointslice_controller.go:
 * a queue of Services, syncService reads all of its pods), so changes of one Service are written in the order in which they
 * came: a pod that leaves cannot overtake the one that came before it. What falls to one instant is one write.
 * Simplifications: a pod that several Services select enters and leaves all of their slices at once; pods that are not ready are
 * named only where somebody counts them (`tellsUnready`), for they change nothing elsewhere.
 */
export class EndpointSlices {
  readonly #simulation: Simulation;
  readonly #api: ApiServer;
  readonly #pods: readonly Pod[];
  readonly #delay: Sampler;
  readonly #written: (services: readonly string[], nowUs: number) => void;
  readonly #write: number;
  readonly #rows: Set<number>;
  readonly #unready = new Set<number>();
  readonly #tellsUnready: boolean;
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
    tellsUnready: boolean,
    written: (services: readonly string[], nowUs: number) => void,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#api = api;
    this.#pods = pods;
    this.#delay = sampler(delay, stream('kubernetes/endpoint'));
    this.#tellsUnready = tellsUnready;
    this.#written = written;
    this.#rows = new Set(api.state.endpoints.ready);
    this.#write = simulation.kind('EndpointSlice is written', (change, nowUs) =>
      this.#onWrite(change, nowUs),
    );
  }

  /** A pod has its address and is not Ready yet. */
  podStarted(row: number, nowUs: number): void {
    if (this.#tellsUnready) this.podChanged(row, 'not ready', nowUs);
  }

  /** A pod is Ready, or is not any more, or is deleted. */
  podChanged(row: number, own: EndpointState, nowUs: number): void {
    const state = own === 'not ready' && !this.#tellsUnready ? 'absent' : own;
    const { namespace, labels } = this.#pods[row]!;
    const services = resourcesOf(this.#api.state.registry, 'Service')
      .filter(({ metadata, spec }) => metadata.namespace === namespace && selects(spec.selector, labels))
      .map(({ metadata }) => `${namespace}/${metadata.name}`);
    const earliestUs = Math.max(0, ...services.map((name) => this.#lastUs.get(name) ?? 0));
    const dueUs = Math.max(earliestUs, Math.round(nowUs + this.#delay()));
    for (const name of services) this.#lastUs.set(name, dueUs);
    const change = this.#changes.push({ row, state, services, dueUs }) - 1;
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
    const [ready, unready] = [this.#rows, this.#unready].map((rows) => Int32Array.from(rows).sort()) as [
      Int32Array,
      Int32Array,
    ];
    this.#api.write({ endpoints: new Endpoints(this.#pods, ready, unready, this.#api.state.endpoints) });
    if (services.size > 0) this.#written([...services], nowUs);
  }

  /** @returns false if that is as it was. */
  #set({ row, state }: Change): boolean {
    const before = this.#rows.has(row) ? 'ready' : this.#unready.has(row) ? 'not ready' : 'absent';
    if (before === state) return false;
    this.#rows.delete(row);
    this.#unready.delete(row);
    if (state === 'ready') this.#rows.add(row);
    if (state === 'not ready') this.#unready.add(row);
    return true;
  }

  copyFrom(other: EndpointSlices): void {
    refill(this.#rows, other.#rows);
    refill(this.#unready, other.#unready);
    refill(this.#changes, other.#changes);
    refill(this.#lastUs, other.#lastUs);
  }
}
