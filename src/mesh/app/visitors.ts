import { copyColumns } from '../../kernel/columns.ts';
import { refill } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { ForeseenEvent, Handler, Simulation } from '../../kernel/simulation.ts';
import { schemePort } from '../../manifest/scheme-port.ts';
import type { RequestHead } from '../envoy/route-match.ts';
import type { RequestClasses } from '../envoy/request-class.ts';
import type { Connections } from './connections.ts';
import type { CookieJars } from './cookie-jars.ts';
import { kindOf, type Traffic } from './traffic/index.ts';
import type { Visitor } from './traffic/traffic-kind.ts';

/** What the clients of an entry keep from page to page. */
interface Keeping {
  readonly cookies: CookieJars | undefined;
  readonly kept: Connections | undefined;
}

/** `client` tells a user or browser of the source from the others; -1: nobody in particular. */
type OpenPage = (source: number, page: number, requestClass: number, client: number, nowUs: number) => void;

/** Everybody who opens pages: each traffic entry at work, as its kind has it. */
export class Visitors {
  readonly #visitors: readonly Visitor[];
  /** Pages asked for so far, by entry. */
  readonly asked: number[];
  /** Names of the kinds of events that an entry has, by entry. */
  readonly events: readonly (readonly string[])[];

  constructor(
    simulation: Simulation,
    traffic: readonly Traffic[],
    /** Of the gateway that visitors of an entry come to, by entry. */
    ports: readonly number[],
    classes: RequestClasses,
    clients: readonly Keeping[],
    stream: (name: string) => Stream,
    hasCaller: (source: number) => boolean,
    openPage: OpenPage,
  ) {
    const asked = traffic.map(() => 0);
    const events = traffic.map((): string[] => []);
    this.asked = asked;
    this.events = events;
    this.#visitors = traffic.map((entry, source) => {
      const port = entry.from === undefined ? (entry.port ?? ports[source]!) : portAsked(entry);
      const classOf = (head: RequestHead): number => classes.of(head, port);
      const own = clientHeads(entry).map(classOf);
      const ask = (requestClass: number, client: number, nowUs: number): void => {
        if (hasCaller(source)) openPage(source, asked[source]!++, requestClass, client, nowUs);
        else if (client >= 0) simulation.schedule(nowUs + looksAgainUs, looksAgain, client);
      };
      const { cookies, kept } = clients[source]!;
      const classFor = (client: number, nowUs: number): number => {
        const without = own[client % own.length]!;
        return cookies === undefined ? without : cookies.classOf(client, without, nowUs);
      };
      const open = (client: number, nowUs: number): void => ask(classFor(client, nowUs), client, nowUs);
      const kindOfEvent = (what: string, handler: Handler): number => {
        const name = `${what} of ${entry.name}`;
        events[source]!.push(name);
        return simulation.kind(name, handler, true);
      };
      // Where a workload has no pod, nobody asks; who waits for an answer goes on when there is one again.
      const looksAgain = entry.from === undefined ? -1 : kindOfEvent('another look', open);
      return kindOf(entry).begin(entry, {
        simulation,
        kindOfEvent,
        chance: stream(`traffic/${entry.name}`),
        chanceOf: (purpose) => stream(`traffic/${entry.name}/${purpose}`),
        endVisit: (client) => {
          cookies?.endSession(client);
          kept?.close(client);
        },
        forget: (client) => cookies?.forget(client),
        open,
        openNext: (nowUs) => open(asked[source]! % own.length, nowUs),
        openForAnybody: (nowUs) =>
          own.length > 1 ? open(asked[source]! % own.length, nowUs) : ask(classFor(0, nowUs), -1, nowUs),
        classOf,
        openAs: (requestClass, nowUs) => ask(requestClass, -1, nowUs),
      });
    });
  }

  /** Visits that come whatever the run does. */
  get foreseen(): ForeseenEvent[] {
    return this.#visitors.flatMap(({ foreseen = [] }) => foreseen);
  }

  start(): void {
    for (const visitor of this.#visitors) visitor.start();
  }

  pageDone(source: number, client: number, nowUs: number): void {
    this.#visitors[source]!.done?.(client, nowUs);
  }

  copyFrom(other: Visitors): void {
    refill(this.asked, other.asked);
    other.#visitors.forEach(({ memory = {}, draws = [] }, source) => {
      const { memory: own = {}, draws: ownDraws } = this.#visitors[source]!;
      Object.assign(own, memory);
      copyColumns(own, memory);
      draws.forEach((each, place) => ownDraws![place]!.copyFrom(each));
    });
  }
}

const looksAgainUs = 1_000_000;

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

/** Of an entry whose pages are asked for from inside the mesh: 8000 of `httpbin:8000`, or HTTP’s where none is written. */
export const portAsked = ({ port, request }: Pick<Traffic, 'port' | 'request'>): number =>
  port ?? Number(request.authority.split(':')[1] ?? schemePort.http);
