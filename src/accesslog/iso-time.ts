/**
 * An ISO 8601 / RFC 3339 date and time -> microseconds since 1970-01-01T00:00:00Z, or undefined where the text is none.
 * `T` or a space between date and time, seconds optional, a fraction of any length (what is finer than a microsecond is
 * cut off), `Z`, `+02:00`, `+0200`, `+02` or no zone (then UTC). Year 0001 to 9999, proleptic Gregorian; second 60 is
 * the first of the next minute. Exact from 1684 to 2255, where a double holds every microsecond.
 */
export function parseIsoTime(text: string): number | undefined {
  const { length } = text;
  const codes = length < scratch.length ? scratch : new Uint8Array(length + 1);
  // What is no byte stands in no time.
  for (let i = 0; i < length; i += 1) codes[i] = Math.min(text.charCodeAt(i), 255);
  codes[length] = 0;
  return isoTimeAt(codes, 0, length);
}

const scratch = new Uint8Array(64);

/** The same for the ASCII codes from `from` up to `end`, so that a log line need not be cut up. What stands at `end` is no digit. */
export function isoTimeAt(text: Uint8Array, from: number, end: number): number | undefined {
  if (end - from < minuteLength) return undefined;
  const minute = minuteAt(text, from);
  if (Number.isNaN(minute)) return undefined;
  let at = from + minuteLength;
  let secondUs = 0;
  if (text[at] === colon) {
    const second = at + 3 <= end ? digits(text, at + 1, 2) : -1;
    if (second < 0 || second > 60) return undefined;
    at += 3;
    secondUs = second * 1_000_000;
    const mark = text[at];
    if (at < end && (mark === point || mark === comma)) {
      at += 1;
      const first = at;
      for (let unit = 100_000; at < end; at += 1) {
        const digit = text[at]! - zero;
        if (digit < 0 || digit > 9) break;
        secondUs += digit * unit;
        unit = (unit / 10) | 0;
      }
      if (at === first) return undefined;
    }
  }
  const zoneMinutes = zoneAt(text, at, end);
  if (zoneMinutes === undefined) return undefined;
  return (minute - zoneMinutes) * 60_000_000 + secondUs;
}

/** `2026-03-01T12:03`. */
const minuteLength = 16;
const lastMinute = { text: new Uint8Array(minuteLength), minute: Number.NaN };

/** Minutes since 1970-01-01T00:00 of date, hour and minute, NaN where they are none. Of a log the next one is most often the last one. */
function minuteAt(text: Uint8Array, from: number): number {
  const last = lastMinute.text;
  let same = 0;
  while (same < minuteLength && text[from + same] === last[same]) same += 1;
  if (same < minuteLength) {
    for (; same < minuteLength; same += 1) last[same] = text[from + same]!;
    lastMinute.minute = readMinute(text, from);
  }
  return lastMinute.minute;
}

function readMinute(text: Uint8Array, from: number): number {
  const year = digits(text, from, 4);
  const month = digits(text, from + 5, 2);
  const day = digits(text, from + 8, 2);
  const hour = digits(text, from + 11, 2);
  const minute = digits(text, from + 14, 2);
  const between = text[from + 10];
  const punctuated =
    text[from + 4] === dash &&
    text[from + 7] === dash &&
    (between === letterT || between === smallT || between === space) &&
    text[from + 13] === colon;
  if (!punctuated || year < 1 || month < 1 || month > 12) return Number.NaN;
  if (day < 1 || day > daysIn(year, month) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    return Number.NaN;
  }
  return (daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute;
}

/**
 * A time as tables write it -> microseconds: ISO 8601, or a number whose size tells its unit: below 1e11 seconds (of the
 * epoch, or of the recording's own zero), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
 */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return parseIsoTime(trimmed);
  const value = Number(trimmed);
  const size = Math.abs(value);
  if (size < 1e11) return Math.round(value * 1e6);
  if (size < 1e14) return Math.round(value * 1e3);
  return Math.round(size < 1e17 ? value : value / 1e3);
}

/** Microseconds since the epoch -> `2026-03-01T12:03:20.409Z`; years 0001 to 9999. */
export function formatIsoTime(us: number): string {
  const dayUs = 86_400_000_000;
  const days = Math.floor(us / dayUs);
  const { year, month, day } = civil(days);
  const ms = Math.floor((us - days * dayUs) / 1000);
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const time = `${pad(Math.floor(ms / 3_600_000), 2)}:${pad(Math.floor(ms / 60_000) % 60, 2)}:${pad(Math.floor(ms / 1000) % 60, 2)}`;
  return `${date}T${time}.${pad(ms % 1000, 3)}Z`;
}

const zero = 48;
const dash = 45;
const plus = 43;
const colon = 58;
const point = 46;
const comma = 44;
const space = 32;
const letterT = 84;
const smallT = 116;

/** `count` digits as a number, or a negative number where one of them is none. */
function digits(text: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const digit = text[i]! - zero;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Minutes east of UTC of the zone that ends the text; undefined where something else stands there. */
function zoneAt(text: Uint8Array, at: number, end: number): number | undefined {
  if (at === end) return 0;
  const mark = text[at];
  if (mark === 90 || mark === 122) return at + 1 === end ? 0 : undefined;
  if ((mark !== plus && mark !== dash) || at + 3 > end) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutesAt = text[at + 3] === colon ? at + 4 : at + 3;
  const minutes = at + 3 === end ? 0 : minutesAt + 2 === end ? digits(text, minutesAt, 2) : -1;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  const east = hours * 60 + minutes;
  return mark === plus ? east : -east;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : monthLengths[month - 1]!;
}

/** H. Hinnant, "chrono-compatible low-level date algorithms" (2013), days_from_civil: years run from March to March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse (civil_from_days of the same paper). */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}
