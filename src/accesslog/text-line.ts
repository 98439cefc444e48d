import { isoTimeAt } from './iso-time.ts';
import type { LogLine } from './log-line.ts';
import { nextByte } from './next-byte.ts';
import { wholeNumber } from './whole-number.ts';

const space = 32;
const quote = 34;
const dash = 45;
const zero = 48;
const nine = 57;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;

/** Where `[2026-` begins, the time that opens each text line, or the `{` of a JSON line, behind whatever prefix; -1 for neither. */
export function logStart(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === openBrace) return at;
    if (
      byte === openBracket &&
      at + 5 < end &&
      isDigit(bytes[at + 1]!) &&
      isDigit(bytes[at + 2]!) &&
      isDigit(bytes[at + 3]!) &&
      isDigit(bytes[at + 4]!) &&
      bytes[at + 5] === dash
    )
      return at;
  }
  return -1;
}

const cutOff = 'the line is cut off';

/**
 * A line in one of the text formats, whose time begins at `start` -> its request noted in `line`; why it is none, else undefined.
 * Left to right: `from` is always the first byte that is not read yet.
 */
export function readTextLine(line: LogLine, start: number): string | undefined {
  const { bytes } = line.block;
  const { end } = line.whole;
  const { at } = line;
  // A time to the millisecond ends here. One that is read to its end holds no other bracket.
  let timeEnd = start + 25;
  let startUs =
    timeEnd < end && bytes[timeEnd] === closeBracket ? isoTimeAt(bytes, start + 1, timeEnd) : undefined;
  if (startUs === undefined) {
    timeEnd = indexOf(bytes, closeBracket, start, end);
    if (timeEnd === end) return cutOff;
    startUs = isoTimeAt(bytes, start + 1, timeEnd);
    if (startUs === undefined) return 'the time is none';
  }
  let from = timeEnd + 1;
  if (from + 1 >= end) return cutOff;
  if (bytes[from] !== space || bytes[from + 1] !== quote) return 'no request line after the time';

  const requestStart = from + 2;
  const requestEnd = quoteEnd(bytes, requestStart, end, zero, nine);
  if (requestEnd < 0) return cutOff;
  const methodEnd = indexOf(bytes, space, requestStart, requestEnd);
  if (methodEnd >= requestEnd) return 'the request line has no path';
  let pathEnd = requestEnd - 1;
  while (bytes[pathEnd] !== space) pathEnd -= 1;
  at.method.is(requestStart, methodEnd);
  if (pathEnd > methodEnd) at.path.is(methodEnd + 1, pathEnd);

  from = requestEnd + 2;
  let fieldEnd = indexOf(bytes, space, from, end);
  const status = wholeNumber(bytes, from, fieldEnd);
  if (Number.isNaN(status)) return 'the response code is no number';
  // Istio puts response details behind the flags, Envoy's default does not: the next whole number is BYTES_RECEIVED in both.
  const flagsStart = fieldEnd + 1;
  let detailsStart: number;
  if (isLastMiddle(bytes, flagsStart, end)) {
    detailsStart = flagsStart + lastMiddle.flagsLength + 1;
    from = flagsStart + lastMiddle.length;
  } else {
    fieldEnd = indexOf(bytes, space, flagsStart, end);
    if (fieldEnd >= end) return cutOff;
    detailsStart = fieldEnd + 1;
    from = detailsStart;
  }
  at.flags.is(flagsStart, detailsStart - 1);
  fieldEnd = endOfField(bytes, from, end);
  while (Number.isNaN(wholeNumber(bytes, from, fieldEnd))) {
    from = fieldEnd + 1;
    if (from >= end) return cutOff;
    fieldEnd = endOfField(bytes, from, end);
  }
  const isIstio = from > detailsStart;
  if (from - flagsStart !== lastMiddle.length) noteMiddle(bytes, flagsStart, detailsStart, from);
  from = indexOf(bytes, space, fieldEnd + 1, end) + 1;
  fieldEnd = indexOf(bytes, space, from, end);
  const duration = wholeNumber(bytes, from, fieldEnd);
  from = indexOf(bytes, space, fieldEnd + 1, end) + 1;
  at.upstreamMs.is(fieldEnd + 1, from - 1);

  // "X-FORWARDED-FOR" "USER-AGENT" "X-REQUEST-ID" "AUTHORITY" "UPSTREAM_HOST"
  if (from >= end || bytes[from] !== quote) return cutOff;
  from += 1;
  fieldEnd = quoteEnd(bytes, from, end, quote, quote);
  if (fieldEnd < 0) return cutOff;
  at.forwardedFor.is(from, fieldEnd);
  from = fieldEnd + 3;
  fieldEnd = quoteEnd(bytes, from, end, quote, quote);
  if (fieldEnd < 0) return cutOff;
  at.userAgent.is(from, fieldEnd);
  from = fieldEnd + 3;
  fieldEnd = quoteEnd(bytes, from, end, quote, quote);
  if (fieldEnd < 0) return cutOff;
  at.requestId.is(from, fieldEnd);
  from = fieldEnd + 3;
  fieldEnd = quoteEnd(bytes, from, end, quote, quote);
  if (fieldEnd < 0) return cutOff;
  at.authority.is(from, fieldEnd);
  from = fieldEnd + 3;
  fieldEnd = indexOf(bytes, quote, from, end);
  if (fieldEnd >= end) return cutOff;
  at.host.is(from, fieldEnd);

  if (isIstio) {
    from = fieldEnd + 2;
    fieldEnd = farIndexOf(bytes, space, from, end);
    // A cluster that ends with the line may have lost the end of its name.
    if (fieldEnd >= end) return cutOff;
    at.cluster.is(from, fieldEnd);
    at.addresses.is(fieldEnd + 1, end);
  }
  line.start = start;
  line.startUs = startUs;
  line.status = status;
  line.hasFlags = true;
  if (!Number.isNaN(duration)) line.durationMs = duration;
  return undefined;
}

