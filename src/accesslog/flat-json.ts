import { isoTimeAt } from './iso-time.ts';
import type { LogLine } from './log-line.ts';
import { Span } from './span.ts';
import { wholeNumber } from './whole-number.ts';

const space = 32;
const quote = 34;
const comma = 44;
const zero = 48;
const nine = 57;
const colon = 58;
const backslash = 92;
const letterA = 97;
const letterZ = 122;
const closeBrace = 125;

/** A number of more digits may not be what they say. */
const mostDigits = 15;

interface Key {
  readonly kind: 'time' | 'status' | 'duration' | 'flags' | 'grpc' | 'text' | 'number';
  readonly bytes: Uint8Array;
  /** Where a text of this key is noted. */
  readonly span: Span;
}

/**
 * Reads lines as Envoy writes its JSON: one flat object of strings without escapes, whole numbers and words. Such a line comes to the
 * same request as with `parseJsonLine`, which reads all others.
 */
export class FlatJson {
  readonly #line: LogLine;
  /** The keys that are asked for, by the lengths of their names. */
  readonly #keys: readonly (readonly Key[])[];

  constructor(line: LogLine) {
    this.#line = line;
    const keys = keysOf(line);
    this.#keys = Array.from({ length: 32 }, (_, length) =>
      keys.filter(({ bytes }) => bytes.length === length),
    );
  }

  /** The line at hand, whose object begins at `start` -> its request noted in it; false where the line is not of this form. */
  read(start: number): boolean {
    const line = this.#line;
    const { bytes } = line.block;
    const { end } = line.whole;
    line.startUs = Number.NaN;
    let from = start;
    do {
      // A key, behind the brace or a comma.
      from = behindSpace(bytes, from + 1);
      if (bytes[from] !== quote) return false;
      const keyEnd = stringEnd(bytes, from + 1, end);
      if (keyEnd < 0 || bytes[keyEnd + 1] !== colon) return false;
      const key = this.#keyAt(bytes, from + 1, keyEnd);
      from = behindSpace(bytes, keyEnd + 2);
      const isText = bytes[from] === quote;
      const valueEnd = isText ? stringEnd(bytes, from + 1, end) : wordEnd(bytes, from);
      if (valueEnd < 0) return false;
      // Of a key that comes twice the second counts, as in JSON.parse.
      if (
        key !== undefined &&
        !(isText ? noteText(line, key, from + 1, valueEnd) : noteWord(line, key, from, valueEnd))
      ) {
        return false;
      }
      from = isText ? valueEnd + 1 : valueEnd;
    } while (bytes[from] === comma);
    line.start = start;
    // A status or flags under other names are looked for by `parseJsonLine`.
    const isWhole = line.status !== undefined && line.hasFlags;
    return bytes[from] === closeBrace && from + 1 === end && isWhole && !Number.isNaN(line.startUs);
  }

  #keyAt(bytes: Uint8Array, from: number, end: number): Key | undefined {
    const alike = this.#keys[end - from];
    if (alike === undefined) return undefined;
    for (let place = 0; place < alike.length; place += 1) {
      const key = alike[place]!;
      let same = 0;
      while (same < key.bytes.length && bytes[from + same] === key.bytes[same]) same += 1;
      if (same === key.bytes.length) return key;
    }
    return undefined;
  }
}

function keysOf({ at }: LogLine): Key[] {
  const key = (name: string, span: Span, kind: Key['kind'] = 'text'): Key => ({
    kind,
    bytes: new TextEncoder().encode(name),
    span,
  });
  const nowhere = new Span();
  return [
    key('start_time', nowhere, 'time'),
    key('response_code', nowhere, 'status'),
    key('duration', nowhere, 'duration'),
    key('response_flags', at.flags, 'flags'),
    key('grpc_status', at.grpcStatus, 'grpc'),
    key('upstream_service_time', at.upstreamMs, 'number'),
    key('method', at.method),
    key('path', at.path),
    key('authority', at.authority),
    key('upstream_cluster', at.cluster),
    key('upstream_host', at.host),
    key('user_agent', at.userAgent),
    key('request_id', at.requestId),
    key('route_name', at.routeName),
    key('x_forwarded_for', at.forwardedFor),
    key('downstream_remote_address', at.peer),
    key('upstream_local_address', at.upstreamLocal),
  ];
}

/** @returns false where only JSON.parse can tell what it comes to */
function noteText(line: LogLine, { kind, span }: Key, from: number, end: number): boolean {
  const { bytes } = line.block;
  span.is(from, end);
  switch (kind) {
    case 'text':
      return true;
    case 'number':
      return end - from <= mostDigits;
    case 'flags':
      line.hasFlags = true;
      return true;
    case 'grpc':
      line.hasGrpcStatus = true;
      return true;
    case 'time':
      line.startUs = isoTimeAt(bytes, from, end) ?? Number.NaN;
      return true;
    default:
      if (end - from > mostDigits) return false;
      noteNumber(line, kind, wholeNumber(bytes, from, end));
      return true;
  }
}

/** The same for a value that is no text: a whole number, or null, true, false. */
function noteWord(line: LogLine, { kind, span }: Key, from: number, end: number): boolean {
  span.is(0, 0);
  switch (kind) {
    case 'text':
      return true;
    case 'number':
      span.is(from, end);
      return true;
    case 'flags':
      line.hasFlags = true;
      return true;
    case 'grpc':
      // A number; null says that it is no gRPC.
      line.hasGrpcStatus = isDigit(line.block.bytes[from]);
      if (line.hasGrpcStatus) span.is(from, end);
      return true;
    case 'time':
      return false;
    default:
      noteNumber(line, kind, wholeNumber(line.block.bytes, from, end));
      return true;
  }
}

function noteNumber(line: LogLine, kind: 'status' | 'duration', value: number): void {
  const known = Number.isNaN(value) ? undefined : value;
  if (kind === 'status') line.status = known;
  else line.durationMs = known;
}

/** Envoy's objects have no blanks between their parts; other writers put one there. */
const behindSpace = (bytes: Uint8Array, from: number): number => (bytes[from] === space ? from + 1 : from);

/** The quote that ends the string; -1 where there is an escape before it, what JSON forbids, or the end of the line. */
function stringEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === quote) return at;
    if (byte === backslash || byte < space) return -1;
  }
  return -1;
}

/** The end of a whole number or of null, true or false; -1 for anything else. */
function wordEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  const digits = at - from;
  if (digits > 0) return digits > mostDigits || (digits > 1 && bytes[from] === zero) ? -1 : at;
  while (isLetter(bytes[at])) at += 1;
  return words.some(
    (word) => word.length === at - from && word.every((byte, place) => byte === bytes[from + place]),
  )
    ? at
    : -1;
}

const words = ['null', 'true', 'false'].map((word) => new TextEncoder().encode(word));

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= nine;
const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= letterA && byte <= letterZ;
