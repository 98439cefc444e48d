import { nextLength } from '../kernel/columns.ts';
import { flagBits } from '../mesh/envoy/response-flag.ts';
import { History } from './history.ts';

/** What the rows of each column are. */
const rowsOf = {
  /** Requests per service. */
  requests: 'services',
  /** Requests and failed requests per key. */
  observed: 'keys',
  errors: 'keys',
  /**
   * Requests whose key a rule drew: per key, and per variant that was drawn by. The others were left to a balancer, came from
   * a caller without a proxy, or went on over a connection that was there.
   */
  drawn: 'keys',
  draws: 'variants',
  /** Requests for which no pod was there (UH), per key. */
  noPod: 'keys',
  /** Tries that a pod has answered, those that it failed, and mirrored copies sent, per key. */
  served: 'keys',
  servedErrors: 'keys',
  mirrored: 'keys',
  /** Pages that show the key, per key of the focus. */
  shown: 'keys',
  /** Second and later tries by the callers' proxies, per service. */
  retries: 'services',
  /** Requests per variant: what the asked proxy held, and what the manifests said. */
  held: 'variants',
  configured: 'variants',
  /** Requests per service and response flag bit. */
  flags: 'flags',
  /** Requests for which no pod was there, and failed answers without a flag, per service. */
  unserved: 'services',
  plainErrors: 'services',
  failed: 'services',
  /** Pages with a part missing, per service. */
  missing: 'services',
} as const;

export type CountedRows = keyof typeof rowsOf;

/** How many rows there is room for. */
type Room = Readonly<Record<(typeof rowsOf)[CountedRows], number>>;

/** Where each column stands in the one array that holds them all, and how long it is. */
type Places = Readonly<Record<CountedRows, { readonly start: number; readonly length: number }>>;

/**
 * Running totals of one run, by small row numbers that may grow while it runs. What happened between two moments is the
 * difference of two copies, so any number of windows, phases and expectations costs the hot path one increment each.
 */
export interface Totals {
  readonly atUs: number;
  readonly pages: number;
  readonly pagesFailed: number;
  readonly pagesLate: number;
  /** All other counts stand at this note of a history. */
  readonly history: History;
  readonly note: number;
  readonly places: Places;
}

export class Counters {
  requests!: Float64Array;
  observed!: Float64Array;
  errors!: Float64Array;
  drawn!: Float64Array;
  draws!: Float64Array;
  noPod!: Float64Array;
  served!: Float64Array;
  servedErrors!: Float64Array;
  mirrored!: Float64Array;
  shown!: Float64Array;
  retries!: Float64Array;
  held!: Float64Array;
  configured!: Float64Array;
  flags!: Float64Array;
  unserved!: Float64Array;
  plainErrors!: Float64Array;
  failed!: Float64Array;
  missing!: Float64Array;
  pages = 0;
  pagesFailed = 0;
  pagesLate = 0;
  /** All columns, one after the other, so that a copy is one. */
  #counts = new Float64Array(0);
  #places: Places = placesFor({ services: 0, keys: 0, variants: 0, flags: 0 });
  #room: Room = { services: 0, keys: 0, variants: 0, flags: 0 };
  /** The latest copies, since the columns came to these places. */
  #history: History | undefined;

  constructor() {
    this.ensure(8, 16, 16);
  }

  /** Room for these rows; called when a name is new, not per request. */
  ensure(services: number, keys: number, variants: number): void {
    const longer = (length: number, needed: number): number =>
      length >= needed ? length : nextLength(length, needed);
    const room = {
      services: longer(this.#room.services, services),
      keys: longer(this.#room.keys, keys),
      variants: longer(this.#room.variants, variants),
    };
    this.#move({ ...room, flags: room.services * flagBits });
  }

  copy(atUs: number): Totals {
    const { pages, pagesFailed, pagesLate } = this;
    if (this.#history === undefined || this.#history.isFull) this.#history = new History(this.#counts);
    const history = this.#history;
    const note = history.note(this.#counts);
    return { atUs, pages, pagesFailed, pagesLate, history, note, places: this.#places };
  }

  copyFrom(other: Counters): void {
    this.#move(other.#room);
    this.#counts.set(other.#counts);
    this.pages = other.pages;
    this.pagesFailed = other.pagesFailed;
    this.pagesLate = other.pagesLate;
  }

  #move(room: Room): void {
    const [counts, places] = [this.#counts, this.#places];
    this.#room = room;
    this.#history = undefined;
    this.#places = placesFor(room);
    this.#counts = new Float64Array(columns.reduce((sum, what) => sum + this.#places[what].length, 0));
    for (const what of columns) {
      const to = this.#places[what];
      const from = places[what];
      this[what] = this.#counts.subarray(to.start, to.start + to.length);
      this[what].set(counts.subarray(from.start, from.start + Math.min(from.length, to.length)));
    }
  }
}

const columns = Object.keys(rowsOf) as CountedRows[];

function placesFor(room: Room): Places {
  let start = 0;
  const place = (what: CountedRows): [CountedRows, Places[CountedRows]] => {
    const own = { start, length: room[rowsOf[what]] };
    start += own.length;
    return [what, own];
  };
  return Object.fromEntries(columns.map(place)) as unknown as Places;
}

/** What was counted from `from` until `to`. */
export const between = (from: Totals, to: Totals, what: CountedRows, row: number): number =>
  countAt(to, what, row) - countAt(from, what, row);

/** What had been counted by then. */
export function countAt({ history, note, places }: Totals, what: CountedRows, row: number): number {
  const { start, length } = places[what];
  return row < 0 || row >= length ? 0 : history.at(note, start + row);
}
