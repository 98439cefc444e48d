import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { Arrivals } from './arrivals.ts';
import type { RequestClasses } from '../request/request-class.ts';
import type { RequestHead } from '../envoy/route-match.ts';
import type { Traffic } from './traffic.ts';

/** `client` tells a user, browser or anonymous client of the source from the others. */
type OpenPage = (source: number, page: number, requestClass: number, client: number, nowUs: number) => void;

/** One traffic entry at work: it opens pages at its times, and may wait for the one before. */
interface Visitor {
  start(): void;
  /** A page that it opened for `client` is complete. */
  done(client: number, nowUs: number): void;
}

/** Everybody who opens pages. */
export class Visitors {
  readonly #visitors: readonly Visitor[];

  constructor(
    simulation: Simulation,
    traffic: readonly Traffic[],
    gatewayPort: number,
    classes: RequestClasses,
    stream: (name: string) => Stream,
    open: OpenPage,
  ) {
    this.#visitors = traffic.map((entry, source) => {
      const port = entry.port ?? (entry.from === undefined ? gatewayPort : portOf(entry.request.authority));
      const chance = stream(`traffic/${entry.name}`);
      const own = clientHeads(entry).map((head) => classes.of(head, port));
      let pages = 0;
      const openAs = (client: number, nowUs: number): void =>
        open(source, pages++, own[client % own.length]!, client, nowUs);
      // A page of nobody in particular belongs to the next client in turn.
      const openNext = (nowUs: number): void => openAs(pages % own.length, nowUs);
      switch (entry.kind) {
        case 'refresh':
          return refresh(simulation, entry, openNext);
        case 'poisson':
        case 'constant':
          return openArrivals(simulation, entry, entry.kind === 'poisson' ? chance : undefined, openNext);
        case 'users':
          return users(simulation, entry, sampler(entry.think, chance), openAs);
        case 'replay': {
          const replayed = entry.heads.map((head) => classes.of(head, port));
          return replay(simulation, entry, (nowUs, head) => open(source, pages++, replayed[head]!, 0, nowUs));
        }
      }
    });
  }

  start(): void {
    for (const visitor of this.#visitors) visitor.start();
  }

  pageDone(source: number, client: number, nowUs: number): void {
    this.#visitors[source]!.done(client, nowUs);
  }
}

/** What each client of an entry sends; one head where clients do not differ. */
function clientHeads(entry: Traffic): RequestHead[] {
  const { request, clients } = entry;
  if (clients === undefined) return [request];
  return Array.from({ length: clients.count }, (_, client) => {
    const value = `client-${client + 1}`;
    const headers =
      clients.header !== undefined
        ? { ...request.headers, [clients.header.toLowerCase()]: value }
        : { ...request.headers, cookie: `${clients.cookie ?? 'client'}=${value}` };
    return { ...request, headers };
  });
}

/** 8000 of `httpbin:8000`; 80 where none is written. */
const portOf = (authority: string): number => Number(authority.split(':')[1] ?? 80);

const nothing = (): void => {};

type Entry<K extends Traffic['kind']> = Extract<Traffic, { kind: K }>;

function refresh(simulation: Simulation, entry: Entry<'refresh'>, open: (nowUs: number) => void): Visitor {
  let opened = 0;
  const kind = simulation.kind(`refresh of ${entry.name}`, (_, nowUs) => {
    opened += 1;
    open(nowUs);
  });
  return {
    start: () => {
      if (entry.count > 0) simulation.schedule(entry.startUs, kind, 0);
    },
    done: (_client, nowUs) => {
      if (opened < entry.count)
        simulation.schedule(Math.max(nowUs, entry.startUs + opened * entry.everyUs), kind, 0);
    },
  };
}

function openArrivals(
  simulation: Simulation,
  entry: Entry<'poisson' | 'constant'>,
  chance: Stream | undefined,
  open: (nowUs: number) => void,
): Visitor {
  const arrivals = new Arrivals(entry.profile, entry.shape, chance);
  const kind = simulation.kind(`arrival of ${entry.name}`, (_, nowUs) => {
    scheduleNext();
    open(nowUs);
  });
  const scheduleNext = (): void => {
    const dueUs = arrivals.next();
    if (dueUs < Infinity) simulation.schedule(dueUs, kind, 0);
  };
  return { start: scheduleNext, done: nothing };
}

/** Each user begins with a pause, so that they do not come as one. */
function users(
  simulation: Simulation,
  entry: Entry<'users'>,
  think: Sampler,
  open: (user: number, nowUs: number) => void,
): Visitor {
  const opened = new Float64Array(entry.users);
  const kind = simulation.kind(`user of ${entry.name}`, (user, nowUs) => {
    opened[user]! += 1;
    open(user, nowUs);
  });
  return {
    start: () => {
      for (let user = 0; user < entry.users; user++) simulation.schedule(entry.startUs + think(), kind, user);
    },
    done: (user, nowUs) => {
      if (opened[user]! < entry.requestsEach) simulation.schedule(nowUs + think(), kind, user);
    },
  };
}

function replay(
  simulation: Simulation,
  entry: Entry<'replay'>,
  open: (nowUs: number, head: number) => void,
): Visitor {
  const kind = simulation.kind(`replay of ${entry.name}`, (row, nowUs) => {
    if (row + 1 < entry.atUs.length)
      simulation.schedule(Math.max(nowUs, entry.atUs[row + 1]!), kind, row + 1);
    open(nowUs, entry.head[row]!);
  });
  return {
    start: () => {
      if (entry.atUs.length > 0) simulation.schedule(entry.atUs[0]!, kind, 0);
    },
    done: nothing,
  };
}
