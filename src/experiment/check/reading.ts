import type { LeftOut } from './choice.ts';
import { ownCopy } from './own-copy.ts';
import { SeenRequests } from './seen-requests.ts';

/** Whoever looks for a site that is not there brings hosts of his own: more are not kept. */
const mostHosts = 1000;

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
  readonly unparsedExamples: { readonly source: string; readonly place: string; readonly why: string }[] = [];
  readonly leftOut = new Map<LeftOut, number>();
  /** Hosts of requests for which a version was chosen, and the last of their authorities. */
  readonly #routedHosts = new Set<string>();
  #lastRouted: string | undefined;
  readonly #unrouted = new Map<string, number>();
  /** Requests that no route took, by their host. */
  readonly #routeless = new Map<string, { readonly failure: string; times: number }[]>();
  readonly seen = new SeenRequests();
  /** Hosts of services that the question is not about, some of them. */
  readonly otherHosts = new Set<string>();
  /** Sentences about a source as a whole. */
  readonly notes: string[] = [];

  /** `place`: "line 7" or "entry 7". */
  skip(source: string, place: string, why: string): void {
    this.unparsed += 1;
    if (this.unparsedExamples.length < 5) this.unparsedExamples.push({ source, place, why });
  }

  /** A version was chosen for a request with this authority. */
  routed(authority: string): void {
    if (authority === this.#lastRouted) return;
    this.#lastRouted = ownCopy(authority);
    if (this.#routedHosts.size < mostHosts) this.#routedHosts.add(hostOf(this.#lastRouted));
  }

  /** @param authority of a request that no route took: it counts where others for that host were routed, and is nobody's else */
  failUnrouted(failure: string, times: number, authority?: string): void {
    if (authority === undefined) {
      this.#unrouted.set(failure, (this.#unrouted.get(failure) ?? 0) + times);
      return;
    }
    const host = hostOf(ownCopy(authority));
    const own = this.#routeless.get(host) ?? [];
    if (own.length === 0 && this.#routeless.size < mostHosts) this.#routeless.set(host, own);
    const known = own.find((each) => each.failure === failure);
    if (known === undefined) own.push({ failure, times });
    else known.times += times;
  }

  /** Requests for the service in question that failed before a version was chosen, by "503 NC". */
  get unrouted(): ReadonlyMap<string, number> {
    const all = new Map(this.#unrouted);
    for (const [host, failures] of this.#routeless)
      if (this.#routedHosts.has(host))
        for (const { failure, times } of failures) all.set(failure, (all.get(failure) ?? 0) + times);
    return all;
  }

  leave(reason: LeftOut, times = 1): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + times);
  }
}

const hostOf = (authority: string): string => authority.replace(/:\d+$/, '').toLowerCase();

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
    sentences.push(`Left out: ${count(number, 'request')} ${number === 1 ? ofOne(reason) : reason}.`);
    if (reason.startsWith('that arrived at a pod') && number === requests)
      sentences.push(
        'It is the log of who was called. The choice shows in that of who called: kubectl logs deploy/CALLER -c istio-proxy | meshshift check - ...',
      );
  }
  if (unparsed > 0) {
    const isLines = unparsedExamples.every((own) => own.place.startsWith('line'));
    const what = isLines ? count(unparsed, 'line') : unparsed === 1 ? '1 entry' : `${unparsed} entries`;
    const rest = unparsed > unparsedExamples.length ? '; ...' : '';
    sentences.push(`Could not be read: ${what} (${examplesOf(reading)}${rest}).`);
  }
  return [...new Set([...sentences, ...reading.notes])];
}

/** The same of one request. */
const ofOne = (reason: LeftOut): string =>
  reason
    .replace('that are mirrored copies', 'that is a mirrored copy')
    .replace('that are no product page', 'that is no product page')
    .replace('that were read before', 'that was read before');

export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

/** Examples that have one reason stand together: "lines 3, 4, 9: the line is cut off". */
function examplesOf({ sources, unparsedExamples }: Reading): string {
  const byReason = new Map<string, string[]>();
  for (const { source, place, why } of unparsedExamples) {
    const reason = `${sources.length > 1 ? `${source} ` : ''}\u0000${why}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), place]);
  }
  return [...byReason]
    .map(([reason, places]) => {
      const [source, why] = reason.split('\u0000') as [string, string];
      const [noun, ...numbers] = places.flatMap((place, i) => place.split(' ').slice(i === 0 ? 0 : 1));
      const plural = noun === 'entry' ? 'entries' : `${noun}s`;
      return `${source}${numbers.length > 1 ? plural : noun} ${numbers.join(', ')}: ${why}`;
    })
    .join('; ');
}
