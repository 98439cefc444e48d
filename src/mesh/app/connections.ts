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
  #target = new Int32Array(16).fill(-1);
  #openedUs = new Float64Array(16);
  #pod = new Int32Array(16).fill(-1);
  #usedUs = new Float64Array(16);
  #idleUs = new Float64Array(16).fill(Infinity);

  constructor(maxAgeUs: number) {
    this.#maxAgeUs = maxAgeUs;
  }

  /** Where this client's connection leads; -1: it has none, or one too old or idle for too long to be used again. */
  held(client: number, nowUs: number): number {
    const target = client < this.#target.length ? this.#target[client]! : -1;
    if (target < 0 || nowUs - this.#openedUs[client]! >= this.#maxAgeUs) return -1;
    if (nowUs - this.#usedUs[client]! >= this.#idleUs[client]!) return -1;
    this.#usedUs[client] = nowUs;
    return target;
  }

  open(client: number, target: number, nowUs: number): void {
    if (client >= this.#target.length) {
      const size = Math.max(client + 1, this.#target.length * 2);
      const wide = new Int32Array(size).fill(-1);
      wide.set(this.#target);
      const opened = new Float64Array(size);
      opened.set(this.#openedUs);
      const pods = new Int32Array(size).fill(-1);
      pods.set(this.#pod);
      this.#pod = pods;
      const used = new Float64Array(size);
      used.set(this.#usedUs);
      this.#usedUs = used;
      const idle = new Float64Array(size).fill(Infinity);
      idle.set(this.#idleUs);
      this.#idleUs = idle;
      this.#target = wide;
      this.#openedUs = opened;
    }
    this.#target[client] = target;
    this.#openedUs[client] = nowUs;
    this.#pod[client] = -1;
    this.#usedUs[client] = nowUs;
    this.#idleUs[client] = Infinity;
  }

  /** The connection has ended; the client's next request opens another. */
  close(client: number): void {
    if (client < this.#target.length) this.#target[client] = -1;
  }

  /** Of a TCP connection that a proxy carries on: the pod at its other end; -1: not known yet. */
  podOf(client: number): number {
    return this.#pod[client] ?? -1;
  }

  /**
   * @param idleUs how long the proxy lets the connection be idle. It is counted from one use to the next, where Envoy counts
   * from the last byte of the answer.
   */
  setPod(client: number, pod: number, idleUs: number): void {
    this.#pod[client] = pod;
    this.#idleUs[client] = idleUs;
  }
}
