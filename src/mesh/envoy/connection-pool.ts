import { copyColumns, growColumns, nextLength, unrolled } from '../../kernel/columns.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

// One story, as in Envoy's conn_pool_base.cc: the table of connections and the pool that moves them from state to state.

/** Where a connection is in its life: CONNECTING -> READY <-> BUSY -> (DRAINING ->) closed. */
export const connectionState = { closed: 0, connecting: 1, ready: 2, busy: 3, draining: 4 } as const;

/**
 * Connections of any number of pools, one row each. Rows are pooled; `generation` tells a row's present life from an
 * earlier one, so that an event about a connection (its handshake is done, it was idle for long) need never be withdrawn.
 */
export class ConnectionTable {
  generation = new Int32Array(0);
  /** Id of the pool that owns the connection. */
  pool = new Int32Array(0);
  state = new Uint8Array(0);
  /** Streams on the connection now. */
  active = new Int32Array(0);
  /** Streams that it has carried in all: an idle timer compares it. */
  uses = new Int32Array(0);
  /** For whoever makes the handshakes: when the present one is over, or too late. */
  connectDueUs = new Float64Array(0);
  /** For whoever keeps the idle timers: since when nothing is on it, and when its one timer is due; -1: none is set. */
  idleSinceUs = new Float64Array(0);
  idleDueUs = new Float64Array(0);
  /** Links of the pool's list in which the connection stands; `next` also links free rows. */
  next = new Int32Array(0);
  previous = new Int32Array(0);
  inUse = 0;

  #free = -1;
  #capacity = 0;

  open(pool: number): number {
    if (this.#free < 0) this.#grow();
    const row = this.#free;
    this.#free = this.next[row]!;
    this.pool[row] = pool;
    this.state[row] = connectionState.connecting;
    this.active[row] = 0;
    this.uses[row] = 0;
    this.idleDueUs[row] = -Infinity;
    this.inUse += 1;
    return row;
  }

  close(row: number): void {
    this.state[row] = connectionState.closed;
    this.generation[row]! += 1;
    this.next[row] = this.#free;
    this.#free = row;
    this.inUse -= 1;
  }

  copyFrom(other: ConnectionTable): void {
    copyColumns(this, other);
    this.inUse = other.inUse;
    this.#free = other.#free;
    this.#capacity = other.#capacity;
  }

  #grow(): void {
    const before = this.#capacity;
    this.#capacity = nextLength(before, 16);
    growColumns(this, this.#capacity);
    for (let row = this.#capacity - 1; row >= before; row -= 1) {
      this.next[row] = this.#free;
      this.#free = row;
    }
  }
}

export interface ConnectionPoolSettings {
  /** 1 for HTTP/1; for HTTP/2 the lesser of Envoy's own limit (1024) and the peer's. */
  readonly maxStreamsPerConnection: number;
  /** Streams after which a connection is given up; 0: unlimited, the default. */
  readonly maxRequestsPerConnection: number;
  /** Whether max_requests of the breaker holds (enforceMaxRequests). */
  readonly enforcesMaxRequests: boolean;
}

export const http1Pool: ConnectionPoolSettings = {
  maxStreamsPerConnection: 1,
  maxRequestsPerConnection: 0,
  enforcesMaxRequests: true,
};
export const http2Pool: ConnectionPoolSettings = {
  maxStreamsPerConnection: 1024,
  maxRequestsPerConnection: 0,
  enforcesMaxRequests: true,
};
/** A connection carries one caller's and ends with it; max_requests is no limit (source/common/tcp/conn_pool.h; tcp_proxy.cc). */
export const tcpPool: ConnectionPoolSettings = {
  maxStreamsPerConnection: 1,
  maxRequestsPerConnection: 1,
  enforcesMaxRequests: false,
};

/** What a pool does to the world. Streams are the caller's row numbers, connections rows of the `ConnectionTable`. */
export interface ConnectionPoolEffects {
  /** The stream has its connection: the request goes out now. Ends with `streamEnded(connection)`. */
  attach(stream: number, connection: number): void;
  /** A breaker was open: local reply 503 UO, never retried. */
  overflow(stream: number): void;
  /** A connection that the stream may have waited for did not come about: UF, or a retry. */
  fail(stream: number): void;
  /** Begin the handshake; answer with `connected` or `connectFailed`. */
  openConnection(connection: number): void;
  /** The pool gives the connection up. The row is still its own during this call, and free right after. */
  closeConnection(connection: number): void;
  /** Nothing is on the connection any more: after the idle timeout call `idleTimeout(connection, uses)`. */
  connectionIdle(connection: number, uses: number): void;
}

/** At most this many connections are opened by one stream, whatever the need. */
const openedPerTrigger = 3;

/**
 * The connections of one worker to one host, and the streams that wait for them.
 *
 *   newStream --ready connection--> attach --------------------------> streamEnded
 *        |                            ^ max_requests: overflow              |
 *        '--pending allowed--> FIFO --'<------- connected, or free again ---'
 *        '--else--> overflow     '--one connect failed--> fail (all of them)
 *
 * Source: source/common/conn_pool/conn_pool_base.cc, with a preconnect ratio of 1. A stated simplification: Envoy gives a
 * freed HTTP/1 connection to the next pending stream at its worker's next turn, ours at the same instant.
 */
export class ConnectionPool {
  readonly id: number;
  /** Streams that hold a connection. */
  activeStreams = 0;
  /** Connections of any state. */
  connectionCount = 0;
  /** Streams that the connections under way will be able to carry. */
  connectingCapacity = 0;

