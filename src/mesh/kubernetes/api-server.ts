import type { Copies } from '../../kernel/copies.ts';
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

  copyFrom(other: ApiServer, copies: Copies): void {
    this.#state = copyOfState(other.#state, copies);
  }
}

/** Registries nobody changes; endpoints remember what they were asked. */
export const copyOfState = (state: MeshState, copies: Copies): MeshState =>
  copies.once(state, ({ registry, endpoints }) => ({
    registry,
    endpoints: copies.once(endpoints, (own) => own.copy(copies)),
  }));
