import { copyColumns, growColumns, nextLength } from '../../kernel/columns.ts';

/** A connection is opened anew when it is older than this at its next use; Infinity: it lasts. */
export interface KeepAlive {
  readonly maxAgeUs: number;
}

/**
 * Connections that clients keep open: where each landed when it was opened. Through a sidecar or gateway that is one of
 * its worker threads (a connection never moves to another), without one it is the pod that kube-proxy chose, for all
 * requests that it will carry.
 */
export class Connections {
  readonly #maxAgeUs: number;
  readonly #clients = {
    target: new Int32Array(16).fill(-1),
    openedUs: new Float64Array(16),
    pod: new Int32Array(16).fill(-1),
    service: new Int32Array(16).fill(-1),
    key: new Int32Array(16).fill(-1),
    usedUs: new Float64Array(16),
    idleUs: new Float64Array(16).fill(Infinity),
  };

  constructor(maxAgeUs: number) {
    this.#maxAgeUs = maxAgeUs;
  }

  /** Where this client's connection leads; -1: it has none, or one too old or idle for too long to be used again. */
  held(client: number, nowUs: number): number {
    const target = client < this.#clients.target.length ? this.#clients.target[client]! : -1;
    if (target < 0 || nowUs - this.#clients.openedUs[client]! >= this.#maxAgeUs) return -1;
    if (nowUs - this.#clients.usedUs[client]! >= this.#clients.idleUs[client]!) return -1;
    this.#clients.usedUs[client] = nowUs;
    return target;
  }

  open(client: number, target: number, nowUs: number): void {
    if (client >= this.#clients.target.length) {
      const before = this.#clients.target.length;
      growColumns(this.#clients, nextLength(before, client + 1));
      this.#clients.target.fill(-1, before);
      this.#clients.pod.fill(-1, before);
      this.#clients.idleUs.fill(Infinity, before);
    }
    this.#clients.target[client] = target;
    this.#clients.openedUs[client] = nowUs;
    this.#clients.pod[client] = -1;
    this.#clients.usedUs[client] = nowUs;
    this.#clients.idleUs[client] = Infinity;
  }

  /** The connection has ended; the client's next request opens another. */
  close(client: number): void {
    if (client < this.#clients.target.length) this.#clients.target[client] = -1;
  }

  /** Of a TCP connection that a proxy carries on: the pod at its other end; -1: not known yet. */
  podOf(client: number): number {
    return this.#clients.pod[client] ?? -1;
  }

  /** Under which version a Service counts what comes over it: what was drawn when it was opened; -1: it was for another Service. */
  keyOf(client: number, service: number): number {
    return this.#clients.service[client] === service ? this.#clients.key[client]! : -1;
  }

  /**
   * @param idleUs how long the proxy lets the connection be idle. It is counted from one use to the next, where Envoy counts
   * from the last byte of the answer.
   */
  setPod(client: number, pod: number, service: number, key: number, idleUs: number): void {
    this.#clients.pod[client] = pod;
    this.#clients.service[client] = service;
    this.#clients.key[client] = key;
    this.#clients.idleUs[client] = idleUs;
  }

  copyFrom(other: Connections): void {
    copyColumns(this.#clients, other.#clients);
  }
}
