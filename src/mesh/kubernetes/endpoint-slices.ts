import type { ApiServer } from './api-server.ts';
import { Endpoints } from './endpoints.ts';
import type { Pod } from './pod.ts';

/** The pods that EndpointSlices name, as the controller writes them to the API server. */
export class EndpointSlices {
  readonly #api: ApiServer;
  readonly #pods: readonly Pod[];
  readonly #rows: Set<number>;
  readonly #addedUs: number[] = [];

  /** Whatever is an endpoint when the run begins has been one for long. */
  constructor(api: ApiServer, pods: readonly Pod[]) {
    this.#api = api;
    this.#pods = pods;
    this.#rows = new Set(api.state.endpoints.ready);
  }

  /** When a pod became an endpoint. Those of the start have no warm-up left, however long it takes. */
  addedUs(pod: number): number {
    return this.#addedUs[pod] ?? -longAgoUs;
  }

  /** A pod is named from now on, or not any more. @returns false if that is as it was. */
  write(row: number, isEndpoint: boolean, nowUs: number): boolean {
    if (this.#rows.has(row) === isEndpoint) return false;
    if (isEndpoint) {
      this.#rows.add(row);
      this.#addedUs[row] = nowUs;
    } else {
      this.#rows.delete(row);
    }
    const rows = Int32Array.from(this.#rows).sort();
    this.#api.write({ endpoints: new Endpoints(this.#pods, rows, this.#api.state.endpoints) });
    return true;
  }
}

const longAgoUs = 3600e6;
