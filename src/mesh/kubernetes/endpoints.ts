import type { Copies } from '../../kernel/copies.ts';
import type { Pod } from './pod.ts';
import { matches } from '../../manifest/labels.ts';

/**
 * The endpoints of one moment: the pods that EndpointSlices name, found by a Service's labels. Immutable; whoever asks
 * for the same labels gets the same array, and so does who asks a later set in which those pods are the same (Envoy
 * rebuilds its balancers only for hosts that changed).
 */
export class Endpoints {
  readonly #pods: readonly Pod[];
  readonly #ready: Int32Array;
  #before: Map<string, Int32Array> | undefined;
  #known = new Map<string, Int32Array>();

  /** @param ready rows of the pods that are endpoints, ascending. */
  constructor(pods: readonly Pod[], ready: Int32Array, before?: Endpoints) {
    this.#pods = pods;
    this.#ready = ready;
    this.#before = before === undefined ? undefined : before.#known;
  }

  get ready(): Int32Array {
    return this.#ready;
  }

  /** Rows of the pods with all of these labels; none for no labels (a Service without a selector has no endpoints of its own). */
  of(namespace: string, labels: Readonly<Record<string, string>>): Int32Array {
    const wanted = Object.entries(labels);
    if (wanted.length === 0) return none;
    const key = JSON.stringify([namespace, wanted]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#ready.filter((row) => {
      const pod = this.#pods[row]!;
      return pod.namespace === namespace && matches(labels, pod.labels);
    });
    const before = this.#before?.get(key);
    const pods = before !== undefined && sameRows(before, found) ? before : found;
    this.#known.set(key, pods);
    return pods;
  }

  /** For another world: who asks there later must not find what is asked here. */
  copy(copies: Copies): Endpoints {
    const copy = new Endpoints(copies.of(this.#pods), this.#ready);
    const own = (arrays: Map<string, Int32Array>): Map<string, Int32Array> => new Map(arrays);
    copy.#known = copies.once(this.#known, own);
    copy.#before = this.#before === undefined ? undefined : copies.once(this.#before, own);
    return copy;
  }
}

const none = new Int32Array();

const sameRows = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((row, index) => row === b[index]);