  readonly #table: ConnectionTable;
  readonly breaker: CircuitBreaker;
  readonly #effects: ConnectionPoolEffects;
  readonly #streamLimit: number;
  readonly #requestLimit: number;
  readonly #enforcesMaxRequests: boolean;
  /** What a new connection adds to `connectingCapacity`. */
  readonly #connectionCapacity: number;
  /** Heads of three lists; a connection enters at the head, and the head of the ready ones is used first. */
  #connecting = -1;
  #ready = -1;
  /** Busy and draining ones. */
  #busy = -1;
  readonly #pending = new StreamQueue();
  #retired = false;

  constructor(
    id: number,
    settings: ConnectionPoolSettings,
    breaker: CircuitBreaker,
    table: ConnectionTable,
    effects: ConnectionPoolEffects,
  ) {
    if (!(settings.maxStreamsPerConnection >= 1)) {
      throw new Error(`a connection must carry a stream, not ${settings.maxStreamsPerConnection}`);
    }
    this.id = id;
    this.#table = table;
    this.breaker = breaker;
    this.#effects = effects;
    this.#streamLimit = settings.maxStreamsPerConnection;
    this.#requestLimit =
      settings.maxRequestsPerConnection === 0 ? Infinity : settings.maxRequestsPerConnection;
    this.#enforcesMaxRequests = settings.enforcesMaxRequests;
    this.#connectionCapacity = Math.min(this.#streamLimit, this.#requestLimit);
  }

  get pendingCount(): number {
    return this.#pending.count;
  }

  /** Nothing is left: a retired pool may be forgotten. */
  get isEmpty(): boolean {
    return this.connectionCount === 0 && this.#pending.count === 0;
  }

