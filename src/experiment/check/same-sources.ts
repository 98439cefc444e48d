import { Digest } from '../../accesslog/digest.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';

/** Fewer requests than these may be alike by chance. */
const fewest = 10;

/** Of a source at most twice as many requests are kept: those with the smallest digests, which of two sources are the same ones. */
const mostKept = 4096;

/** Of the requests of a time in which both have some so many are in both: proxies that see other requests have a few alike by chance. */
const nearlyAll = 0.9;

/** Times that are told in whole seconds make requests alike that are none. */
const wholeUs = 1_000_000;

/** Two sources that tell the same requests. */
export interface Twice {
  readonly first: string;
  readonly again: string;
  /** That both tell; of many an estimate. */
  readonly requests: number;
  /** Each tells some that the other does not: a file that was rotated, or cut out of another. */
  readonly isPart: boolean;
}

/**
 * Whether two sources tell the very same requests, one after the other or those of a time, where these have a time and no request id: a
 * log that came twice, as a whole or in part, and of which no line says so.
 */
export class SameSources {
  readonly #found = new Map<string, Sketch>();

  /** A request without an id (`identityIn`). */
  add(source: string, request: RecordedRequest): void {
    const { startUs, durationMs, upstreamHost, upstreamCluster, path, status, peer } = request;
    if (Number.isNaN(startUs)) return;
    let own = this.#found.get(source);
    if (own === undefined) this.#found.set(source, (own = new Sketch()));
    digest.begin();
    digest.number(startUs);
    digest.number(durationMs);
    digest.number(status);
    for (const text of [upstreamHost, upstreamCluster, path, peer]) digest.text(text ?? '');
    own.add(digest.value, startUs);
  }

  /** The first two that do. */
  pair(): Twice | undefined {
    const sources = [...this.#found];
    for (const [one, other] of alikeIn(sources.map(([, own]) => own.values))) {
      const [[first, sketch], [again, later]] = [sources[one]!, sources[other]!];
      const requests = sketch.alike(later);
      if (requests >= fewest) return { first, again, requests, isPart: !sketch.isEqual(later) };
    }
    return undefined;
  }
}

/** Places of two lists that have some values in common, each value counted for the first list that has it: of many lists few pairs are compared. */
function alikeIn(lists: readonly (readonly number[])[]): (readonly [number, number])[] {
  const firstWith = new Map<number, number>();
  const common = new Map<string, { readonly pair: readonly [number, number]; count: number }>();
  for (const [place, values] of lists.entries()) {
    for (const value of values) {
      const first = firstWith.get(value);
      if (first === undefined) firstWith.set(value, place);
      else if (first !== place) {
        const key = `${first} ${place}`;
        const own = common.get(key);
        if (own === undefined) common.set(key, { pair: [first, place], count: 1 });
        else own.count += 1;
      }
    }
  }
  return [...common.values()].filter(({ count }) => count >= fewest).map(({ pair }) => pair);
}

/** The requests of a source with the smallest digests, and how many there are of all. */
class Sketch {
  #requests = 0;
  #all = 0;
  #limit = Infinity;
  #kept: { readonly value: number; readonly startUs: number }[] = [];

  add(value: number, startUs: number): void {
    this.#requests += 1;
    digest.begin();
    digest.number(this.#all);
    digest.number(value);
    this.#all = digest.value;
    if (value >= this.#limit) return;
    this.#kept.push({ value, startUs });
    if (this.#kept.length < 2 * mostKept) return;
    this.#kept = this.#kept.sort((a, b) => a.value - b.value).slice(0, mostKept + 1);
    this.#limit = this.#kept.pop()!.value;
  }

  get values(): readonly number[] {
    return this.#kept.map(({ value }) => value);
  }

  isEqual(other: Sketch): boolean {
    return this.#requests === other.#requests && this.#all === other.#all;
  }

  /** How many requests both tell; 0 where others of that time are told by one of the two alone. */
  alike(other: Sketch): number {
    if (this.isEqual(other)) return this.#requests;
    const [fromUs, toUs] = [
      Math.max(this.#edge(Math.min), other.#edge(Math.min)),
      Math.min(this.#edge(Math.max), other.#edge(Math.max)),
    ];
    const limit = Math.min(this.#limit, other.#limit);
    const [one, another] = [this, other].map((own) =>
      own.#kept.flatMap(({ value, startUs }) =>
        value < limit && startUs >= fromUs && startUs <= toUs && startUs % wholeUs !== 0 ? [value] : [],
      ),
    ) as [number[], number[]];
    const known = new Set(another);
    const both = one.filter((value) => known.has(value)).length;
    if (both < fewest || both < nearlyAll * Math.min(one.length, another.length)) return 0;
    const kept = this.#kept.filter(({ value }) => value < limit).length;
    return Math.round((both * this.#requests) / Math.max(1, kept));
  }

  #edge(of: (a: number, b: number) => number): number {
    return this.#kept.reduce((edge, { startUs }) => of(edge, startUs), this.#kept[0]?.startUs ?? NaN);
  }
}

const digest = new Digest();
