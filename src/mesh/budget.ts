import { kindOf, type Traffic } from './app/traffic/index.ts';

/** What a run may cost; past it the run ends with what it has. Defaults that no rehearsal of a shift comes near. */
export interface Budget {
  /** Events of the run; undefined: `eventsAllowance`, and `eventsPerPage` more for each page asked for. */
  readonly events: number | undefined;
  /** Pages asked for; undefined: of each entry what it asks for at its own pace, and `pagesAllowance` more. */
  readonly pages: number | undefined;
  /** Requests under way at one time, each about 170 bytes. */
  readonly requests: number;
  /** Calls within calls. */
  readonly depth: number;
  /** Retries of requests that have been tried again `manyRetries` times already. */
  readonly retries: number;
  /** Pods that have ever been made: of each is kept how it fared. */
  readonly pods: number;
}

export const defaultBudget: Budget = {
  events: undefined,
  pages: undefined,
  requests: 3_000_000,
  depth: 100,
  retries: 200_000,
  pods: 50_000,
};

export const eventsAllowance = 10_000_000;
export const eventsPerPage = 200;
const pagesAllowance = 300_000;
/** Retries of one request that are nobody's concern: only a rule that allows very many, of what never succeeds, has more. */
export const manyRetries = 100;
/** Events of one instant: a clock that stands longer stands for ever. */
const eventsAtOnce = 10_000_000;
/** Between two looks at the budget; so a run may exceed it by what so many events do. */
const stretch = 1_024;

/** What a run has cost so far. */
export interface Spending {
  readonly nowUs: number;
  readonly events: number;
  /** By entry of the traffic. */
  readonly pages: readonly number[];
  readonly requests: number;
  readonly depth: number;
  readonly retries: number;
  readonly pods: number;
}

/** Which part of the budget is spent, of how much, and the entry of the traffic where one is the cause. */
export interface Overrun {
  readonly limit: 'events' | 'clock' | 'pages' | 'requests' | 'depth' | 'retries' | 'pods';
  readonly allowed: number;
  readonly entry?: number;
}

/** Looks at what a run costs, every thousand events: nothing is asked per event. */
export class BudgetWatch {
  readonly #budget: Budget;
  readonly #traffic: readonly Traffic[];
  /** NaN: none yet, as a moment may be negative. */
  #instantUs = NaN;
  #eventsBefore = 0;

  constructor(budget: Budget, traffic: readonly Traffic[]) {
    this.#budget = budget;
    this.#traffic = traffic;
  }

  /** Events that may run before the next look. */
  stretch(events: number): number {
    return Math.min(stretch, Math.max(0, (this.#budget.events ?? Infinity) - events));
  }

  /** undefined: there is enough left. */
  overrun(spent: Spending): Overrun | undefined {
    const { requests, depth, retries, pods } = this.#budget;
    if (spent.depth > depth) return { limit: 'depth', allowed: depth };
    if (spent.requests > requests) return { limit: 'requests', allowed: requests };
    if (spent.retries > retries) return { limit: 'retries', allowed: retries };
    if (spent.pods > pods) return { limit: 'pods', allowed: pods };
    // Once for all that is asked here: there may be ten thousand entries.
    const asked = spent.pages.reduce((sum, own) => sum + own, 0);
    return this.#pages(spent, asked) ?? this.#events(spent, asked);
  }

  #pages({ nowUs, pages }: Spending, all: number): Overrun | undefined {
    const { pages: most } = this.#budget;
    if (most !== undefined && all > most)
      return { limit: 'pages', allowed: most, entry: pages.indexOf(Math.max(...pages)) };
    if (most !== undefined || all <= pagesAllowance) return undefined;
    const allowed = (entry: number): number => {
      const own = this.#traffic[entry]!;
      return Math.floor(pagesAllowance + (kindOf(own).pagesUntil?.(own, nowUs) ?? Infinity));
    };
    const entry = pages.findIndex((asked, each) => asked > pagesAllowance && asked > allowed(each));
    return entry < 0 ? undefined : { limit: 'pages', allowed: allowed(entry), entry };
  }

  #events({ nowUs, events }: Spending, pages: number): Overrun | undefined {
    if (nowUs !== this.#instantUs) {
      this.#instantUs = nowUs;
      this.#eventsBefore = events;
    }
    const allowed = this.#budget.events ?? eventsAllowance + eventsPerPage * pages;
    if (events >= allowed) return { limit: 'events', allowed };
    return events - this.#eventsBefore > eventsAtOnce ? { limit: 'clock', allowed: eventsAtOnce } : undefined;
  }

  copyFrom(other: BudgetWatch): void {
    this.#instantUs = other.#instantUs;
    this.#eventsBefore = other.#eventsBefore;
  }
}
