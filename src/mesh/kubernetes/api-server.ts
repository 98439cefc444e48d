import type { Endpoints } from './endpoints.ts';
import type { Registry } from './registry.ts';

/** What the Kubernetes API server says at one moment, as far as proxies are told of it. Immutable. */
export interface MeshState {
  readonly registry: Registry;
  readonly endpoints: Endpoints;
}

/** Holds the present state; who must know of every new one at the very instant is told. */
export class ApiServer {
  #state: MeshState;
  readonly #written: (state: MeshState) => void;

  constructor(initial: MeshState, written: (state: MeshState) => void) {
    this.#state = initial;
    this.#written = written;
  }

  get state(): MeshState {
    return this.#state;
  }

  write(change: Partial<MeshState>): void {
    this.#state = { ...this.#state, ...change };
    this.#written(this.#state);
  }
}
