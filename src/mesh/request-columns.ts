/**
 * Requests under way, one row each, as typed-array columns. A row is one request at its caller's proxy: a page at the
 * gateway, or one try of a call inside the mesh. Rows are pooled; `generation` tells a row's present life from an
 * earlier one, so that timers and references to a parent need never be withdrawn.
 *
 *   opened -> (chosen) -> arrived at the pod -> served, with children of its own -> answered -> row free again
 */
export class RequestColumns {
  generation = new Int32Array(0);
  /** Row of the request whose script made this call; -1 for a page, and after the caller gave up. */
  parent = new Int32Array(0);
  /** Row of the page that this request belongs to, with its generation then. */
  root = new Int32Array(0);
  rootGeneration = new Int32Array(0);
  requestClass = new Int32Array(0);
  /** Row of the proxy that routes it; -1: the caller has no sidecar. */
  caller = new Int32Array(0);
  /** Row in `services`; -1 where no route names one. */
  service = new Int16Array(0);
  key = new Int16Array(0);
  variant = new Int16Array(0);
  configuredVariant = new Int16Array(0);
  /** Snapshot that the asked proxy held. */
  snapshot = new Int32Array(0);
  /** Cluster and worker that the proxy chose, while a fault delays the request. */
  cluster = new Int32Array(0);
  worker = new Int32Array(0);
  pod = new Int32Array(0);
  startedUs = new Float64Array(0);
  /** Place in the script of the pod that serves it, and tries made at the present step. */
  step = new Uint8Array(0);
  tries = new Uint8Array(0);
  status = new Int16Array(0);
  flags = new Uint8Array(0);
  /** The caller has given up: whatever comes back is dropped. */
  abandoned = new Uint8Array(0);
  /** Next row in a pod's queue, or in the list of free rows. */
  next = new Int32Array(0);

  // Of a page (a root row) alone:
  source = new Int16Array(0);
  page = new Int32Array(0);
  /** Bit per service whose part is missing from the page. */
  missing = new Int32Array(0);
  /** Key of the focus service that the page shows; -1: none. */
  shownKey = new Int16Array(0);
  /** Of the last choice for the focus service: variants, snapshot, flags. */
  focusVariant = new Int16Array(0);
  focusConfigured = new Int16Array(0);
  focusSnapshot = new Int32Array(0);
  focusFlags = new Uint8Array(0);

  #free = -1;
  #capacity = 0;
  inUse = 0;

  /** A row with its page fields cleared. */
  open(): number {
    if (this.#free < 0) this.#grow();
    const row = this.#free;
    this.#free = this.next[row]!;
    this.inUse += 1;
    this.key[row] = -1;
    this.variant[row] = -1;
    this.configuredVariant[row] = -1;
    this.pod[row] = -1;
    this.step[row] = 0;
    this.tries[row] = 0;
    this.status[row] = 0;
    this.flags[row] = 0;
    this.abandoned[row] = 0;
    this.missing[row] = 0;
    this.shownKey[row] = -1;
    this.focusVariant[row] = -1;
    this.focusConfigured[row] = -1;
    this.focusSnapshot[row] = -1;
    this.focusFlags[row] = 0;
    return row;
  }

  close(row: number): void {
    this.generation[row]! += 1;
    this.next[row] = this.#free;
    this.#free = row;
    this.inUse -= 1;
  }

  #grow(): void {
    const old = this.#capacity;
    const size = old === 0 ? 256 : old * 2;
    const wide = <T extends Int32Array | Int16Array | Uint8Array | Float64Array>(column: T): T => {
      const wider = new (column.constructor as new (length: number) => T)(size);
      wider.set(column);
      return wider;
    };
    this.generation = wide(this.generation);
    this.parent = wide(this.parent);
    this.root = wide(this.root);
    this.rootGeneration = wide(this.rootGeneration);
    this.requestClass = wide(this.requestClass);
    this.caller = wide(this.caller);
    this.service = wide(this.service);
    this.key = wide(this.key);
    this.variant = wide(this.variant);
    this.configuredVariant = wide(this.configuredVariant);
    this.snapshot = wide(this.snapshot);
    this.cluster = wide(this.cluster);
    this.worker = wide(this.worker);
    this.pod = wide(this.pod);
    this.startedUs = wide(this.startedUs);
    this.step = wide(this.step);
    this.tries = wide(this.tries);
    this.status = wide(this.status);
    this.flags = wide(this.flags);
    this.abandoned = wide(this.abandoned);
    this.next = wide(this.next);
    this.source = wide(this.source);
    this.page = wide(this.page);
    this.missing = wide(this.missing);
    this.shownKey = wide(this.shownKey);
    this.focusVariant = wide(this.focusVariant);
    this.focusConfigured = wide(this.focusConfigured);
    this.focusSnapshot = wide(this.focusSnapshot);
    this.focusFlags = wide(this.focusFlags);
    for (let row = size - 1; row >= old; row--) {
      this.next[row] = this.#free;
      this.#free = row;
    }
    this.#capacity = size;
  }
}