  newStream(stream: number): void {
    if (this.#retired) throw new Error(`stream ${stream} came to pool ${this.id}, which is retired`);
    if (this.#ready >= 0) {
      this.#attach(stream, this.#ready);
    } else if (this.breaker.mayQueue()) {
      this.breaker.pending += 1;
      this.#pending.push(stream);
      this.#openWhatIsNeeded();
    } else {
      this.breaker.pendingOverflows += 1;
      this.#effects.overflow(stream);
    }
  }

  /** A pending stream's caller gave up. False if it was not pending. Connections under way stay. */
  cancelPending(stream: number): boolean {
    if (!this.#pending.remove(stream)) return false;
    this.breaker.pending -= 1;
    if (this.#retired) this.#closeIdle();
    return true;
  }

  /** The handshake is done. */
  connected(connection: number): void {
    this.#expect(connection, connectionState.connecting, 'connected');
    this.connectingCapacity -= this.#connectionCapacity;
    this.#move(connection, connectionState.ready);
    const generation = this.#table.generation[connection]!;
    this.#serve();
    this.#noteIdle(connection, generation);
    if (this.#retired) this.#closeIdle();
  }

  /**
   * Refused, or not there in time: every pending stream of the pool fails at once, also those that other connections
   * under way could have served. The newest one hears of it first, as in Envoy.
   */
  connectFailed(connection: number): void {
    this.#expect(connection, connectionState.connecting, 'connectFailed');
    this.connectingCapacity -= this.#connectionCapacity;
    const doomed = this.#pending.takeAll();
    for (let last = doomed.length - 1; last >= 0; last -= 1) {
      this.#effects.fail(doomed[last]!);
      // Only now: a retry budget asked meanwhile counts this stream, too (~PendingStream gives its place back).
      this.breaker.pending -= 1;
    }
    this.#release(connection);
    this.#openWhatIsNeeded();
    if (this.#retired) this.#closeIdle();
  }

  /** A stream on the connection is over, whatever became of it. */
  streamEnded(connection: number): void {
    const table = this.#table;
    const left = table.active[connection]! - 1;
    if (table.pool[connection] !== this.id || left < 0) {
      throw new Error(`no stream of pool ${this.id} is on connection ${connection}`);
    }
    table.active[connection] = left;
    this.activeStreams -= 1;
    this.breaker.requests -= 1;
    const state = table.state[connection]!;
    const generation = table.generation[connection]!;
    if (state === connectionState.draining && left === 0) {
      this.#giveUp(connection);
      this.#openWhatIsNeeded();
    } else if (state === connectionState.busy) {
      this.#move(connection, connectionState.ready);
      this.#serve();
    }
    this.#noteIdle(connection, generation);
    if (this.#retired) this.#closeIdle();
  }

  /**
   * The peer closed an established connection. The streams on it are gone from the pool's counts; telling them (UC) is
   * the caller's, who knows them. Returns how many there were.
   */
  connectionClosed(connection: number): number {
    const table = this.#table;
    const state = table.state[connection]!;
    if (state === connectionState.closed || state === connectionState.connecting) {
      throw new Error(`connection ${connection} of pool ${this.id} is not established`);
    }
    const lost = table.active[connection]!;
    table.active[connection] = 0;
    this.activeStreams -= lost;
    this.breaker.requests -= lost;
    this.#release(connection);
    this.#openWhatIsNeeded();
    if (this.#retired) this.#closeIdle();
    return lost;
  }

  /** "Connection: close" or GOAWAY: no further stream on this connection; closed at once if none is on it. */
  drainConnection(connection: number): void {
    const state = this.#table.state[connection]!;
    if (state !== connectionState.ready && state !== connectionState.busy) return;
    if (this.#table.active[connection] === 0) this.#giveUp(connection);
    else this.#move(connection, connectionState.draining);
    this.#openWhatIsNeeded();
  }

  /**
   * The host failed its health check: connections without streams are closed, the others finish their streams and close.
   * Pending streams keep the connections under way and are served; the pool itself goes on.
   */
  drain(): void {
    this.#closeIdle();
    while (this.#ready >= 0) this.#move(this.#ready, connectionState.draining);
    for (let row = this.#busy; row >= 0; row = this.#table.next[row]!) {
      this.#table.state[row] = connectionState.draining;
    }
    this.#openWhatIsNeeded();
  }

  /**
   * The host is gone from the cluster: no new stream may come. What is pending is served, on connections that fall free
   * too; whatever connection has nothing to do is closed. Forget the pool once `isEmpty`.
   */
  retire(): void {
    this.#retired = true;
    this.#closeIdle();
  }

  /** The idle timer of a connection fired. It is closed unless it was used since `uses`. True if it was closed. */
  idleTimeout(connection: number, uses: number): boolean {
    const table = this.#table;
    if (
      table.state[connection] !== connectionState.ready ||
      table.active[connection] !== 0 ||
      table.uses[connection] !== uses
    ) {
      return false;
    }
    this.#giveUp(connection);
    return true;
  }

  #attach(stream: number, connection: number): void {
    if (this.#enforcesMaxRequests && !this.breaker.mayRequest()) {
      this.breaker.pendingOverflows += 1;
      this.#effects.overflow(stream);
      return;
    }
    const table = this.#table;
    const active = table.active[connection]! + 1;
    const uses = table.uses[connection]! + 1;
    table.active[connection] = active;
    table.uses[connection] = uses;
    if (uses >= this.#requestLimit) this.#move(connection, connectionState.draining);
    else if (active >= this.#streamLimit) this.#move(connection, connectionState.busy);
    this.activeStreams += 1;
    this.breaker.requests += 1;
    this.#effects.attach(stream, connection);
  }

  /** The oldest pending streams onto what is ready. */
  #serve(): void {
    while (this.#pending.count > 0 && this.#ready >= 0) {
      const stream = this.#pending.shift();
      this.breaker.pending -= 1;
      this.#attach(stream, this.#ready);
    }
    this.#openWhatIsNeeded();
  }

  /**
   * Connections for the streams that wait, beyond those under way. A pool without any connection opens one even past
   * `maxConnections`, so that its streams do not wait for ever.
   */
  #openWhatIsNeeded(): void {
    for (let opened = 0; opened < openedPerTrigger; opened += 1) {
      if (this.#pending.count <= this.connectingCapacity) return;
      const allowed = this.breaker.mayConnect();
      if (!allowed) this.breaker.connectionOverflows += 1;
      if (allowed || this.connectionCount === 0) this.#open();
      if (!allowed) return;
    }
  }

  #open(): void {
    const connection = this.#table.open(this.id);
    this.connectionCount += 1;
    this.breaker.connections += 1;
    this.connectingCapacity += this.#connectionCapacity;
    this.#enter(connection);
    this.#effects.openConnection(connection);
  }

  #closeIdle(): void {
    const table = this.#table;
    for (let row = this.#ready; row >= 0;) {
      const next = table.next[row]!;
      if (table.active[row] === 0) this.#giveUp(row);
      row = next;
    }
    while (this.#pending.count === 0 && this.#connecting >= 0) {
      this.connectingCapacity -= this.#connectionCapacity;
      this.#giveUp(this.#connecting);
    }
  }

  #noteIdle(connection: number, generation: number): void {
    const table = this.#table;
    if (
      table.generation[connection] === generation &&
      table.state[connection] === connectionState.ready &&
      table.active[connection] === 0
    ) {
      this.#effects.connectionIdle(connection, table.uses[connection]!);
    }
  }

  #giveUp(connection: number): void {
    this.#effects.closeConnection(connection);
    this.#release(connection);
  }

  #release(connection: number): void {
    this.#leave(connection);
    this.connectionCount -= 1;
    this.breaker.connections -= 1;
    this.#table.close(connection);
  }

  #move(connection: number, state: number): void {
    this.#leave(connection);
    this.#table.state[connection] = state;
    this.#enter(connection);
  }

  #headOf(state: number): number {
    if (state === connectionState.connecting) return this.#connecting;
    return state === connectionState.ready ? this.#ready : this.#busy;
  }

  #setHeadOf(state: number, connection: number): void {
    if (state === connectionState.connecting) this.#connecting = connection;
    else if (state === connectionState.ready) this.#ready = connection;
    else this.#busy = connection;
  }

  #enter(connection: number): void {
    const { next, previous, state } = this.#table;
    const head = this.#headOf(state[connection]!);
    next[connection] = head;
    previous[connection] = -1;
    if (head >= 0) previous[head] = connection;
    this.#setHeadOf(state[connection]!, connection);
  }

