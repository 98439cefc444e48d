import type { Column } from '../../../kernel/columns.ts';
import type { z } from 'zod';
import type { Stream } from '../../../kernel/chance.ts';
import type { Draws } from '../../../kernel/draws.ts';
import type { Distribution } from '../../../kernel/distribution.ts';
import type { ForeseenEvent, Handler, Simulation } from '../../../kernel/simulation.ts';
import type { Checked } from '../../../manifest/problem.ts';
import type { RequestHead } from '../../envoy/route-match.ts';
import type { KeepAlive } from '../connections.ts';

/**
 * A kind of traffic, whole: what may be written, what it becomes, how it is told, and what it does.
 *
 *   fields -> problems -> build -> Entry -> explain
 *                                        -> begin -> pages are opened
 *
 * @template Entry the checked entry. @template Text its own fields, as their schemas read them.
 */
export interface TrafficKind<Entry extends TrafficEntry, Text> {
  /** The field that makes an entry one of this kind. */
  readonly field: keyof Text & string;
  /** Its pages are asked for by clients of its own, one after the other; else by anybody, as of many callers. */
  readonly hasClients: boolean;
  /** That field and the others that an entry of this kind may have beside those of all kinds. */
  readonly fields: z.ZodRawShape;
  /** What is wrong with fields that are each fine, and with which of them. */
  problems?(text: Text): readonly { readonly field: keyof Text & string; readonly message: string }[];
  /** A file of the user's that it is built from, with the path of the field that names it. */
  file?(text: Text): { readonly name: string; readonly path: readonly string[] };
  /** @param recording the text of that file; "" where there is none. */
  build(text: Text, base: TrafficBase, recording: string): Checked<Entry>;
  /** What comes, in a line: "50 users, think time exponential, mean 7s". */
  explain(entry: Entry): string;
  /** The same with about so many times as many pages; itself where its pages are what they are. */
  scaled(entry: Entry, factor: number): Entry;
  /** Pages that it asks for until a moment at its own pace (users: by their thinking alone); absent: it has none. */
  pagesUntil?(entry: Entry, us: number): number;
  /** Pages that it lists, or counts; absent: it goes on as long as the run. */
  pagesWritten?(entry: Entry): number;
  /** What comes at its start, for good; undefined: its pages have moments of their own, and no load that could be there before. */
  atStart(entry: Entry): Entry | undefined;
  /** The same entry in a world that begins at `startUs`, below 0: what comes at its start has come since then. */
  comingSince(entry: Entry, startUs: number): Entry;
  begin(entry: Entry, visits: Visits): Visitor;
}

/** What a kind of traffic has for its work. */
export interface Visits {
  readonly simulation: Simulation;
  /** A kind of event of this entry ("arrival", "user"), for `simulation.schedule`. */
  kindOfEvent(what: string, handler: Handler): number;
  /** Chance of this entry alone; and of one purpose of it. */
  readonly chance: Stream;
  chanceOf(purpose: string): Stream;
  /** This client of the entry, a number from 0, asks for the page. */
  open(client: number, nowUs: number): void;
  /** The next client in turn asks for it; the first, where clients do not differ. */
  openNext(nowUs: number): void;
  /** The next client in turn asks for it; nobody in particular, where clients do not differ. */
  openForAnybody(nowUs: number): void;
  /** A client's visit is over, and with it its connection and the cookies that last no longer. */
  endVisit(client: number): void;
  /** A number is somebody else's from now on, who has no cookies. */
  forget(client: number): void;
  /** A number for `openAs`, for a request of its own. */
  classOf(head: RequestHead): number;
  /** Nobody in particular asks for it. */
  openAs(requestClass: number, nowUs: number): void;
}

/** One traffic entry at work: it opens pages at its times, and may wait for the one before. */
export interface Visitor {
  /** Events that come whatever the run does, each before anything else of its instant. */
  readonly foreseen?: readonly ForeseenEvent[];
  start(): void;
  /** All that it remembers from one event to the next, in an object of its own: a copy of the run takes the fields over. */
  readonly memory?: Readonly<Record<string, number | boolean | Column>>;
  /** Its draws of times, for the same purpose. */
  readonly draws?: readonly Draws[];
  /** A page that it opened for `client` is complete; absent: it does not wait for that. */
  done?(client: number, nowUs: number): void;
}

/** Any entry, whatever its kind. */
export interface TrafficEntry extends TrafficBase {
  readonly kind: string;
}

/** What entries of all kinds have: who asks, for what, how long they wait. Times in microseconds. */
export interface TrafficBase {
  readonly name: string;
  /** What is asked for; `replay` brings its own. */
  readonly request: RequestHead;
  /** Port of the gateway's server; undefined: the first one. */
  readonly port?: number;
  /** Workload whose pods ask, through their sidecars if they have any; undefined: visitors at the ingress gateway. */
  readonly from?: string;
  /** The gateway that visitors come to: a Gateway's name, or a Deployment's; undefined: the first Gateway. */
  readonly gateway?: string;
  /** After this long the client gives up and leaves; absent: it waits as long as it takes. */
  readonly patience?: Distribution;
  /** Clients that differ by a header or cookie; client number n sends `value-n` (or `name=value-n`). */
  readonly clients?: Clients;
  /** Clients keep their connection: to one worker thread or, without a sidecar, to one pod. */
  readonly keepAlive?: KeepAlive;
}

export interface Clients {
  readonly count: number;
  readonly header?: string;
  readonly cookie?: string;
}

/** The fields of a kind, as their schemas read them. */
export type TextOf<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;
