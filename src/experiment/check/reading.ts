import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { inbound, ofOne, type LeftOut } from './choice.ts';
import type { Evidence } from './evidence.ts';
import { PastRequests } from './past-requests.ts';
import { SameSources } from './same-sources.ts';
import { SeenRequests } from './seen-requests.ts';
import { Unchosen } from './unchosen.ts';

/** Where something stands that could not be read; what nothing counts is told by how it begins. */
export type Place =
  { readonly noun: 'line' | 'entry'; readonly number: number } | { readonly excerpt: string };

/** What stood in the data beside the choices, counted while reading. */
export class Reading {
  /** Names of what was read, as the user gave them. */
  readonly sources: string[] = [];
  lines = 0;
  /** Lines, rows or entries that were requests. */
  requests = 0;
  bytes = 0;
  unparsed = 0;
  /** The first few of them, with their place and reason. */
  readonly unparsedExamples: { readonly source: string; readonly place: Place; readonly why: string }[] = [];
  readonly leftOut = new Map<LeftOut, number>();
  readonly #unchosen = new Unchosen();
  /** Sources that told of choices; true where they tell how requests ended. */
  readonly #tellsEnding = new Map<string, boolean>();
  #endingKnownOf: string | undefined;
  readonly seen = new SeenRequests();
  readonly same = new SameSources();
  /** Requests that no rule chose a version for. */
  readonly past = new PastRequests();
  /** Hosts of services that the question is not about, some of them. */
  readonly otherHosts = new Set<string>();
  /** Sources whose lines tell the cluster, and little else; a note says so. */
  readonly ofOwnFormat = new Set<string>();
  /** Sentences about a source as a whole. */
  readonly notes: string[] = [];

  skip(source: string, place: Place, why: string): void {
    this.unparsed += 1;
    if (this.unparsedExamples.length < 5) this.unparsedExamples.push({ source, place, why });
  }

  /** A version was chosen for this request. */
  routed(request: RecordedRequest, source: string, evidence: Evidence): void {
    this.#unchosen.routed(request);
    if (source === this.#endingKnownOf) return;
    const isTold =
      request.status !== undefined || request.flags !== undefined || request.grpcStatus !== undefined;
    if (isTold) this.#endingKnownOf = source;
    // A list of versions is none of how requests ended.
    if (isTold || evidence === 'line' || (evidence === 'row' && !Number.isNaN(request.startUs)))
      this.#tellsEnding.set(source, isTold || this.#tellsEnding.get(source) === true);
  }

  /** A request with this authority went to a service that the question is not about. */
  routedElsewhere(authority: string | undefined): void {
    this.#unchosen.routedElsewhere(authority);
  }

  /** A failure that a counter tells, for the service in question. */
  failUnrouted(failure: string, times: number): void {
    this.#unchosen.add(failure, times);
  }

  /** @param isOwn whether its authority names the host in question, where one is given */
  failUnchosen(failure: string, request: RecordedRequest, isOwn: boolean | undefined): void {
    this.#unchosen.fail(failure, request, isOwn);
  }

  /** Requests for the service in question that failed before a version was chosen, by "503 NC". */
  get unrouted(): ReadonlyMap<string, number> {
    return this.#unchosen.failures;
  }

  /** Sources that told of choices, and never how a request ended. */
  get endless(): string[] {
    return [...this.#tellsEnding].flatMap(([source, isTold]) => (isTold ? [] : source));
  }

  leave(reason: LeftOut, times = 1): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + times);
  }
}

/** The reading as sentences, the most telling first. */
export function describeReading(reading: Reading): string[] {
  const { sources, lines, requests, unparsed, unparsedExamples } = reading;
  const sentences: string[] = [];
  if (sources.length > 0) {
    const what =
      lines > 0 ? `${count(lines, 'line')}, ${count(requests, 'request')}` : count(requests, 'request');
    sentences.push(`Read ${sources.length > 3 ? `${sources.length} files` : sources.join(', ')}: ${what}.`);
  }
  for (const [reason, number] of [...reading.leftOut].sort((a, b) => b[1] - a[1])) {
    sentences.push(
      `Left out: ${count(number, 'request')} ${number === 1 ? (ofOne[reason] ?? reason) : reason}.`,
    );
    if (reason === inbound.leftOut && number === requests)
      sentences.push(
        'It is the log of who was called. The choice shows in that of who called: kubectl logs deploy/CALLER -c istio-proxy | meshshift check - ...',
      );
  }
  if (unparsed > 0) {
    const isLines = unparsedExamples.every(({ place }) => 'noun' in place && place.noun === 'line');
    const what = isLines ? count(unparsed, 'line') : unparsed === 1 ? '1 entry' : `${unparsed} entries`;
    const rest = unparsed > unparsedExamples.length ? '; ...' : '';
    sentences.push(`Could not be read: ${what} (${examplesOf(reading)}${rest}).`);
  }
  const silent = reading.endless.filter((source) => !reading.ofOwnFormat.has(source));
  if (silent.length > 0)
    sentences.push(
      `${silent.length > 3 ? `${silent.length} files tell` : `${silent.join(', ')} ${silent.length > 1 ? 'tell' : 'tells'}`} no status and no flags: whether requests failed is not known.`,
    );
  return [...new Set([...sentences, ...reading.notes])];
}

export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

/** Examples that have one reason stand together: "lines 3, 4, 9: the line is cut off". */
function examplesOf({ sources, unparsedExamples }: Reading): string {
  const byReason = new Map<
    string,
    { readonly source: string; readonly places: Place[]; readonly why: string }
  >();
  for (const { source, place, why } of unparsedExamples) {
    const key = JSON.stringify([source, why]);
    const known = byReason.get(key) ?? { source, places: [], why };
    known.places.push(place);
    byReason.set(key, known);
  }
  return [...byReason.values()]
    .map(
      ({ source, places, why }) => `${sources.length > 1 ? `${source} ` : ''}${placesText(places)}: ${why}`,
    )
    .join('; ');
}

/** "lines 3, 4, 9", "entry 7", `"hello wor", "some oth"`. */
const placesText = (places: readonly Place[]): string =>
  [
    ...(['line', 'entry'] as const).flatMap((noun) => {
      const numbers = places.flatMap((own) => ('noun' in own && own.noun === noun ? own.number : []));
      const plural = noun === 'entry' ? 'entries' : 'lines';
      return numbers.length === 0 ? [] : `${numbers.length > 1 ? plural : noun} ${numbers.join(', ')}`;
    }),
    ...places.flatMap((own) => ('excerpt' in own ? `"${own.excerpt}"` : [])),
  ].join(', ');