  #leave(connection: number): void {
    const { next, previous, state } = this.#table;
    const before = previous[connection]!;
    const after = next[connection]!;
    if (before >= 0) next[before] = after;
    else this.#setHeadOf(state[connection]!, after);
    if (after >= 0) previous[after] = before;
  }

  #expect(connection: number, state: number, event: string): void {
    if (this.#table.pool[connection] !== this.id || this.#table.state[connection] !== state) {
      throw new Error(
        `${event} of connection ${connection}, which is in state ${this.#table.state[connection]} of pool ` +
          `${this.#table.pool[connection]}, not ${state} of ${this.id}`,
      );
    }
  }

  /** What connections it has, the table tells. */
  copyFrom(other: ConnectionPool): void {
    this.activeStreams = other.activeStreams;
    this.connectionCount = other.connectionCount;
    this.connectingCapacity = other.connectingCapacity;
    this.#connecting = other.#connecting;
    this.#ready = other.#ready;
    this.#busy = other.#busy;
    this.#pending.copyFrom(other.#pending);
    this.#retired = other.#retired;
  }
}

/** First in, first out, in a ring; a stream may also be taken out of the middle. */
class StreamQueue {
  count = 0;
  #ring = new Int32Array(8);
  #first = 0;

  push(stream: number): void {
    if (this.count === this.#ring.length) {
      this.#ring = unrolled(this.#ring, this.#first);
      this.#first = 0;
    }
    this.#ring[(this.#first + this.count) & (this.#ring.length - 1)] = stream;
    this.count += 1;
  }

  shift(): number {
    const stream = this.#ring[this.#first]!;
    this.#first = (this.#first + 1) & (this.#ring.length - 1);
    this.count -= 1;
    return stream;
  }

  /** The streams, oldest first; none is left. */
  takeAll(): Int32Array {
    const all = new Int32Array(this.count);
    for (let at = 0; at < all.length; at += 1) all[at] = this.shift();
    return all;
  }

  remove(stream: number): boolean {
    const mask = this.#ring.length - 1;
    let at = 0;
    while (at < this.count && this.#ring[(this.#first + at) & mask] !== stream) at += 1;
    if (at === this.count) return false;
    // Callers that give up after a timeout are the oldest as a rule: what stood before moves one place back.
    for (; at > 0; at -= 1) {
      this.#ring[(this.#first + at) & mask] = this.#ring[(this.#first + at - 1) & mask]!;
    }
    this.shift();
    return true;
  }

  copyFrom(other: StreamQueue): void {
    this.count = other.count;
    this.#ring = other.#ring.slice();
    this.#first = other.#first;
  }
}