const isDigit = (code: number): boolean => code >= zero && code <= nine;

/**
 * Flags and response details of a line, with the blank behind them. Most lines have those of the line before, and need not be
 * searched for their ends: how far such a text goes, and that no whole number stands in it, is said by its own bytes.
 */
const lastMiddle = { bytes: new Uint8Array(64), length: 0, flagsLength: 0 };

function noteMiddle(bytes: Uint8Array, from: number, detailsStart: number, end: number): void {
  const length = end - from;
  if (length > lastMiddle.bytes.length) return;
  lastMiddle.bytes.set(bytes.subarray(from, end));
  lastMiddle.length = length;
  lastMiddle.flagsLength = detailsStart - 1 - from;
}

function isLastMiddle(bytes: Uint8Array, from: number, end: number): boolean {
  const { length } = lastMiddle;
  if (length === 0 || from + length > end) return false;
  const last = lastMiddle.bytes;
  let same = 0;
  while (same < length && bytes[from + same] === last[same]) same += 1;
  return same === length;
}

/** Where the byte stands next, at or behind `end` where it does not. */
function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== byte) at += 1;
  return at;
}

/** The same for a byte that is far, as a rule: some twenty bytes and more. */
function farIndexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  const at = nextByte(bytes, byte, from);
  return at < 0 || at > end ? end : at;
}

/** Where the field that begins here, in quotes or not, ends. */
function endOfField(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end || bytes[from] !== quote) return indexOf(bytes, space, from, end);
  for (let at = from + 1; at + 1 < end; at += 1) {
    if (bytes[at] === quote && bytes[at + 1] === space) return at + 1;
  }
  return end;
}

/**
 * The quote that closes a quoted field: Envoy does not escape what a client sent, so a quote counts only when what must
 * follow it does: a space and a byte from `low` to `high`. -1 where there is none.
 */
function quoteEnd(bytes: Uint8Array, from: number, end: number, low: number, high: number): number {
  // An empty field, and a dash, are near.
  let at =
    bytes[from] === quote ? from : bytes[from + 1] === quote ? from + 1 : nextByte(bytes, quote, from + 2);
  for (; at >= 0 && at + 2 < end; at = nextByte(bytes, quote, at + 1)) {
    const next = bytes[at + 2]!;
    if (next >= low && next <= high && bytes[at + 1] === space && !(at > from && bytes[at - 1] === backslash))
      return at;
  }
  return -1;
}
