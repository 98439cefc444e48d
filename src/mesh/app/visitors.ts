import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { RequestHead } from '../envoy/route-match.ts';
import type { RequestClasses } from '../envoy/request-class.ts';
import { kindOf, type Traffic } from './traffic/index.ts';
import type { Visitor } from './traffic/traffic-kind.ts';

/** `client` tells a user, browser or anonymous client of the source from the others. */
type OpenPage = (source: number, page: number, requestClass: number, client: number, nowUs: number) => void;

/** Everybody who opens pages: each traffic entry at work, as its kind has it. */
export class Visitors {
  readonly #visitors: readonly Visitor[];
  /** Pages asked for so far, by entry. */
  readonly asked: readonly number[];

  constructor(
    simulation: Simulation,
    traffic: readonly Traffic[],
    gatewayPort: number,
    classes: RequestClasses,
    stream: (name: string) => Stream,
    openPage: OpenPage,
  ) {
    const asked = traffic.map(() => 0);
    this.asked = asked;
    this.#visitors = traffic.map((entry, source) => {
      const port = entry.port ?? (entry.from === undefined ? gatewayPort : portOf(entry.request.authority));
      const classOf = (head: RequestHead): number => classes.of(head, port);
      const own = clientHeads(entry).map(classOf);
      const open = (client: number, nowUs: number): void =>
        openPage(source, asked[source]!++, own[client % own.length]!, client, nowUs);
      return kindOf(entry).begin(entry, {
        simulation,
        chance: stream(`traffic/${entry.name}`),
        open,
        openNext: (nowUs) => open(asked[source]! % own.length, nowUs),
        classOf,
        openAs: (requestClass, nowUs) => openPage(source, asked[source]!++, requestClass, 0, nowUs),
      });
    });
  }

  start(): void {
    for (const visitor of this.#visitors) visitor.start();
  }

  pageDone(source: number, client: number, nowUs: number): void {
    this.#visitors[source]!.done?.(client, nowUs);
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
