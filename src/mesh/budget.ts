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
}

export const defaultBudget: Budget = {
  events: undefined,
  pages: undefined,
  requests: 3_000_000,
  depth: 100,
};

export const eventsAllowance = 10_000_000;
export const eventsPerPage = 200;
const pagesAllowance = 500_000;
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
}

/** Which part of the budget is spent, of how much, and the entry of the traffic where one is the cause. */
export interface Overrun {
  readonly limit: 'events' | 'clock' | 'pages' | 'requests' | 'depth';
  readonly allowed: number;
  readonly entry?: number;
}

/** Looks at what a run costs, every thousand events: nothing is asked per event. */
export class BudgetWatch {
  readonly #budget: Budget;
  readonly #traffic: readonly Traffic[];
  #instantUs = -1;
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
    const { requests, depth } = this.#budget;
    if (spent.depth > depth) return { limit: 'depth', allowed: depth };
    if (spent.requests > requests) return { limit: 'requests', allowed: requests };
    return this.#pages(spent) ?? this.#events(spent);
  }

  #pages({ nowUs, pages }: Spending): Overrun | undefined {
    const { pages: most } = this.#budget;
    const all = pages.reduce((sum, own) => sum + own, 0);
    if (most !== undefined && all > most)
      return { limit: 'pages', allowed: most, entry: pages.indexOf(Math.max(...pages)) };
    if (most !== undefined) return undefined;
    const allowed = (entry: number): number => {
      const own = this.#traffic[entry]!;
      return Math.floor(pagesAllowance + (kindOf(own).pagesUntil?.(own, nowUs) ?? Infinity));
    };
    const entry = pages.findIndex((asked, each) => asked > pagesAllowance && asked > allowed(each));
    return entry < 0 ? undefined : { limit: 'pages', allowed: allowed(entry), entry };
  }

  #events({ nowUs, events, pages }: Spending): Overrun | undefined {
    if (nowUs !== this.#instantUs) {
      this.#instantUs = nowUs;
      this.#eventsBefore = events;
    }
    const allowed =
      this.#budget.events ?? eventsAllowance + eventsPerPage * pages.reduce((sum, own) => sum + own, 0);
    if (events >= allowed) return { limit: 'events', allowed };
    return events - this.#eventsBefore > eventsAtOnce ? { limit: 'clock', allowed: eventsAtOnce } : undefined;
  }

  copyFrom(other: BudgetWatch): void {
    this.#instantUs = other.#instantUs;
    this.#eventsBefore = other.#eventsBefore;
  }
}
