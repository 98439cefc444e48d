import { COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent } from 'js-yaml';
import { isScalar, Schema, type ScalarTag } from 'yaml';
import { depthLimit, tokenLimit, yamlExcess } from './yaml-limits.ts';

/** A document of a text, as plain data. */
export interface QuickDocument {
  readonly data: unknown;
  /** Offset of its first key, item or character. */
  readonly start: number;
  /** Offsets of all that it consists of, with the marker `---` before it. */
  readonly from: number;
  readonly to: number;
  /** Offsets of its maps: of the first key, or of the brace. */
  readonly starts: ReadonlyMap<object, number>;
}

/**
 * What the package `yaml` makes of a text, by another parser in a fraction of the time. undefined where the two may not agree, or where
 * there is more to say than data: mistakes, anchors, tags, merges, directives, keys that come twice, texts that are too complex.
 */
export function readQuickly(text: string): readonly QuickDocument[] | undefined {
  if (odd.test(text)) return undefined;
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: depthLimit });
  } catch {
    return undefined;
  }
  if (mostTokens(text, events) > tokenLimit && yamlExcess(text) !== undefined) return undefined;
  return new Builder(text, events).documents();
}

/**
 * At least as many as the lexer finds, which takes its time: a scalar is a token that another announces, and what stands between them
 * is at most a token a character. Limits to a line and to brackets are kept by what has no tags and is nested as deep as it may be.
 */
export function mostTokens(text: string, events: readonly Event[]): number {
  let most = text.length;
  for (const event of events)
    if (event.type === EVENT_ID.SCALAR && event.valueStart >= 0)
      most += 2 - (event.valueEnd - event.valueStart);
  return most;
}

/**
 * Characters that parsers take for space or for the end of a line, or do not; directives; markers that are indented, or with more on their
 * line; block scalars that tell their indentation, or keep their last lines.
 */
const odd = /[\t\uFEFF\x85\u2028\u2029]|\r(?!\n)|^ *%|^ *\.\.\.|^ +---|^---[ \r]*[^ \r\n]|[|>](?:-?\d|\+)/m;

const markers = /^---(?=[ \r\n]|$)/gm;

/** YAML 1.2 allows an implicit key 1,024 characters. */
const keyLimit = 1000;

class Builder {
  readonly #text: string;
  readonly #events: readonly Event[];
  #at = 0;
  #isOdd = false;
  #starts = new Map<object, number>();

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  documents(): readonly QuickDocument[] | undefined {
    const breaks = [...this.#text.matchAll(markers)].map(({ index }) => index);
    const documents: QuickDocument[] = [];
    let from = 0;
    let next = 0;
    while (this.#at < this.#events.length && !this.#isOdd) {
      this.#at += 1;
      const event = this.#events[this.#at]!;
      if (isBlockScalar(event)) this.#isOdd = true;
      const start = startOf(event);
      const data = this.#value();
      this.#at += 1;
      if (start < 0) continue;
      while (next < breaks.length && breaks[next]! <= start) from = breaks[next++]!;
      const to = breaks[next] ?? this.#text.length;
      documents.push({ data, start, from, to, starts: this.#starts });
    }
    return this.#isOdd ? undefined : documents;
  }

  #value(): unknown {
    const event = this.#events[this.#at++]!;
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event);
    if (event.type === EVENT_ID.SEQUENCE) {
      this.#check(event);
      const list: unknown[] = [];
      while (this.#events[this.#at]!.type !== EVENT_ID.POP && !this.#isOdd) list.push(this.#value());
      this.#at += 1;
      return list;
    }
    if (event.type === EVENT_ID.MAPPING) {
      this.#check(event);
      return this.#map(event);
    }
    this.#isOdd = true;
    return undefined;
  }

  #map({ start, style }: MappingEvent): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    let event = this.#events[this.#at]!;
    const isBlock = style === COLLECTION_STYLE.BLOCK;
    this.#starts.set(data, isBlock && event.type === EVENT_ID.SCALAR ? event.valueStart : start);
    for (; event.type !== EVENT_ID.POP && !this.#isOdd; event = this.#events[this.#at]!) {
      const name = this.#key(event);
      if (isBlock && !this.#beginsLine(event)) this.#isOdd = true;
      if (Object.hasOwn(data, name)) this.#isOdd = true;
      data[name] = this.#value();
    }
    this.#at += 1;
    return data;
  }

  #key(event: Event): string {
    this.#at += 1;
    if (
      event.type !== EVENT_ID.SCALAR ||
      event.valueStart < 0 ||
      event.valueEnd - event.valueStart > keyLimit ||
      isBlockScalar(event)
    ) {
      this.#isOdd = true;
      return '';
    }
    const key = this.#scalar(event);
    if (key === null || key === '<<' || key === '__proto__') this.#isOdd = true;
    return String(key);
  }

  /** Nothing but dashes stands before a key of a block map: the other parser takes one that follows a closing quote or bracket. */
  #beginsLine(event: Event): boolean {
    let at = startOf(event) - 1;
    if (event.type === EVENT_ID.SCALAR && event.style !== SCALAR_STYLE.PLAIN) at -= 1;
    while (at >= 0 && (this.#text[at] === ' ' || this.#text[at] === '-')) at -= 1;
    return at < 0 || this.#text[at] === '\n';
  }

  #scalar(event: ScalarEvent): unknown {
    this.#check(event);
    const value = getScalarValue(this.#text, event);
    return event.style === SCALAR_STYLE.PLAIN ? plainValue(value) : value;
  }

  #check({ anchorStart, tagStart }: { readonly anchorStart: number; readonly tagStart: number }): void {
    if (anchorStart >= 0 || tagStart >= 0) this.#isOdd = true;
  }
}

const isBlockScalar = (event: Event): boolean =>
  event.type === EVENT_ID.SCALAR &&
  (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK);

const startOf = (event: Event): number =>
  event.type === EVENT_ID.SCALAR
    ? event.valueStart
    : event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING
      ? event.start
      : 0;

/** The words of YAML 1.2 for numbers, truth and nothing, as `yaml` has them. */
const words = new Schema({ schema: 'core' }).tags.filter(
  (tag): tag is ScalarTag => tag.collection === undefined && tag.default === true && tag.test !== undefined,
);

function plainValue(text: string): unknown {
  if (!mayBeWord.test(text)) return text;
  const tag = words.find((own) => own.test!.test(text));
  const value: unknown = tag === undefined ? text : tag.resolve(text, () => undefined, {});
  return isScalar(value) ? value.value : value;
}

/** All else is text: `null`, `true` and `false` are short, and numbers begin with a digit, a sign or a dot. */
const mayBeWord = /^(?:[-+.~\d].*|[nNtTfF][a-zA-Z]{3,4})?$/s;
