import { MissingParts } from './missing-parts.ts';
import { copyPacked, growPacked, movePacked, numberOf, rowStep } from '../../kernel/columns.ts';
import { role } from './role.ts';
import { stage } from './stage.ts';

/**
 * Requests under way, one row each, as the columns of a packed table. A row is one request at its caller's proxy: a page at the
 * gateway, or one try of a call inside the mesh. Rows are pooled; `generation` tells a row's present life from an
 * earlier one, so that timers and references to a parent need never be withdrawn.
 *
 *   opened -> (chosen) -> arrived at the pod -> served, with children of its own -> answered -> row free again
 */
export class RequestColumns {
  generation = new Int32Array(0);
  /** Row of the request (or of its branch) whose script made this call; -1 for a page, and after the caller gave up. */
  parent = new Int32Array(0);
  /** Row of the page that this request belongs to, with its generation then. */
  root = new Int32Array(0);
  rootGeneration = new Int32Array(0);
  /** As the caller's proxy sees it, and as the pod does that serves it: a route may change headers. */
  requestClass = new Int32Array(0);
  sentClass = new Int32Array(0);
  /** Row of the proxy that routes it; -1: the caller has no sidecar. */
  caller = new Int32Array(0);
  /** Row in `services`; -1 where no route names one. */
  service = new Int16Array(0);
  key = new Int16Array(0);
  variant = new Int16Array(0);
  configuredVariant = new Int16Array(0);
  /** Snapshot that the asked proxy held. */
  snapshot = new Int32Array(0);
  /** What the proxy chose: row of the resolved route, cluster, and the worker that does it. */
  route = new Int32Array(0);
  cluster = new Int32Array(0);
  worker = new Int32Array(0);
  /** The stream's 64-bit value, by which it drew, as two halves. */
  high = new Uint32Array(0);
  low = new Uint32Array(0);
  /** What the row stands for; see `role`. */
  role = new Uint8Array(0);
  /** Where the request is at its caller's proxy; see `stage`. */
  stage = new Uint8Array(0);
  /** Row in `Upstreams`; -1: the cluster needs no state. The connection of the try under way; -1: none, or not counted. */
  upstream = new Int32Array(0);
  connection = new Int32Array(0);
  /** The pool whose connections a try waits for, while it waits. */
  pool = new Int32Array(0);
  /** Row in `Upstreams` in whose breaker a retry of this request counts now; -1: none does. */
  retrying = new Int32Array(0);
  /** Tries that this proxy has made with an endpoint. */
  attempts = new Int32Array(0);
  /** How the last try ended without an answer; see envoy/retry.ts. 0: it was answered. */
  reset = new Uint8Array(0);
  /** Row of the try under way where it has one of its own, and of the request that a try is for; -1: none. */
  attempt = new Int32Array(0);
  stream = new Int32Array(0);
  pod = new Int32Array(0);
  /** Calls within calls: 0 for a page, one more for each script that it comes from. */
  depth = new Uint16Array(0);
  startedUs = new Float64Array(0);
  /** When the try under way left its caller's proxy. */
  sentUs = new Float64Array(0);
  /** Place in the scripts of the pod that serves it, or one of `failing`; and tries made at the present step. */
  step = new Int32Array(0);
  tries = new Uint8Array(0);
  /** Where it is in the pod; see `inPod`. When its present step ends (another time: not any more), it came in, it began. */
  where = new Uint8Array(0);
  workDueUs = new Float64Array(0);
  /** When the visitor of a page gives up; -1: stays, or the page is over. */
  leavesUs = new Float64Array(0);
  enteredUs = new Float64Array(0);
  begunUs = new Float64Array(0);
  /** How far it is played ahead, until when, as which event, and where among those that are; see `Ahead`. */
  ahead = new Uint8Array(0);
  aheadUs = new Float64Array(0);
  aheadOrder = new Float64Array(0);
  aheadPlace = new Int32Array(0);
  status = new Int16Array(0);
  /** Envoy's response flags, in the order in which they were set; see response-flag.ts. */
  flags = new Int32Array(0);
  /** Nobody waits (any more): whatever comes back is dropped. */
  abandoned = new Uint8Array(0);
  /** Next row in a pod's queue, among the branches that a request waits for, or in the list of free rows. */
  next = new Int32Array(0);

  // Of a page (a root row) alone:
  source = new Int16Array(0);
  page = new Int32Array(0);
  /** Which of the source's clients asked. */
  client = new Int32Array(0);
  /** The pod that asks on behalf of that client; -1: a visitor at the gateway. */
  asker = new Int32Array(0);
  /** Which services' parts are missing from the page. */
  readonly missing = new MissingParts();
  /** Key of the focus service that the page shows; -1: none. */
  shownKey = new Int16Array(0);
  /** Of the last choice for the focus service: variants, snapshot, flags. */
  focusVariant = new Int16Array(0);
  focusConfigured = new Int16Array(0);
  focusSnapshot = new Int32Array(0);
  focusFlags = new Int32Array(0);

  #free = -1;
  /** Rows from here on have never been used; rows are `rowStep` apart. */
  #end = 0;
  #capacity = 0;
  inUse = 0;

  constructor() {
    this.#reserve(256);
  }

