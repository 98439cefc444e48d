import type { Stream } from '../kernel/chance.ts';
import { sampler, type Sampler } from '../kernel/distribution.ts';
import type { App, WorkloadBehaviour } from './app/app.ts';
import { includes } from './istiod/translate.ts';
import type { Pod } from './kubernetes/pod.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * The applications in the pods: how many requests each has in hand, who waits, and how long its steps take. A pod
 * without a behaviour in the app answers at once.
 */
export class Stations {
  readonly behaviours: readonly WorkloadBehaviour[];
  /** Per pod and step; undefined where the step is a call. */
  readonly work: readonly (readonly (Sampler | undefined)[])[];
  readonly #fails: readonly Stream[];
  readonly #busy: Int32Array;
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly #requests: RequestColumns;
  /** Requests served per pod, and CPU spent on them in microseconds. */
  readonly served: Float64Array;

  constructor(app: App, pods: readonly Pod[], requests: RequestColumns, stream: (name: string) => Stream) {
    this.behaviours = pods.map(
      (pod) => app.workloads.find((own) => includes(pod.labels, own.match)) ?? idle(pod.workload),
    );
    this.work = pods.map((pod, row) => {
      const chance = stream(`work/${pod.name}`);
      return this.behaviours[row]!.script.map((step) =>
        step.kind === 'work' ? sampler(step.time, chance) : undefined,
      );
    });
    this.#fails = pods.map((pod) => stream(`fails/${pod.name}`));
    this.#busy = new Int32Array(pods.length);
    this.#head = new Int32Array(pods.length).fill(-1);
    this.#tail = new Int32Array(pods.length).fill(-1);
    this.served = new Float64Array(pods.length);
    this.#requests = requests;
  }

  /** True if the request may begin now; else it waits its turn. */
  enter(pod: number, row: number): boolean {
    if (this.#busy[pod]! < this.behaviours[pod]!.concurrency) {
      this.#busy[pod]! += 1;
      return true;
    }
    this.#requests.next[row] = -1;
    if (this.#head[pod]! < 0) this.#head[pod] = row;
    else this.#requests.next[this.#tail[pod]!] = row;
    this.#tail[pod] = row;
    return false;
  }

  /** A request has left; the row whose turn it is now, or -1. */
  leave(pod: number): number {
    this.served[pod]! += 1;
    const row = this.#head[pod]!;
    if (row < 0) this.#busy[pod]! -= 1;
    else this.#head[pod] = this.#requests.next[row]!;
    return row;
  }

  /** Status of an error that the application itself answers this request with, or 0. */
  failure(pod: number): number {
    const { fails } = this.behaviours[pod]!;
    return fails !== undefined && this.#fails[pod]!.uniform() < fails.share ? fails.status : 0;
  }
}

const idle = (name: string): WorkloadBehaviour => ({
  name,
  match: {},
  script: [],
  cpuUs: 0,
  concurrency: Infinity,
});
