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
  readonly #unready: Int32Array;
  #before: Map<string, Int32Array> | undefined;
  #known = new Map<string, Int32Array>();

  /**
   * @param ready rows of the pods that are endpoints, ascending.
   * @param unready rows of those that are named beside them as not ready, ascending.
   */
  constructor(
    pods: readonly Pod[],
    ready: Int32Array,
    unready: Int32Array = none,
    before: Endpoints | undefined = undefined,
  ) {
    this.#pods = pods;
    this.#ready = ready;
    this.#unready = unready;
    this.#before = before === undefined ? undefined : before.#known;
  }

  get ready(): Int32Array {
    return this.#ready;
  }

  get unready(): Int32Array {
    return this.#unready;
  }

  /**
   * Rows of the pods with all of these labels; none for no labels (a Service without a selector has no endpoints of its own).
   * @param portName of a port that they need to have; undefined: the port is a number, which any pod may serve
   */
  of(namespace: string, labels: Readonly<Record<string, string>>, portName?: string): Int32Array {
    return this.#among(this.#ready, 'ready', namespace, labels, portName);
  }

  /** As `of`, those that are not ready. */
  unreadyOf(namespace: string, labels: Readonly<Record<string, string>>, portName?: string): Int32Array {
    return this.#unready.length === 0
      ? none
      : this.#among(this.#unready, 'unready', namespace, labels, portName);
  }

  #among(
    rows: Int32Array,
    which: 'ready' | 'unready',
    namespace: string,
    labels: Readonly<Record<string, string>>,
    portName: string | undefined,
  ): Int32Array {
    const wanted = Object.entries(labels);
    if (wanted.length === 0) return none;
    const key = JSON.stringify([which, namespace, wanted, portName]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = rows.filter((row) => {
      const pod = this.#pods[row]!;
      return pod.namespace === namespace && matches(labels, pod.labels) && hasPort(pod, portName);
    });
    const before = this.#before?.get(key);
    const pods = before !== undefined && sameRows(before, found) ? before : found;
    this.#known.set(key, pods);
    return pods;
  }

  /** For another world: who asks there later must not find what is asked here. */
  copy(copies: Copies): Endpoints {
    const copy = new Endpoints(copies.of(this.#pods), this.#ready, this.#unready);
    const own = (arrays: Map<string, Int32Array>): Map<string, Int32Array> => new Map(arrays);
    copy.#known = copies.once(this.#known, own);
    copy.#before = this.#before === undefined ? undefined : copies.once(this.#before, own);
    return copy;
  }
}

const none = new Int32Array();

/** What stands outside is asked at the number: a Service's port has no name there. */
export const hasPort = ({ portNames, isOutside }: Pod, name: string | undefined): boolean =>
  name === undefined || isOutside === true || portNames?.includes(name) === true;

const sameRows = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((row, index) => row === b[index]);