  /** All rows that have ever been used are below it: 0, `rowStep`, two of it and so on. */
  get end(): number {
    return this.#end;
  }

  /** A row for a request; the fields of a page are left as they are. */
  open(): number {
    const row = this.#free >= 0 ? this.#free : this.#end;
    if (row === this.#end) this.#lengthen();
    else this.#free = this.next[row]!;
    this.inUse += 1;
    this.key[row] = -1;
    this.cluster[row] = -1;
    this.variant[row] = -1;
    this.configuredVariant[row] = -1;
    this.pod[row] = -1;
    this.step[row] = 0;
    this.tries[row] = 0;
    this.status[row] = 0;
    this.flags[row] = 0;
    this.role[row] = role.request;
    this.stage[row] = 0;
    this.where[row] = 0;
    this.attempts[row] = 0;
    this.upstream[row] = -1;
    this.connection[row] = -1;
    this.retrying[row] = -1;
    this.reset[row] = 0;
    this.attempt[row] = -1;
    this.stream[row] = -1;
    this.abandoned[row] = 0;
    return row;
  }

  /** A row for a page, of which nothing is known yet. */
  openPage(): number {
    const row = this.open();
    this.missing.clear(row);
    this.shownKey[row] = -1;
    this.focusVariant[row] = -1;
    this.focusConfigured[row] = -1;
    this.focusSnapshot[row] = -1;
    this.focusFlags[row] = 0;
    return row;
  }

  /** A row for what goes to a pod on behalf of `row`: it knows where it belongs, and nothing of the caller's wait. */
  openFor(row: number, as: number, nowUs: number): number {
    const opened = this.open();
    this.role[opened] = as;
    this.root[opened] = this.root[row]!;
    this.rootGeneration[opened] = this.rootGeneration[row]!;
    this.depth[opened] = this.depth[row]!;
    this.requestClass[opened] = this.requestClass[row]!;
    this.sentClass[opened] = this.sentClass[row]!;
    this.caller[opened] = this.caller[row]!;
    this.service[opened] = this.service[row]!;
    this.key[opened] = this.key[row]!;
    this.pod[opened] = this.pod[row]!;
    this.startedUs[opened] = nowUs;
    return opened;
  }

  /** True where nothing at the caller's proxy is given back, or told to anybody, when word of the row comes. */
  isUnwanted(row: number): boolean {
    if (this.abandoned[row] === 0) return false;
    return this.role[row] !== role.copy || this.stage[row] === stage.over;
  }

  /** A branch that nobody waits for (any more): its call is on no page. */
  isNobodys(row: number): boolean {
    return this.role[row] === role.branch && this.parent[row]! < 0;
  }

  close(row: number): void {
    this.generation[row]! += 1;
    this.parent[row] = -1;
    this.where[row] = 0;
    this.next[row] = this.#free;
    this.#free = row;
    this.inUse -= 1;
  }

  /** Rows in use: few questions need them all, so nothing is kept for it. */
  used(): number[] {
    const isFree = this.#freeRows();
    return Array.from(isFree.keys(), (place) => place * rowStep).filter((row) => isFree[numberOf(row)] === 0);
  }

  /** Pages that were asked for at this moment or before, and that somebody still waits for. */
  countOpenPages(untilUs: number): number {
    const isFree = this.#freeRows();
    let count = 0;
    for (let row = 0; row < this.#end; row += rowStep) {
      if (isFree[numberOf(row)] === 0 && this.isOpenPage(row) && this.startedUs[row]! <= untilUs) count += 1;
    }
    return count;
  }

  /** A row in use is a page that somebody waits for: what is opened late for an earlier page may have come into its row. */
  isOpenPage(row: number): boolean {
    return (
      this.root[row] === row && this.rootGeneration[row] === this.generation[row] && this.abandoned[row] === 0
    );
  }

  #freeRows(): Uint8Array {
    const isFree = new Uint8Array(numberOf(this.#end));
    for (let row = this.#free; row >= 0; row = this.next[row]!) isFree[numberOf(row)] = 1;
    return isFree;
  }

  copyFrom(other: RequestColumns): void {
    copyPacked(this, other);
    this.missing.copyFrom(other.missing);
    this.#free = other.#free;
    this.#end = other.#end;
    this.#capacity = other.#capacity;
    this.inUse = other.inUse;
  }

  /** Goes on in the memory of rows that nobody needs any more, if that is more: it saves making it, and changes nothing else. */
  moveInto(other: RequestColumns): void {
    if (other.#capacity <= this.#capacity) return;
    movePacked(this, other);
    this.missing.grow(other.#capacity);
    this.#capacity = other.#capacity;
  }

  #lengthen(): void {
    const full = this.#capacity;
    // Few are cheap: four times as many at once. Then twice as many, but no more than a million at a time: memory is what a run
    // with very many is short of.
    if (numberOf(this.#end) === full)
      this.#reserve(full < 1 << 14 ? 4 * full : full + Math.min(full, 1 << 20));
    this.parent[this.#end] = -1;
    this.#end += rowStep;
  }

  #reserve(rows: number): void {
    growPacked(this, rows);
    this.missing.grow(rows);
    this.#capacity = rows;
  }
}
